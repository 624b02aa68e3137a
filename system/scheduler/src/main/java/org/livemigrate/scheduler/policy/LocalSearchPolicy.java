package org.livemigrate.scheduler.policy;

import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.search.LocalSearchPlanner;
import org.livemigrate.scheduler.search.SearchSettings;

/**
 * Moves and swaps that avoid more predicted overload than they cost, found by local search with a budget of steps; see
 * {@link org.livemigrate.scheduler.search.Objective} for what is weighed and {@link LocalSearchPlanner} for how. By this
 * objective it is never worse than greedy.
 */
public final class LocalSearchPolicy implements Policy {
    private final PolicyParameters parameters;
    private final SearchSettings settings;

    /** With the default constants of what a migration costs. */
    public LocalSearchPolicy(PolicyParameters parameters) {
        this(parameters, SearchSettings.DEFAULT);
    }

    /** With measured constants, another horizon, or another number of steps. */
    public LocalSearchPolicy(PolicyParameters parameters, SearchSettings settings) {
        this.parameters = parameters;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "local-search";
    }

    @Override
    public MigrationPlan plan(ClusterSnapshot snapshot) {
        parameters.listener().onStart(snapshot);
        MigrationPlan plan = new LocalSearchPlanner(
                        snapshot, parameters.target(), parameters.headroom(), settings, parameters.seed())
                .plan(name());
        parameters.listener().onPlan(plan);
        return plan;
    }
}
