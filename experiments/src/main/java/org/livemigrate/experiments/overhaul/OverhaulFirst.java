package org.livemigrate.experiments.overhaul;

import java.time.Instant;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.policy.Policy;

/** One policy until a moment, another from then on. */
record OverhaulFirst(Policy first, Instant until, Policy then) implements Policy {
    @Override
    public String name() {
        return first.name() + " then " + then.name();
    }

    @Override
    public MigrationPlan plan(ClusterSnapshot snapshot) {
        return (snapshot.time().isBefore(until) ? first : then).plan(snapshot);
    }
}
