package org.livemigrate.scheduler.policy;

import org.livemigrate.scheduler.initial.InitialPlanner;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;

/**
 * Worst fit decreasing over the whole fleet as if it were empty, the report's section 2.1.1. It asks for many
 * migrations at once: wrap it in a budget, and it gets there in rounds.
 */
public final class InitialPolicy implements Policy {
    private final PolicyParameters parameters;

    /** Headroom and listener matter; the target says which hosts to name as above it. */
    public InitialPolicy(PolicyParameters parameters) {
        this.parameters = parameters;
    }

    @Override
    public String name() {
        return "initial";
    }

    @Override
    public MigrationPlan plan(ClusterSnapshot snapshot) {
        return new InitialPlanner(snapshot, parameters.target(), parameters.headroom(), parameters.listener())
                .plan(name());
    }
}
