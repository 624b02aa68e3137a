package org.livemigrate.agent.checkpoint;

import org.livemigrate.protocol.migration.MigrationStep;

/** Makes a modelled engine fail where a test or a fault simulation wants it to. */
@FunctionalInterface
public interface Faults {

    /** When within a step. */
    enum Moment {
        /** Nothing has been done. */
        BEFORE,
        /** FREEZE: the container stands still and the image is not complete. RESTORE: the container was made. */
        DURING,
        /** All was done, but the engine reports a failure. */
        AFTER
    }

    /** Throws to fail the step. */
    void at(MigrationStep step, Moment moment, String container);

    Faults NONE = (step, moment, container) -> {};
}
