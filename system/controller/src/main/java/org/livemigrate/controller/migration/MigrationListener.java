package org.livemigrate.controller.migration;

import org.livemigrate.protocol.migration.MigrationView;

/** Hears of migrations as they begin and end; called in order, under the executor's lock: be quick. */
public interface MigrationListener {

    /** Its turn has come: from now on its load counts at both ends. */
    void started(MigrationView migration);

    /** Its outcome is known. Also called for one that was dropped before its turn. */
    void ended(MigrationView migration);

    /** Nobody listens. */
    MigrationListener NONE = new MigrationListener() {
        @Override
        public void started(MigrationView migration) {}

        @Override
        public void ended(MigrationView migration) {}
    };
}
