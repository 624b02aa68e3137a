package org.livemigrate.controller.migration;

import java.util.List;
import org.livemigrate.protocol.migration.MigrationView;

/** Hears of migrations as they begin and end; called in order, under the executor's lock: be quick. */
public interface MigrationListener {

    /** Its turn has come: from now on its load counts at both ends. */
    void started(MigrationView migration);

    /** It is in another phase than before; not called when it ends. */
    default void phaseEntered(MigrationView migration) {}

    /** Its outcome is known. Also called for one that was dropped before its turn. */
    void ended(MigrationView migration);

    /** Tells all of these, in order. */
    static MigrationListener all(List<MigrationListener> listeners) {
        return new MigrationListener() {
            @Override
            public void started(MigrationView migration) {
                listeners.forEach(listener -> listener.started(migration));
            }

            @Override
            public void phaseEntered(MigrationView migration) {
                listeners.forEach(listener -> listener.phaseEntered(migration));
            }

            @Override
            public void ended(MigrationView migration) {
                listeners.forEach(listener -> listener.ended(migration));
            }
        };
    }

    /** Nobody listens. */
    MigrationListener NONE = new MigrationListener() {
        @Override
        public void started(MigrationView migration) {}

        @Override
        public void ended(MigrationView migration) {}
    };
}
