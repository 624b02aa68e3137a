package org.livemigrate.simulator.engine;

import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;

/** Watches a run; a run is the same whether it is watched or not. */
public interface RunListener {
    /** Sees nothing. */
    RunListener NONE = new RunListener() {};

    /** A sample was applied. */
    default void onSample(long nowUs, World world) {}

    /** A plan was made. The snapshot's demand, and reasons put off, are good for this call only: its columns are used again. */
    default void onPlan(long nowUs, ClusterSnapshot snapshot, MigrationPlan plan) {}

    /** A migration ended; indices are the world's. */
    default void onMigration(MigrationRecord migration) {}

    /** An event was processed: for tests that check invariants after each. */
    default void onEvent(long nowUs, World world) {}

    /** How a migration went; {@code planned} is where the plan sent it, which {@link DestinationChoice} may change. */
    record MigrationRecord(
            String container,
            String from,
            String to,
            String planned,
            String reason,
            long startedUs,
            long frozenUs,
            long endedUs,
            int rounds,
            double bytes,
            boolean committed) {
        /** How long the container stood still. */
        public long downtimeUs() {
            return committed && frozenUs >= 0 ? endedUs - frozenUs : 0;
        }
    }
}
