package org.livemigrate.controller.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.livemigrate.controller.time.Timeline;
import org.livemigrate.protocol.container.ContainerView;
import org.livemigrate.protocol.host.Heartbeat;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.host.HostMatch;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.recording.RecordingLine;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.protocol.stats.StatsUpdates;
import org.livemigrate.scheduler.fleet.FleetSettings;
import org.livemigrate.scheduler.fleet.FleetView;
import org.livemigrate.scheduler.fleet.HeartbeatResult;
import org.livemigrate.scheduler.fleet.HostStatus;
import org.livemigrate.scheduler.fleet.StatsUpdate;
import org.livemigrate.scheduler.fleet.UpdateResult;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.model.InFlightMove;
import org.livemigrate.scheduler.model.InvalidClusterException;
import org.livemigrate.scheduler.model.PastMove;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The live fleet: brings heartbeats, statistics and migrations into the scheduler's {@link FleetView}, and asks agents
 * for their whole state when the picture has a gap. Thread-safe.
 *
 * <p>The picture's time is counted monotonically from the controller's start, so that a wall clock that jumps neither
 * expires a fleet nor keeps a dead host in it.
 */
public final class Fleet {

    private static final Logger LOG = LoggerFactory.getLogger(Fleet.class);

    /** An agent needs a moment to answer; asking again meanwhile only makes it say the same twice. */
    private static final Duration RESYNC_PAUSE = Duration.ofSeconds(3);

    private final FleetView view;
    private final HeartbeatRegistry registry;
    private final Timeline timeline;
    private final ResyncRequester resync;
    private final BiConsumer<String, Boolean> durableCordon;
    private final Instant originInstant;
    private final long originNanos;
    private final Map<String, Long> resyncAskedNanos = new HashMap<>();
    private final Set<String> cordonedHosts = new TreeSet<>();
    private FleetTap tap = FleetTap.NONE;
    private boolean untouched = true;

    /**
     * @param cordoned hosts that were cordoned when the controller last ran
     * @param durableCordon makes a cordon durable
     */
    public Fleet(
            FleetSettings settings,
            HeartbeatRegistry registry,
            Timeline timeline,
            ResyncRequester resync,
            Set<String> cordoned,
            BiConsumer<String, Boolean> durableCordon) {
        this.view = new FleetView(settings);
        this.registry = registry;
        this.timeline = timeline;
        this.resync = resync;
        this.durableCordon = durableCordon;
        this.originInstant = timeline.now();
        this.originNanos = timeline.nanos();
        cordoned.forEach(host -> view.cordon(host, true));
        cordonedHosts.addAll(cordoned);
    }

    /** What is known when a tap is set. */
    @FunctionalInterface
    public interface Known {
        /**
         * @param at the picture's time
         * @param fromStart whether nothing was heard yet
         * @param cordoned hosts that are cordoned
         * @param lines heartbeats of the hosts that are alive, and the migrations under way and remembered, in the order
         *     of their times
         */
        void is(Instant at, boolean fromStart, List<String> cordoned, List<RecordingLine> lines);
    }

    /**
     * Tells this one everything that goes into the picture from now on.
     *
     * @param known is told first, under the same lock, so that nothing is missed or told twice. When something was heard
     *     before, the hosts are asked for their whole states
     */
    public void tapFromNow(Known known, FleetTap value) {
        List<String> ask = new ArrayList<>();
        synchronized (this) {
            Instant now = steadyNow();
            List<RecordingLine> lines = new ArrayList<>();
            for (HostStatus status : view.hosts(now)) {
                String host = status.host().id();
                if (status.state() != HostStatus.State.EXPIRED) {
                    registry.find(host)
                            .ifPresent(entry -> lines.add(
                                    new RecordingLine.HeartbeatHeard(status.lastHeartbeat(), entry.heartbeat())));
                    ask.add(host);
                }
            }
            view.snapshot(now).lastMoves().forEach(move -> lines.addAll(remembered(move)));
            view.inFlight()
                    .forEach(move -> lines.add(new RecordingLine.MigrationStarted(
                            move.startedAt(),
                            migration(
                                    move.containerId(), move.fromHostId(), move.toHostId(), move.startedAt(), null))));
            lines.sort(Comparator.comparing(RecordingLine::at));
            Instant begin = lines.isEmpty() ? now : lines.get(0).at();
            known.is(begin, untouched, List.copyOf(cordonedHosts), lines);
            tap = value;
        }
        ask.forEach(resync::requestResync);
    }

    private static List<RecordingLine> remembered(PastMove move) {
        MigrationOutcome outcome = move.committed() ? MigrationOutcome.COMMITTED : MigrationOutcome.ROLLED_BACK;
        Instant at = move.endedAt();
        MigrationView begun = migration(move.containerId(), move.fromHostId(), move.toHostId(), at, null);
        MigrationView ended = migration(move.containerId(), move.fromHostId(), move.toHostId(), at, outcome);
        return List.of(new RecordingLine.MigrationStarted(at, begun), new RecordingLine.MigrationEnded(at, ended));
    }

