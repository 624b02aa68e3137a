package org.livemigrate.simulator.engine;

import java.util.List;
import java.util.Map;
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
 * @param reading where CloudSim reads the meters otherwise
 * @param failures when hosts fail
 * @param telling how the scheduler comes to know of all this
 * @param contention what containers are seen to use on a host that has too little for them
 * @param membership hosts that join or leave
 * @param standing where containers start, by id, before {@code placement} is asked; empty: none is given
 * @param destinations when the destination of a move becomes final
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
        FailureModel failures,
        Telling telling,
        Contention contention,
        Membership membership,
        Map<String, Standing> standing,
        DestinationChoice destinations) {
    public Scenario {
        standing = Map.copyOf(standing);
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
        if (migrations.isLiterature() && destinations.moment() == DestinationChoice.Moment.CHECKPOINT) {
            throw new IllegalArgumentException("The literature's migrations leave no checkpoint in a store: their"
                    + " destination cannot be chosen when it is there.");
        }
    }

    /** The scheduler sees everything at once, hosts neither join nor leave, and containers are placed. */
    public Scenario(
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
        this(
                fleet,
                workload,
                sizes,
                intervalMs,
                memoryEnforced,
                idleHostsOn,
                placement,
                migrations,
                maxInFlight,
                historySamples,
                reading,
                failures,
                Telling.DIRECT,
                Contention.MAX_MIN,
                Membership.NONE,
                Map.of(),
                DestinationChoice.BY_PLAN);
    }

    /** The same, with hosts that fail otherwise. */
    public Scenario withFailures(FailureModel value) {
        return with(value, telling, membership, standing, destinations);
    }

    /** The same, told in another way. */
    public Scenario withTelling(Telling value) {
        return with(failures, value, membership, standing, destinations);
    }

    /** The same, with hosts that join and leave. */
    public Scenario withMembership(Membership value) {
        return with(failures, telling, value, standing, destinations);
    }

    /** The same, with containers that start on hosts of their own. */
    public Scenario withStanding(Map<String, Standing> value) {
        return with(failures, telling, membership, value, destinations);
    }

    /** The same, with destinations that become final at another moment. */
    public Scenario withDestinations(DestinationChoice value) {
        return with(failures, telling, membership, standing, value);
    }

    private Scenario with(
            FailureModel failures,
            Telling telling,
            Membership membership,
            Map<String, Standing> standing,
            DestinationChoice destinations) {
        return new Scenario(
                fleet,
                workload,
                sizes,
                intervalMs,
                memoryEnforced,
                idleHostsOn,
                placement,
                migrations,
                maxInFlight,
                historySamples,
                reading,
                failures,
                telling,
                contention,
                membership,
                standing,
                destinations);
    }

    long stepUs() {
        return workload.stepMs() * 1000;
    }
}
