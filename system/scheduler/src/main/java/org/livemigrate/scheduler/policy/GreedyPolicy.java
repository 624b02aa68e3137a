package org.livemigrate.scheduler.policy;

import org.livemigrate.scheduler.greedy.GreedyPlanner;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;

/**
 * First fit from the hosts above target, the report's section 2.1.2, with exact loads, unequal hosts, memory,
 * headroom and constraints. The search is described step by step in the {@code greedy} package.
 *
 * <p>It terminates: each move replaces two loads by two that are both below the source's, so the loads in descending
 * order fall lexicographically.
 */
public final class GreedyPolicy implements Policy {
    private final PolicyParameters parameters;

    /** Target, headroom and listener matter; there are no lots to draw. */
    public GreedyPolicy(PolicyParameters parameters) {
        this.parameters = parameters;
    }

    @Override
    public String name() {
        return "greedy";
    }

    @Override
    public MigrationPlan plan(ClusterSnapshot snapshot) {
        return new GreedyPlanner(snapshot, parameters.target(), parameters.headroom(), parameters.listener())
                .plan(name());
    }
}