    /** As much of a migration as the picture remembers. */
    private static MigrationView migration(
            String container, String from, String to, Instant at, MigrationOutcome outcome) {
        return new MigrationView(
                "before-" + container + "-" + at.toEpochMilli(),
                container,
                container,
                from,
                to,
                "unknown",
                "from before the recording",
                "unknown",
                outcome,
                Map.of(),
                0,
                null,
                0,
                at,
                outcome == null ? null : at,
                null,
                null,
                null,
                List.of());
    }

    /** Nobody is told any more. */
    public synchronized void untap() {
        tap = FleetTap.NONE;
    }

    /** Puts a line that is not the picture's among those that are. */
    public synchronized void note(Function<Instant, RecordingLine> line) {
        tap.heard(line.apply(steadyNow()));
    }

    private Instant steadyNow() {
        return originInstant.plusNanos(timeline.nanos() - originNanos);
    }

    /**
     * A host is alive.
     *
     * @throws ProblemException 400 when it says something impossible of itself
     */
    public void heartbeat(Heartbeat heartbeat) {
        HostFacts facts = heartbeat.host();
        Host host;
        try {
            host = new Host(facts.id(), facts.capacityMillicores(), facts.memoryBytes(), facts.labels(), true);
        } catch (InvalidClusterException e) {
            throw new ProblemException(Problem.badRequest(e.getMessage()), e);
        }
        boolean ask;
        synchronized (this) {
            boolean newAgent = registry.note(heartbeat, timeline.now());
            Instant now = steadyNow();
            tap.heard(new RecordingLine.HeartbeatHeard(now, heartbeat));
            untouched = false;
            HeartbeatResult result = view.heartbeat(host, heartbeat.incarnation(), now);
            if (result.change() != HeartbeatResult.Change.STAYED || newAgent) {
                LOG.info(
                        "host {} {}{}",
                        facts.id(),
                        result.change().name().toLowerCase(Locale.ROOT),
                        newAgent ? " with a new agent" : "");
            }
            ask = result.needsFullSnapshot() && mayAsk(facts.id());
        }
        if (ask) {
            resync.requestResync(facts.id());
        }
    }

    /**
     * Takes a statistics message into the picture; the second time it changes nothing.
     *
     * @throws InvalidClusterException when a figure in it is impossible
     */
    public void apply(StatsDiff diff) {
        Ids.require("host id", diff.agent());
        StatsUpdate update = StatsUpdates.of(
                diff, (sample, why) -> LOG.warn("container {} is treated as pinned: {}", sample.name(), why));
        boolean ask;
        synchronized (this) {
            Instant now = steadyNow();
            UpdateResult result = view.apply(update, now);
            tap.heard(new RecordingLine.StatsHeard(now, diff));
            untouched = false;
            ask = result == UpdateResult.NEEDS_FULL_SNAPSHOT && mayAsk(diff.agent());
        }
        if (ask) {
            LOG.info("statistics of {} have a gap before {}: asking for all of them", diff.agent(), diff.sequence());
            resync.requestResync(diff.agent());
        }
    }

    private boolean mayAsk(String host) {
        long now = timeline.nanos();
        Long asked = resyncAskedNanos.get(host);
        if (asked != null && now - asked < RESYNC_PAUSE.toNanos()) {
            return false;
        }
        resyncAskedNanos.put(host, now);
        return true;
    }

    /** A migration's load counts at both ends from now on. */
    public synchronized void migrationStarted(MigrationView migration) {
        Instant now = steadyNow();
        tap.heard(new RecordingLine.MigrationStarted(now, migration));
        untouched = false;
        view.migrationStarted(new InFlightMove(migration.container(), migration.from(), migration.to(), now));
    }

    /** A migration has ended; the container is where the outcome says. */
    public synchronized void migrationEnded(MigrationView migration) {
        Instant now = steadyNow();
        tap.heard(new RecordingLine.MigrationEnded(now, migration));
        view.migrationEnded(migration.container(), migration.outcome() == MigrationOutcome.COMMITTED, now);
    }

    /**
     * Cordons a host or lifts it, durably.
     *
     * @throws ProblemException 404 when no such host was ever heard of
     */
    public void cordon(String host, boolean cordoned) {
        if (registry.find(host).isEmpty()) {
            throw new ProblemException(
                    Problem.notFound("there is no host " + host + ": GET /v1/nodes lists those that there are."));
        }
        synchronized (this) { // what is on disk and what is known follow the same order
            durableCordon.accept(host, cordoned);
            tap.heard(new RecordingLine.Cordoned(steadyNow(), host, cordoned));
            view.cordon(host, cordoned);
            if (cordoned) {
                cordonedHosts.add(host);
            } else {
                cordonedHosts.remove(host);
            }
        }
    }

    /** The picture now. */
    public synchronized ClusterSnapshot snapshot() {
        return matched(view.snapshot(steadyNow()));
    }

