package org.livemigrate.scheduler.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.livemigrate.scheduler.fleet.HeartbeatResult.Change;
import org.livemigrate.scheduler.fleet.HostRecord.Entry;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Container;
import org.livemigrate.scheduler.model.History;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.model.InFlightMove;
import org.livemigrate.scheduler.model.InvalidClusterException;
import org.livemigrate.scheduler.model.PastMove;

/**
 * What the controller knows of the fleet. Heartbeats say which hosts there are, statistics say what runs on them, the
 * executor says what is on its way; {@link #snapshot} puts it together. There is no clock in here: every call says what
 * time it is. Not thread-safe.
 *
 * <p><b>Hosts.</b> A host is in the fleet from its first heartbeat until it has been silent for the expiry; then it and
 * its containers leave the snapshot, and its next heartbeat alone brings it back. Statistics older than the expiry are
 * not believed when it comes back (a dead host's stale low load would attract containers): until a full update comes,
 * the host is listed and receives nothing. After a gap in the sequence likewise; meanwhile its containers stay listed
 * as last known, and are held.
 *
 * <p><b>A container that two hosts report</b> counts once:
 *
 * <ol>
 *   <li>while a migration of it is in flight it stands on the source (on the destination, if the source has left the
 *       fleet), with the demand it had when the migration began, because checkpointing disturbs the figures; the
 *       snapshot counts it at both ends. This holds also while neither end reports it;
 *   <li>when the migration has ended, the host it ended on goes before the other. Where that host does not tell of it
 *       within the expiry, the container is not there;
 *   <li>otherwise the host on which it appeared last has it, and of equals the first in fleet order.
 * </ol>
 */
public final class FleetView {
    private record Flight(InFlightMove move, ContainerStats stats) {}

    private final FleetSettings settings;
    private final TreeMap<String, HostRecord> hosts = new TreeMap<>();
    private final TreeMap<String, Flight> flights = new TreeMap<>();
    private final Deque<PastMove> lastMoves = new ArrayDeque<>();
    private final Deque<ClusterSnapshot> samples = new ArrayDeque<>();

    public FleetView(FleetSettings settings) {
        this.settings = Objects.requireNonNull(settings, "settings");
    }

    /** The host is alive and has these facts. Cordoning is {@link #cordon}'s; what the facts say of it is ignored. */
    public HeartbeatResult heartbeat(Host facts, Instant now) {
        return heartbeat(facts, null, now);
    }

    /**
     * As above, where the heartbeat says which incarnation of the host's agent lives. Statistics of another one may have
     * been long on their way: they do not replace what the living one has told.
     */
    public HeartbeatResult heartbeat(Host facts, String incarnation, Instant now) {
        HostRecord known = hosts.computeIfAbsent(facts.id(), id -> new HostRecord());
        Change change = known.lastHeartbeat == null
                ? Change.JOINED
                : known.isAlive(now, settings.expiry()) ? Change.STAYED : Change.REJOINED;
        // one that joins may have told its statistics long before: they wait in a queue while nobody reads it
        if (change != Change.STAYED && !known.hasFreshStats(now, settings.expiry())) {
            known.disbelieve();
        }
        known.facts = facts;
        known.lastHeartbeat = now;
        boolean toldByAnother = known.lives(incarnation);
        return new HeartbeatResult(change, !known.believed || toldByAnother);
    }

    /**
     * Applies a host's statistics. They are kept also for a host that has not sent a heartbeat yet.
     *
     * @throws InvalidClusterException when a figure is out of range; the picture is then as before
     */
    public UpdateResult apply(StatsUpdate update, Instant now) {
        for (ContainerStats stats : update.upserts()) {
            toContainer(stats, update.hostId());
        }
        return hosts.computeIfAbsent(update.hostId(), id -> new HostRecord()).apply(update, now);
    }

    /** An operator cordons a host or lifts it; the host need not be known yet. */
    public void cordon(String hostId, boolean cordoned) {
        hosts.computeIfAbsent(hostId, id -> new HostRecord()).cordoned = cordoned;
    }

    /** An operator takes a host out for good; its next heartbeat makes it a new one. */
    public void forget(String hostId) {
        hosts.remove(hostId);
    }

