package org.livemigrate.scheduler.policy;

import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.search.Forecast;
import org.livemigrate.scheduler.search.LocalSearchPlanner;
import org.livemigrate.scheduler.search.SearchSettings;

/**
 * Moves and swaps that avoid more predicted overload than they cost, found by local search with a budget of steps; see
 * {@link org.livemigrate.scheduler.search.Objective} for what is weighed and {@link LocalSearchPlanner} for how. By this
 * objective it is never worse than greedy.
 */
public final class LocalSearchPolicy implements Policy {
    private final String name;
    private final PolicyParameters parameters;
    private final SearchSettings settings;
    private final Forecast forecast;

    /** With the default constants of what a migration costs. */
    public LocalSearchPolicy(PolicyParameters parameters) {
        this(parameters, SearchSettings.DEFAULT);
    }

    /** With measured constants, another horizon, or another number of steps. */
    public LocalSearchPolicy(PolicyParameters parameters, SearchSettings settings) {
        this("local-search", parameters, settings, Forecast.persistence(settings.horizon()));
    }

    /** By another forecast, and therefore by another name: with the true future this is a reference, not a policy. */
    public LocalSearchPolicy(String name, PolicyParameters parameters, SearchSettings settings, Forecast forecast) {
        this.name = name;
        this.parameters = parameters;
        this.settings = settings;
        this.forecast = forecast;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public MigrationPlan plan(ClusterSnapshot snapshot) {
        parameters.listener().onStart(snapshot);
        MigrationPlan plan = new LocalSearchPlanner(
                        snapshot, parameters.target(), parameters.headroom(), settings, forecast, parameters.seed())
                .plan(name());
        parameters.listener().onPlan(plan);
        return plan;
    }
}
