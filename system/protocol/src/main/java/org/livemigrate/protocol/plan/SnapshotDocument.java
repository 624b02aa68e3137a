package org.livemigrate.protocol.plan;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.ClusterSnapshotBuilder;
import org.livemigrate.scheduler.model.Constraints;
import org.livemigrate.scheduler.model.Container;
import org.livemigrate.scheduler.model.History;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.model.InFlightMove;
import org.livemigrate.scheduler.model.InvalidClusterException;
import org.livemigrate.scheduler.model.Label;

/**
 * A fleet as a file: what {@code live-migrate plan --snapshot FILE} reads, what {@code GET /v1/snapshot} answers and
 * {@code POST /v1/plan} takes. Only {@code hosts} and {@code containers} are needed, and of these only ids, capacity,
 * host and CPU.
 *
 * @param time when the picture was taken; absent: the epoch
 * @param hosts in any order
 * @param containers in any order
 * @param inFlight migrations under way; absent: none
 * @param history the samples before, oldest first, for policies and guards that look back; absent: none
 */
public record SnapshotDocument(
        Instant time,
        List<HostEntry> hosts,
        List<ContainerEntry> containers,
        List<InFlightEntry> inFlight,
        List<SampleEntry> history) {

    public SnapshotDocument {
        if (hosts == null || containers == null) {
            throw new InvalidClusterException("The snapshot has no "
                    + (hosts == null ? "'hosts'" : "'containers'")
                    + ": write {\"hosts\":[{\"id\",\"capacityMillicores\",\"memoryBytes\"}],"
                    + "\"containers\":[{\"id\",\"host\",\"cpuMillicores\",\"memoryBytes\"}]}.");
        }
        requireNoNulls("hosts", hosts);
        requireNoNulls("containers", containers);
        hosts = List.copyOf(hosts);
        containers = List.copyOf(containers);
        inFlight = inFlight == null ? List.of() : inFlight;
        requireNoNulls("inFlight", inFlight);
        inFlight = List.copyOf(inFlight);
        history = history == null ? List.of() : history;
        requireNoNulls("history", history);
        history = List.copyOf(history);
    }

    /**
     * @param memoryBytes absent: memory is no limit on this host
     * @param labels absent: none
     * @param schedulable absent: true; false for a cordoned host, which receives nothing
     */
    public record HostEntry(
            String id, long capacityMillicores, Long memoryBytes, Map<String, String> labels, Boolean schedulable) {}

    /**
     * @param name what people call it; absent: its id
     * @param host id of the host it is on; in flight: the one it comes from
     * @param memoryBytes absent: 0
     * @param labels absent: none
     * @param pinned absent: false
     * @param hostLabels labels that its host must carry, as {@code key=value}
     * @param affinity labels of containers that it must stand beside
     * @param antiAffinity labels of containers that it must not stand beside
     * @param exclusive what a host has but one of and this needs for itself, such as {@code port 8080/tcp}; absent: none
     * @param censored its host is saturated, so the demand is a lower bound
     */
    public record ContainerEntry(
            String id,
            String name,
            String host,
            long cpuMillicores,
            Long memoryBytes,
            Map<String, String> labels,
            Boolean pinned,
            List<String> hostLabels,
            List<String> affinity,
            List<String> antiAffinity,
            List<String> exclusive,
            Boolean censored) {}

    /** @param startedAt absent: the snapshot's time */
    public record InFlightEntry(String container, String from, String to, Instant startedAt) {
        public InFlightEntry {
            if (container == null || from == null || to == null) {
                throw new InvalidClusterException("A migration of the snapshot's 'inFlight' has no "
                        + (container == null ? "'container'" : from == null ? "'from'" : "'to'")
                        + ": write {\"container\":\"c1\",\"from\":\"v1\",\"to\":\"v2\"}.");
            }
        }
    }

    /**
     * @param time of the sample
     * @param hosts CPU use in millicores by host id, of those that were known then
     * @param containers the same by container id; absent: not kept
     */
    public record SampleEntry(Instant time, Map<String, Long> hosts, Map<String, Long> containers) {
        public SampleEntry {
            if (time == null || hosts == null) {
                throw new InvalidClusterException("A sample of the snapshot's 'history' has no "
                        + (time == null ? "'time'" : "'hosts'")
                        + ": write {\"time\",\"hosts\":{\"v1\":600},\"containers\":{\"c1\":600}}.");
            }
            // in the order of ids, so that equal pictures make equal documents
            hosts = Collections.unmodifiableMap(new TreeMap<>(hosts));
            containers = containers == null ? null : Collections.unmodifiableMap(new TreeMap<>(containers));
        }
    }

    /**
     * The scheduler's form of it.
     *
     * @throws InvalidClusterException with what is wrong, where, and what to do
     */
    public ClusterSnapshot toSnapshot() {
        Instant taken = time == null ? Instant.EPOCH : time;
        ClusterSnapshotBuilder builder = ClusterSnapshot.builder().time(taken);
        for (HostEntry host : hosts) {
            builder.host(new Host(
                    host.id(),
                    host.capacityMillicores(),
                    host.memoryBytes() == null ? Host.UNLIMITED_MEMORY : host.memoryBytes(),
                    host.labels() == null ? Map.of() : host.labels(),
                    !Boolean.FALSE.equals(host.schedulable())));
        }
        for (ContainerEntry container : containers) {
            builder.container(new Container(
                    container.id(),
                    container.name(),
                    container.host(),
                    container.cpuMillicores(),
                    container.memoryBytes() == null ? 0 : container.memoryBytes(),
                    container.labels() == null ? Map.of() : container.labels(),
                    Constraints.of(
                            Boolean.TRUE.equals(container.pinned()),
                            labels(container.hostLabels()),
                            labels(container.affinity()),
                            labels(container.antiAffinity()),
                            container.exclusive()),
                    Boolean.TRUE.equals(container.censored())));
        }
        for (InFlightEntry move : inFlight) {
            builder.inFlight(new InFlightMove(
                    move.container(), move.from(), move.to(), move.startedAt() == null ? taken : move.startedAt()));
        }
        ClusterSnapshot plain = builder.build();
        return history.isEmpty() ? plain : plain.revise().history(pastOf(plain)).build();
    }

    private History pastOf(ClusterSnapshot snapshot) {
        long[][] hostRows = new long[history.size()][snapshot.hostCount()];
        long[][] containerRows = new long[history.size()][snapshot.containerCount()];
        for (int k = 0; k < hostRows.length; k++) {
            SampleEntry sample = history.get(k);
            for (int h = 0; h < hostRows[k].length; h++) {
                hostRows[k][h] = sample.hosts().getOrDefault(snapshot.hostId(h), History.UNKNOWN);
            }
            for (int c = 0; c < containerRows[k].length; c++) {
                containerRows[k][c] = sample.containers() == null
                        ? History.UNKNOWN
                        : sample.containers().getOrDefault(snapshot.containerId(c), History.UNKNOWN);
            }
        }
        try {
            return new History(history.stream().map(SampleEntry::time).toList(), hostRows, containerRows);
        } catch (IllegalArgumentException e) {
            throw new InvalidClusterException("The snapshot's 'history': " + e.getMessage());
        }
    }

    private static List<SampleEntry> samples(ClusterSnapshot snapshot) {
        History history = snapshot.history();
        return IntStream.range(0, history.size())
                .mapToObj(k -> {
                    Map<String, Long> hosts = new TreeMap<>();
                    for (int h = 0; h < snapshot.hostCount(); h++) {
                        if (history.hostMillicores(k, h) != History.UNKNOWN) {
                            hosts.put(snapshot.hostId(h), history.hostMillicores(k, h));
                        }
                    }
                    Map<String, Long> containers = history.hasContainers() ? new TreeMap<>() : null;
                    for (int c = 0; containers != null && c < snapshot.containerCount(); c++) {
                        if (history.containerMillicores(k, c) != History.UNKNOWN) {
                            containers.put(snapshot.containerId(c), history.containerMillicores(k, c));
                        }
                    }
                    return new SampleEntry(history.time(k), hosts, containers);
                })
                .toList();
    }

    /** The document of a snapshot; what is at its default is left out. */
    public static SnapshotDocument of(ClusterSnapshot snapshot) {
        return new SnapshotDocument(
                snapshot.time(),
                IntStream.range(0, snapshot.hostCount())
                        .mapToObj(host -> entry(snapshot.host(host)))
                        .toList(),
                IntStream.range(0, snapshot.containerCount())
                        .mapToObj(container -> entry(snapshot.container(container)))
                        .toList(),
                snapshot.inFlightMoves().stream()
                        .map(move -> new InFlightEntry(
                                move.containerId(), move.fromHostId(), move.toHostId(), move.startedAt()))
                        .toList(),
                samples(snapshot));
    }

    private static HostEntry entry(Host host) {
        return new HostEntry(
                host.id(),
                host.capacityMillicores(),
                host.hasUnlimitedMemory() ? null : host.memoryBytes(),
                host.labels().isEmpty() ? null : host.labels(),
                host.schedulable() ? null : Boolean.FALSE);
    }

    private static ContainerEntry entry(Container container) {
        Constraints constraints = container.constraints();
        return new ContainerEntry(
                container.id(),
                container.name().equals(container.id()) ? null : container.name(),
                container.hostId(),
                container.cpuMillicores(),
                container.memoryBytes(),
                container.labels().isEmpty() ? null : container.labels(),
                constraints.pinned() ? Boolean.TRUE : null,
                texts(constraints.hostLabels()),
                texts(constraints.affinity()),
                texts(constraints.antiAffinity()),
                constraints.exclusive().isEmpty() ? null : constraints.exclusive(),
                container.censored() ? Boolean.TRUE : null);
    }

    private static List<Label> labels(List<String> texts) {
        return texts == null ? null : texts.stream().map(Label::parse).toList();
    }

    private static List<String> texts(List<Label> labels) {
        return labels.isEmpty() ? null : labels.stream().map(Label::toString).toList();
    }

    private static void requireNoNulls(String field, List<?> list) {
        for (int i = 0; i < list.size(); i++) {
            if (Objects.isNull(list.get(i))) {
                throw new InvalidClusterException("The snapshot's '" + field + "' has null at position " + i
                        + ". Write an object, or leave it out.");
            }
        }
    }
}