    /** A migration begins. */
    public void migrationStarted(InFlightMove move) {
        entry(move.toHostId(), move.containerId())
                .ifPresent(e -> put(move.toHostId(), move.containerId(), e.asDemoted(false)));
        ContainerStats stats = entry(move.fromHostId(), move.containerId())
                .or(() -> entry(move.toHostId(), move.containerId()))
                .map(Entry::stats)
                .orElseGet(() -> ContainerStats.of(move.containerId(), 0, 0));
        flights.put(move.containerId(), new Flight(move, stats));
    }

    /**
     * A migration has ended: committed (the container is on the destination) or not (it is on the source).
     *
     * @return what ended, or empty when none of this container was in flight
     */
    public Optional<PastMove> migrationEnded(String containerId, boolean committed, Instant now) {
        Flight flight = flights.remove(containerId);
        if (flight == null) {
            return Optional.empty();
        }
        InFlightMove move = flight.move;
        String has = committed ? move.toHostId() : move.fromHostId();
        String hasNot = committed ? move.fromHostId() : move.toHostId();
        Optional<Entry> told = entry(has, containerId);
        ContainerStats stats = told.map(Entry::stats).orElse(flight.stats);
        boolean assumed = told.map(Entry::assumed).orElse(true);
        // a move that was refused says nothing new of a container that the host has yet to tell of
        Instant since = assumed && !committed ? told.map(Entry::appearedAt).orElse(now) : now;
        put(has, containerId, new Entry(stats, since, false, assumed));
        entry(hasNot, containerId).ifPresent(e -> put(hasNot, containerId, e.asDemoted(true)));
        PastMove past = new PastMove(containerId, move.fromHostId(), move.toHostId(), now, committed);
        lastMoves.addLast(past);
        forgetOldMoves(now);
        return Optional.of(past);
    }

    /** Every host that has sent a heartbeat, in fleet order. */
    public List<HostStatus> hosts(Instant now) {
        List<HostStatus> all = new ArrayList<>();
        for (HostRecord host : hosts.values()) {
            if (host.facts != null) {
                HostStatus.State state = !host.isAlive(now, settings.expiry())
                        ? HostStatus.State.EXPIRED
                        : host.cordoned
                                ? HostStatus.State.CORDONED
                                : host.believed ? HostStatus.State.READY : HostStatus.State.AWAITING_STATS;
                all.add(new HostStatus(
                        host.facts.withSchedulable(!host.cordoned), state, host.lastHeartbeat, host.lastStats));
            }
        }
        return all;
    }

    /** The migrations in flight, by container id. */
    public List<InFlightMove> inFlight() {
        return flights.values().stream().map(Flight::move).toList();
    }

    /** The picture now, remembered as one sample of the history. Call it once per sampling interval. */
    public ClusterSnapshot sample(Instant now) {
        ClusterSnapshot snapshot = snapshot(now);
        if (settings.historySamples() > 0
                && (samples.isEmpty() || samples.getLast().time().isBefore(now))) {
            samples.addLast(snapshot.revise().history(History.EMPTY).build());
            while (samples.size() > settings.historySamples()) {
                samples.removeFirst();
            }
        }
        return snapshot;
    }

    /** The picture now, with the samples before now as its history. */
    public ClusterSnapshot snapshot(Instant now) {
        forgetOldMoves(now);
        FleetPicture picture = new FleetPicture(now);
        for (Map.Entry<String, HostRecord> host : hosts.entrySet()) {
            HostRecord known = host.getValue();
            if (known.facts != null && known.isAlive(now, settings.expiry())) {
                picture.add(known, now, settings.expiry());
            }
        }
        flights.values().forEach(flight -> picture.addFlight(flight.move, flight.stats));
        return picture.build(settings, List.copyOf(lastMoves), samples);
    }

    static Container toContainer(ContainerStats stats, String hostId) {
        return new Container(
                stats.id(),
                stats.name(),
                hostId,
                stats.cpuMillicores(),
                stats.memoryBytes(),
                stats.labels(),
                stats.constraints(),
                false);
    }

    private Optional<Entry> entry(String hostId, String containerId) {
        HostRecord host = hosts.get(hostId);
        return Optional.ofNullable(host == null ? null : host.containers.get(containerId));
    }

    private void put(String hostId, String containerId, Entry entry) {
        HostRecord host = hosts.get(hostId);
        if (host != null) {
            host.containers.put(containerId, entry);
        }
    }

    private void forgetOldMoves(Instant now) {
        Duration retention = settings.moveRetention();
        while (!lastMoves.isEmpty()
                && lastMoves.getFirst().endedAt().plus(retention).isBefore(now)) {
            lastMoves.removeFirst();
        }
    }
}
