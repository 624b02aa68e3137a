package org.livemigrate.simulator.reference;

import java.util.List;
import org.livemigrate.scheduler.policy.LocalSearchPolicy;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.scheduler.policy.PolicyParameters;
import org.livemigrate.scheduler.search.SearchSettings;
import org.livemigrate.simulator.engine.Scenario;

/** What policies are read against, by the names that {@code --policy} takes besides theirs; tables list them first. */
public final class References {
    /** {@link LowerBound}: proven, for every policy. */
    public static final String BOUND = "bound";

    /** {@code local-search} with the {@link TrueFuture}: what better prediction could bring it. */
    public static final String CLAIRVOYANT = "clairvoyant";

    /** In the order in which tables list them. */
    public static final List<String> NAMES = List.of(BOUND, CLAIRVOYANT);

    private References() {}

    /** What a local search goes by in a run: that migrations take what they take in it. */
    public static SearchSettings settings(Scenario scenario) {
        return SearchSettings.DEFAULT
                .withCalibration(scenario.migrations().calibration())
                .withRule(scenario.migrations().rule()); // the literature's model has the default
    }

    /** The clairvoyant of one run. */
    public static Policy clairvoyant(Scenario scenario, PolicyParameters parameters) {
        SearchSettings settings = settings(scenario);
        return new LocalSearchPolicy(
                CLAIRVOYANT,
                parameters,
                settings,
                new TrueFuture(scenario.workload(), scenario.sizes(), settings.horizon()));
    }
}
