package org.livemigrate.simulator.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.livemigrate.scheduler.fleet.FleetSettings;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.ClusterSnapshotBuilder;
import org.livemigrate.scheduler.model.Container;
import org.livemigrate.scheduler.model.History;
import org.livemigrate.scheduler.model.InFlightMove;
import org.livemigrate.scheduler.model.PastMove;

/**
 * The scheduler's picture when it knows the truth at once: every sample, every host. It is made from the picture before
 * by replacing columns; only when containers or hosts come or go it is made anew.
 */
final class Picture implements Knowledge {
    private static final Duration MOVES_KEPT = FleetSettings.DEFAULT.moveRetention();

    /** {@code standing}: the containers that stood somewhere; the same object for as long as that does not change. */
    private record Sample(Instant time, long[] hostMillicores, long[] cpu, BitSet standing, long topology) {}

    private final World world;
    private final Scenario scenario;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private final Deque<PastMove> moves = new ArrayDeque<>();
    private ClusterSnapshot last;
    private int[] worldOf = new int[0];
    private boolean whole;
    private long topology = -1;
    private long placement = -1;
    private long flights = -1;
    private boolean movesChanged;

    Picture(World world, Scenario scenario) {
        this.world = world;
        this.scenario = scenario;
    }

    private Instant instant(long nowUs) {
        return Instant.ofEpochMilli(scenario.workload().startEpochMs()).plusNanos(nowUs * 1000);
    }

    @Override
    public void ended(Flight flight, boolean isCommitted, long nowUs) {
        moves.addLast(new PastMove(
                world.containerId(flight.container),
                world.hostId(flight.from),
                world.hostId(flight.to),
                instant(nowUs),
                isCommitted));
        movesChanged = true;
    }

    /** Keeps the sample for the history. */
    @Override
    public void keep(long nowUs) {
        if (scenario.historySamples() == 0) {
            return;
        }
        long[] hosts = new long[world.hosts()];
        for (int h = 0; h < hosts.length; h++) {
            hosts[h] = world.hostMeters().demand(h);
        }
        samples.addLast(new Sample(instant(nowUs), hosts, world.cpu(), standing(), world.topologyVersion()));
        if (samples.size() > scenario.historySamples()) {
            samples.removeFirst();
        }
    }

    private BitSet standing() {
        Sample before = samples.peekLast();
        if (before != null && before.topology == world.topologyVersion()) {
            return before.standing;
        }
        BitSet standing = new BitSet();
        for (int c = 0; c < world.containers(); c++) {
            standing.set(c, world.hostOf(c) >= 0);
        }
        return standing;
    }

    @Override
    public ClusterSnapshot snapshot(long nowUs) {
        Instant now = instant(nowUs);
        forgetOldMoves(now);
        if (last == null || topology != world.topologyVersion()) {
            last = build(now);
            topology = world.topologyVersion();
            flights = -1;
            movesChanged = true;
        }
        var revision = last.revise().time(now).cpuMillicores(cpu());
        if (placement != world.placementVersion()) {
            revision.placement(placement());
            placement = world.placementVersion();
        }
        if (flights != world.flights().version()) {
            revision.inFlight(inFlight());
            flights = world.flights().version();
        }
        if (movesChanged) {
            revision.lastMoves(List.copyOf(moves));
            movesChanged = false;
        }
        if (!samples.isEmpty()) {
            revision.history(history(now));
        }
        last = revision.build();
        return last;
    }

    @Override
    public int containerOf(String id) {
        int index = last.containerIndex(id);
        return index < 0 ? -1 : worldOf[index];
    }

    /** Hosts that are down are listed, as not schedulable. */
    @Override
    public int hostOf(String id) {
        return last.hostIndex(id);
    }

    private ClusterSnapshot build(Instant now) {
        ClusterSnapshotBuilder builder = ClusterSnapshot.builder().time(now);
        for (int h = 0; h < world.hosts(); h++) {
            builder.host(world.host(h).toHost(scenario.memoryEnforced()).withSchedulable(world.isOpen(h)));
        }
        int count = 0;
        int[] index = new int[world.containers()];
        for (int c = 0; c < world.containers(); c++) {
            if (world.hostOf(c) >= 0) {
                builder.container(container(c));
                index[count++] = c;
            }
        }
        worldOf = Arrays.copyOf(index, count);
        whole = count == world.containers();
        placement = world.placementVersion();
        return builder.build();
    }

    private Container container(int c) {
        String id = world.containerId(c);
        String host = world.hostId(world.hostOf(c));
        Standing demands = scenario.standing().get(id);
        return demands == null
                ? Container.of(id, host, world.cpuMillicores(c), world.memoryBytes(c))
                : new Container(
                        id,
                        demands.name(),
                        host,
                        world.cpuMillicores(c),
                        world.memoryBytes(c),
                        demands.labels(),
                        demands.constraints(),
                        false);
    }

    private long[] cpu() {
        return whole ? world.cpu() : gather(world.cpu());
    }

    private long[] gather(long[] ofWorld) {
        long[] gathered = new long[worldOf.length];
        for (int i = 0; i < gathered.length; i++) {
            gathered[i] = ofWorld[worldOf[i]];
        }
        return gathered;
    }

    private int[] placement() {
        int[] hosts = new int[worldOf.length];
        for (int i = 0; i < hosts.length; i++) {
            hosts[i] = world.hostOf(worldOf[i]);
        }
        return hosts;
    }

    private List<InFlightMove> inFlight() {
        List<InFlightMove> list = new ArrayList<>();
        for (Flight flight : world.flights().underWay()) {
            list.add(new InFlightMove(
                    world.containerId(flight.container),
                    world.hostId(flight.from),
                    world.hostId(flight.to),
                    instant(flight.startedUs)));
        }
        return list;
    }

    private History history(Instant now) {
        List<Instant> times = new ArrayList<>(samples.size());
        List<long[]> hosts = new ArrayList<>(samples.size());
        List<long[]> containers = new ArrayList<>(samples.size());
        for (Sample sample : samples) {
            if (sample.time.isBefore(now)) {
                times.add(sample.time);
                hosts.add(sample.hostMillicores);
                boolean asItIs = whole && sample.standing.cardinality() == world.containers();
                containers.add(asItIs ? sample.cpu : known(sample));
            }
        }
        return new History(times, hosts.toArray(long[][]::new), containers.toArray(long[][]::new));
    }

    /** The sample by the snapshot's containers; of those that stood nowhere then nothing is known. */
    private long[] known(Sample sample) {
        long[] known = gather(sample.cpu);
        for (int i = 0; i < known.length; i++) {
            if (!sample.standing.get(worldOf[i])) {
                known[i] = History.UNKNOWN;
            }
        }
        return known;
    }

    private void forgetOldMoves(Instant now) {
        Instant oldest = now.minus(MOVES_KEPT);
        for (Iterator<PastMove> it = moves.iterator();
                it.hasNext() && it.next().endedAt().isBefore(oldest); ) {
            it.remove();
            movesChanged = true;
        }
    }
}
