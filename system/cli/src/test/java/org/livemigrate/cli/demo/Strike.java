package org.livemigrate.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.livemigrate.protocol.migration.MigrationStep;

/**
 * One blow against a running migration, placed by what is said between controller and agents and not by the clock.
 *
 * @param engine of the migration
 * @param victim what is hit
 * @param phase in which
 * @param moment of the phase
 * @param comesBack when the victim is there again
 */
record Strike(String engine, Victim victim, Phase phase, Moment moment, Return comesBack) {

    /** What is hit: a process by SIGKILL, the target's cable by pulling it. */
    enum Victim {
        CONTROLLER,
        SOURCE,
        TARGET,
        NETWORK
    }

    /** Steps of a migration in their order, then those that undo one. */
    enum Phase {
        PREPARE(MigrationStep.PREPARE, true),
        PRECOPY(MigrationStep.PRECOPY, false),
        ARM(MigrationStep.ARM, true),
        FREEZE(MigrationStep.FREEZE, false),
        RESTORE(MigrationStep.RESTORE, true),
        VERIFY(MigrationStep.VERIFY, true),
        COMMIT_SOURCE(MigrationStep.COMMIT, false),
        COMMIT_TARGET(MigrationStep.COMMIT, true),
        ABANDON(MigrationStep.ABANDON, true),
        RESUME(MigrationStep.RESUME, false);

        private final MigrationStep step;
        private final boolean atTarget;

        Phase(MigrationStep step, boolean atTarget) {
            this.step = step;
            this.atTarget = atTarget;
        }

        boolean atTarget() {
            return atTarget;
        }

        /** Whether it only comes after a failure. */
        boolean undoes() {
            return this == ABANDON || this == RESUME;
        }

        static Phase of(MigrationStep step, boolean atTarget) {
            for (Phase phase : values()) {
                if (phase.step == step && phase.atTarget == atTarget) {
                    return phase;
                }
            }
            throw new IllegalArgumentException(step + (atTarget ? " at the target" : " at the source"));
        }
    }

    static final String PODMAN = "podman";
    static final String LIVE = "live";

    /** Where within a phase. */
    enum Moment {
        /** The controller has asked, the agent has not heard it. */
        ASKED,
        /**
         * The agent has noted the step and is at it; in FREEZE and RESTORE, what dumps or restores is. The live engine's
         * VERIFY waits for memory that is still coming in.
         */
        AT_WORK,
        /** The agent has done it, the controller has not heard it. */
        ANSWERED
    }

    /** When the victim is there again. */
    enum Return {
        AT_ONCE,
        /** Not before the migration has got on without it, or says that it cannot. */
        LATE
    }

    /** Every victim at every boundary. A cable is only missed when it is out for a while. */
    static List<Strike> all(String engine) {
        List<Strike> all = new ArrayList<>();
        for (Phase phase : Phase.values()) {
            for (Moment moment : Moment.values()) {
                for (Victim victim : Victim.values()) {
                    all.add(new Strike(
                            engine, victim, phase, moment, victim == Victim.NETWORK ? Return.LATE : Return.AT_ONCE));
                }
            }
        }
        return all;
    }

    /** While the container runs already, and pages of its memory are still faulted in from the store. */
    boolean inLazyWindow() {
        return engine.equals(LIVE) && phase == Phase.VERIFY && moment == Moment.AT_WORK;
    }

    /** Whether the message on its way is lost by it, which comes from or goes to the victim. */
    boolean losesTheMessage() {
        return victim == Victim.CONTROLLER || (phase.atTarget() ? victim != Victim.SOURCE : victim == Victim.SOURCE);
    }

    @Override
    public String toString() {
        return (engine + ", " + victim + " at " + phase + " " + moment
                        + (comesBack == Return.LATE ? ", back late" : ""))
                .toLowerCase(Locale.ROOT)
                .replace('_', '-');
    }
}
