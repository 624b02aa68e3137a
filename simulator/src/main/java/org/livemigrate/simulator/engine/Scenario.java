package org.livemigrate.simulator.engine;

import java.util.List;
import org.livemigrate.simulator.fleet.ContainerSizes;
import org.livemigrate.simulator.fleet.FleetSpec;
import org.livemigrate.simulator.metrics.HostMeters;
import org.livemigrate.simulator.trace.Series;
import org.livemigrate.simulator.trace.Workload;

/**
 * Everything that a run depends on besides the policy and the seed.
 *
 * @param fleet the hosts
 * @param workload the demand
 * @param sizes of the containers, by series
 * @param intervalMs between scheduling rounds; the first is one interval after the start
 * @param memoryEnforced whether a host's memory limits what may be put on it
 * @param idleHostsOn whether an empty host draws idle power
 * @param placement where containers start
 * @param migrations how migrations go
 * @param maxInFlight most migrations at a time
 * @param historySamples how many past samples the scheduler sees
 * @param failures when hosts fail
 * @param reading where CloudSim reads the meters otherwise
 */
public record Scenario(
        FleetSpec fleet,
        Workload workload,
        List<ContainerSizes.Size> sizes,
        long intervalMs,
        boolean memoryEnforced,
        boolean idleHostsOn,
        Placement placement,
        MigrationModel migrations,
        int maxInFlight,
        int historySamples,
        HostMeters.CloudSimReading reading,
        FailureModel failures) {
    public Scenario {
        sizes = List.copyOf(sizes);
        List<Series> series = workload.series();
        if (sizes.size() != series.size()) {
            throw new IllegalArgumentException(sizes.size() + " sizes for " + series.size() + " containers");
        }
        if (intervalMs <= 0 || maxInFlight < 1 || historySamples < 0) {
            throw new IllegalArgumentException("interval " + intervalMs + " ms, at most " + maxInFlight
                    + " migrations in flight, " + historySamples + " samples of history: the first two must be above 0,"
                    + " the last not below");
        }
    }

    long stepUs() {
        return workload.stepMs() * 1000;
    }
}
