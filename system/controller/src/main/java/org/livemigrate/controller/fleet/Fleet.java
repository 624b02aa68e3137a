package org.livemigrate.controller.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.livemigrate.controller.time.Timeline;
import org.livemigrate.protocol.container.ContainerView;
import org.livemigrate.protocol.host.Heartbeat;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.stats.ContainerSample;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.scheduler.fleet.ContainerStats;
import org.livemigrate.scheduler.fleet.FleetSettings;
import org.livemigrate.scheduler.fleet.FleetView;
import org.livemigrate.scheduler.fleet.HeartbeatResult;
import org.livemigrate.scheduler.fleet.HostStatus;
import org.livemigrate.scheduler.fleet.StatsUpdate;
import org.livemigrate.scheduler.fleet.UpdateResult;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.ConstraintLabels;
import org.livemigrate.scheduler.model.Constraints;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.model.InFlightMove;
import org.livemigrate.scheduler.model.InvalidClusterException;
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
            HeartbeatResult result = view.heartbeat(host, steadyNow());
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
        StatsUpdate update = new StatsUpdate(
                diff.agent(),
                diff.incarnation(),
                diff.sequence(),
                diff.full(),
                diff.changed().stream().map(Fleet::stats).toList(),
                diff.removed());
        boolean ask;
        synchronized (this) {
            ask = view.apply(update, steadyNow()) == UpdateResult.NEEDS_FULL_SNAPSHOT && mayAsk(diff.agent());
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

    private static ContainerStats stats(ContainerSample sample) {
        Constraints constraints;
        try {
            constraints = ConstraintLabels.read(sample.labels());
        } catch (InvalidClusterException e) {
            // a label that cannot be read must not hide the container's load; it stays where it is instead
            LOG.warn("container {} is treated as pinned: {}", sample.name(), e.getMessage());
            constraints = ConstraintLabels.read(Map.of(ConstraintLabels.PINNED, "true"));
        }
        return new ContainerStats(
                sample.id(), sample.name(), sample.cpuMillicores(), sample.memoryBytes(), sample.labels(), constraints);
    }

    /** A migration's load counts at both ends from now on. */
    public synchronized void migrationStarted(MigrationView migration) {
        view.migrationStarted(new InFlightMove(migration.container(), migration.from(), migration.to(), steadyNow()));
    }

    /** A migration has ended; the container is where the outcome says. */
    public synchronized void migrationEnded(MigrationView migration) {
        view.migrationEnded(migration.container(), migration.outcome() == MigrationOutcome.COMMITTED, steadyNow());
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
        durableCordon.accept(host, cordoned);
        synchronized (this) {
            view.cordon(host, cordoned);
        }
    }

    /** The picture now. */
    public synchronized ClusterSnapshot snapshot() {
        return matched(view.snapshot(steadyNow()));
    }

    /** The picture now, remembered as one sample of the history. */
    public synchronized ClusterSnapshot sample() {
        return matched(view.sample(steadyNow()));
    }

    private ClusterSnapshot matched(ClusterSnapshot snapshot) {
        return snapshot.revise().compatibility(HostMatch.of(snapshot, registry)).build();
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
}
