package org.livemigrate.experiments.catalog;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.livemigrate.experiments.cache.CacheNearHosts;
import org.livemigrate.experiments.cascade.CascadingFailure;
import org.livemigrate.experiments.crash.ControllerCrash;
import org.livemigrate.experiments.destination.LateDestination;
import org.livemigrate.experiments.diffs.DiffThresholds;
import org.livemigrate.experiments.experiment.Experiment;
import org.livemigrate.experiments.fleetsize.ChangingFleet;
import org.livemigrate.experiments.interval.IntervalAndTarget;
import org.livemigrate.experiments.latency.DecisionLatency;
import org.livemigrate.experiments.literature.PoliciesByTraces;
import org.livemigrate.experiments.optimality.OptimalityGap;
import org.livemigrate.experiments.outage.ControllerOutage;
import org.livemigrate.experiments.overhaul.InitialOverhaul;
import org.livemigrate.experiments.placement.PlacementExample;
import org.livemigrate.experiments.predump.PreDumps;
import org.livemigrate.experiments.tables.ReportTables;
import org.livemigrate.experiments.unequal.UnequalHosts;

/** All experiments, in the order of the report. A new one joins with one line. */
public final class Catalog {
    private static final List<Experiment> ALL = List.of(
            new PlacementExample(),
            new CascadingFailure(),
            new IntervalAndTarget(),
            new DecisionLatency(),
            new ControllerOutage(),
            new ControllerCrash(),
            new LateDestination(),
            new InitialOverhaul(),
            new ReportTables(),
            new PreDumps(),
            new OptimalityGap(),
            new PoliciesByTraces(),
            new DiffThresholds(),
            new UnequalHosts(),
            new CacheNearHosts(),
            new ChangingFleet());

    private Catalog() {}

    public static List<Experiment> all() {
        return ALL;
    }

    /**
     * Those of that name, each once, in the order asked for.
     *
     * @throws IllegalArgumentException when there is none of a name; the message lists those there are
     */
    public static List<Experiment> named(List<String> names) {
        Set<Experiment> found = new LinkedHashSet<>();
        for (String name : names) {
            found.add(ALL.stream()
                    .filter(e -> e.description().name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "There is no experiment '" + name + "'. Use one of: " + names() + ".")));
        }
        return new ArrayList<>(found);
    }

    private static String names() {
        return ALL.stream().map(e -> e.description().name()).collect(Collectors.joining(", "));
    }
}
