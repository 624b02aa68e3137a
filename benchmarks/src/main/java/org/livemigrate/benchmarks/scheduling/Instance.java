package org.livemigrate.benchmarks.scheduling;

import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.synthetic.HotFleet;

/** The fleets that benchmarks plan for, by name; 20 containers per host, target 60 %, always the same seed. */
final class Instance {
    static final Fraction TARGET = Fraction.percent(60);

    private static final long SEED = 2026;

    private Instance() {}

    /** {@code easy-1000} or {@code saturated-2000}: what kind, and how many hosts. */
    static ClusterSnapshot snapshot(String name) {
        int dash = name.indexOf('-');
        int hosts = Integer.parseInt(name.substring(dash + 1));
        HotFleet fleet = switch (name.substring(0, dash)) {
            case "easy" -> HotFleet.easy(hosts, SEED);
            case "saturated" -> HotFleet.saturated(hosts, SEED);
            default ->
                throw new IllegalArgumentException(
                        "There is no instance '" + name + "'. Use easy-HOSTS or saturated-HOSTS.");
        };
        return fleet.snapshot();
    }
}
