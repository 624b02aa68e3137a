package org.livemigrate.scheduler.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Collects a fleet in any order and sorts it by id. Pleasant for three hosts; for many, start once here and go on with
 * {@link ClusterSnapshot#revise()}.
 */
public final class ClusterSnapshotBuilder {
    private final List<Host> hosts = new ArrayList<>();
    private final List<Container> containers = new ArrayList<>();
    private final List<InFlightMove> inFlight = new ArrayList<>();
    private final List<PastMove> lastMoves = new ArrayList<>();
    private Instant time = Instant.EPOCH;

    ClusterSnapshotBuilder() {}

    /** When the picture was taken; the epoch when not said. */
    public ClusterSnapshotBuilder time(Instant value) {
        time = value;
        return this;
    }

    public ClusterSnapshotBuilder host(Host host) {
        hosts.add(host);
        return this;
    }

    /** A schedulable host on which memory is no limit. */
    public ClusterSnapshotBuilder host(String id, long capacityMillicores) {
        return host(Host.of(id, capacityMillicores));
    }

    /** A schedulable host. */
    public ClusterSnapshotBuilder host(String id, long capacityMillicores, long memoryBytes) {
        return host(Host.of(id, capacityMillicores, memoryBytes));
    }

    public ClusterSnapshotBuilder hosts(Collection<Host> all) {
        hosts.addAll(all);
        return this;
    }

    public ClusterSnapshotBuilder container(Container container) {
        containers.add(container);
        return this;
    }

    /** A container without memory or constraints. */
    public ClusterSnapshotBuilder container(String id, String hostId, long cpuMillicores) {
        return container(Container.of(id, hostId, cpuMillicores));
    }

    /** A container without constraints. */
    public ClusterSnapshotBuilder container(String id, String hostId, long cpuMillicores, long memoryBytes) {
        return container(Container.of(id, hostId, cpuMillicores, memoryBytes));
    }

    public ClusterSnapshotBuilder containers(Collection<Container> all) {
        containers.addAll(all);
        return this;
    }

    /** A migration that is under way. */
    public ClusterSnapshotBuilder inFlight(InFlightMove move) {
        inFlight.add(move);
        return this;
    }

    /** A migration that ended; oldest first. */
    public ClusterSnapshotBuilder lastMove(PastMove move) {
        lastMoves.add(move);
        return this;
    }

    /**
     * Checks and sorts.
     *
     * @throws InvalidClusterException with what is wrong and what to do: an id twice, an unknown host, sums out of range
     */
    public ClusterSnapshot build() {
        Host[] sortedHosts = hosts.toArray(Host[]::new);
        Arrays.sort(sortedHosts, Comparator.comparing(Host::id));
        Container[] sorted = containers.toArray(Container[]::new);
        Arrays.sort(sorted, Comparator.comparing(Container::id));
        Topology topology = topology(sortedHosts, sorted);
        int[] hostOf = new int[sorted.length];
        for (int c = 0; c < sorted.length; c++) {
            hostOf[c] = topology.hostIndex(sorted[c].hostId());
            if (hostOf[c] < 0) {
                throw new InvalidClusterException("Container '" + sorted[c].id() + "' is on host '" + sorted[c].hostId()
                        + "', which is not listed. List the host, or correct the name.");
            }
        }
        SnapshotRevision revision = new SnapshotRevision(
                topology,
                time,
                hostOf,
                Arrays.stream(sorted).mapToLong(Container::cpuMillicores).toArray(),
                Arrays.stream(sorted).mapToLong(Container::memoryBytes).toArray());
        if (Arrays.stream(sortedHosts).anyMatch(h -> !h.schedulable())) {
            boolean[] schedulable = new boolean[sortedHosts.length];
            for (int h = 0; h < schedulable.length; h++) {
                schedulable[h] = sortedHosts[h].schedulable();
            }
            revision.schedulable(schedulable);
        }
        if (Arrays.stream(sorted).anyMatch(Container::censored)) {
            boolean[] censored = new boolean[sorted.length];
            for (int c = 0; c < censored.length; c++) {
                censored[c] = sorted[c].censored();
            }
            revision.censored(censored);
        }
        return revision.inFlight(inFlight).lastMoves(lastMoves).build();
    }

    private static Topology topology(Host[] hosts, Container[] containers) {
        String[] hostIds = Arrays.stream(hosts).map(Host::id).toArray(String[]::new);
        String[] containerIds = Arrays.stream(containers).map(Container::id).toArray(String[]::new);
        requireUnique("Host", hostIds);
        requireUnique("Container", containerIds);
        boolean named = Arrays.stream(containers).anyMatch(c -> !c.name().equals(c.id()));
        boolean constrained =
                Arrays.stream(containers).anyMatch(c -> !c.constraints().isNone());
        return new Topology(
                hostIds,
                Arrays.stream(hosts).mapToLong(Host::capacityMillicores).toArray(),
                Arrays.stream(hosts).mapToLong(Host::memoryBytes).toArray(),
                labels(Arrays.stream(hosts).map(Host::labels).toList()),
                containerIds,
                named ? Arrays.stream(containers).map(Container::name).toArray(String[]::new) : null,
                labels(Arrays.stream(containers).map(Container::labels).toList()),
                constrained
                        ? Arrays.stream(containers).map(Container::constraints).toArray(Constraints[]::new)
                        : null);
    }

    /** One map for all that have the same labels: fleets have few kinds, and whoever compares looks at identity first. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // a generic array has no other spelling
    private static Map<String, String>[] labels(List<Map<String, String>> column) {
        if (column.stream().allMatch(Map::isEmpty)) {
            return null;
        }
        Map<Map<String, String>, Map<String, String>> kinds = new HashMap<>();
        return column.stream()
                .map(labels -> kinds.computeIfAbsent(labels, same -> same))
                .toArray(Map[]::new);
    }

    private static void requireUnique(String what, String[] sortedIds) {
        for (int k = 1; k < sortedIds.length; k++) {
            if (sortedIds[k].equals(sortedIds[k - 1])) {
                throw new InvalidClusterException(what + " '" + sortedIds[k] + "' is listed twice. Give every "
                        + what.toLowerCase(Locale.ROOT) + " its own id.");
            }
        }
    }
}