    /** The picture now, to decide a round from. */
    public synchronized ClusterSnapshot snapshotForRound(long number) {
        Instant now = steadyNow();
        tap.heard(new RecordingLine.RoundBegan(now, number));
        return matched(view.snapshot(now));
    }

    /** The picture now, remembered as one sample of the history. */
    public synchronized ClusterSnapshot sample() {
        Instant now = steadyNow();
        tap.heard(new RecordingLine.Sampled(now));
        return matched(view.sample(now));
    }

    private ClusterSnapshot matched(ClusterSnapshot snapshot) {
        return snapshot.revise()
                .compatibility(
                        HostMatch.of(snapshot, host -> registry.facts(host).orElseThrow()))
                .build();
    }

    /** Every host that was heard of, by id. */
    public List<NodeView> nodes() {
        ClusterSnapshot snapshot;
        List<HostStatus> statuses;
        synchronized (this) {
            snapshot = snapshot();
            statuses = view.hosts(steadyNow());
        }
        List<NodeView> nodes = new ArrayList<>();
        for (HostStatus status : statuses) {
            HeartbeatRegistry.Entry entry = registry.find(status.host().id()).orElseThrow();
            int h = snapshot.hostIndex(status.host().id());
            long used = h < 0 ? 0 : snapshot.hostCpuMillicores(h);
            nodes.add(new NodeView(
                    entry.heartbeat().host(),
                    status.state().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    entry.receivedAt(),
                    used,
                    h < 0 ? 0 : snapshot.hostMemoryBytesUsed(h),
                    h < 0 ? 0 : snapshot.containerCountOn(h),
                    (double) used / status.host().capacityMillicores()));
        }
        return nodes;
    }

    /** Every container on hosts that are in the fleet, by id. */
    public List<ContainerView> containers() {
        ClusterSnapshot snapshot = snapshot();
        Map<String, String> movingTo = new HashMap<>();
        snapshot.inFlightMoves().forEach(move -> movingTo.put(move.containerId(), move.toHostId()));
        List<ContainerView> containers = new ArrayList<>();
        for (int c = 0; c < snapshot.containerCount(); c++) {
            String id = snapshot.containerId(c);
            containers.add(new ContainerView(
                    id,
                    snapshot.containerName(c),
                    snapshot.hostId(snapshot.hostOf(c)),
                    movingTo.containsKey(id) ? "moving" : "running",
                    snapshot.cpuMillicores(c),
                    snapshot.memoryBytes(c),
                    snapshot.containerLabels(c),
                    movingTo.get(id)));
        }
        return containers;
    }

    /**
     * The container of that id or name.
     *
     * @throws ProblemException 404 when there is none, 409 when several hosts have one of that name
     */
    public ContainerView container(String idOrName) {
        Ids.require("container", idOrName);
        List<ContainerView> matches = containers().stream()
                .filter(container ->
                        container.id().equals(idOrName) || container.name().equals(idOrName))
                .toList();
        if (matches.isEmpty()) {
            throw new ProblemException(Problem.notFound("there is no container " + idOrName
                    + " on the hosts of this fleet: GET /v1/containers lists those that there are."));
        }
        if (matches.size() > 1) {
            throw new ProblemException(Problem.conflict(
                    "ambiguous-name",
                    "several containers are named " + idOrName + " (on "
                            + String.join(
                                    ", ",
                                    matches.stream().map(ContainerView::host).toList())
                            + "): name its id instead."));
        }
        return matches.get(0);
    }

    /**
     * The facts of a host that is in the fleet.
     *
     * @throws ProblemException 404 when no such host was ever heard of, 409 when it is silent
     */
    public HostFacts requireAlive(String host) {
        Ids.require("host id", host);
        HostFacts facts = registry.facts(host)
                .orElseThrow(() -> new ProblemException(
                        Problem.notFound("there is no host " + host + ": GET /v1/nodes lists those that there are.")));
        if (snapshot().hostIndex(host) < 0) {
            throw new ProblemException(Problem.conflict(
                    "host-expired", "host " + host + " has sent no heartbeat lately: see to its agent first."));
        }
        return facts;
    }

    /**
     * The facts of a host of which it is known what runs on it.
     *
     * @throws ProblemException as {@link #requireAlive}, and 503 while its statistics are missing or have a gap
     */
    public HostFacts requireKnown(String host) {
        HostFacts facts = requireAlive(host);
        List<HostStatus> statuses;
        synchronized (this) {
            statuses = view.hosts(steadyNow());
        }
        boolean awaiting = statuses.stream()
                .anyMatch(
                        status -> status.host().id().equals(host) && status.state() == HostStatus.State.AWAITING_STATS);
        if (awaiting) {
            throw new ProblemException(Problem.unavailable("what runs on host " + host
                    + " is not known just now: its statistics are awaited. Try again in a moment; when that does not"
                    + " help, see whether its agent reaches the broker (live-migrate doctor)."));
        }
        return facts;
    }
}
