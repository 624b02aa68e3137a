package org.livemigrate.simulator.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.protocol.stats.StatsDiffer;
import org.livemigrate.protocol.stats.StatsUpdates;
import org.livemigrate.scheduler.fleet.FleetSettings;
import org.livemigrate.scheduler.fleet.FleetView;
import org.livemigrate.scheduler.fleet.UpdateResult;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.InFlightMove;

/**
 * The scheduler's picture as the live controller has it: the scheduler's own {@link FleetView}, fed with heartbeats and
 * with the differences that the hosts' {@link StatsDiffer}s tell, late and with losses. It is wrong in the ways in which
 * the live one is wrong.
 */
final class HeardPicture implements Knowledge {
    /** The controller asks one host for everything at most this often. */
    private static final long RESYNC_PAUSE_US = 3_000_000;

    private final World world;
    private final Scenario scenario;
    private final Telling telling;
    private final EventQueue queue;
    private final FleetView view;
    private final ToldHosts hosts;
    private final SplittableRandom luck;
    private final long everyUs;
    private final long[] askedUs;
    private final Map<String, Integer> containerIndex = new HashMap<>();
    private final Map<String, Integer> hostIndex = new HashMap<>();
    private final Instant start;
    private long sent;
    private long suppressed;

    HeardPicture(World world, Scenario scenario, EventQueue queue, long seed) {
        this.world = world;
        this.scenario = scenario;
        this.queue = queue;
        telling = scenario.telling();
        start = Instant.ofEpochMilli(scenario.workload().startEpochMs());
        view = new FleetView(FleetSettings.DEFAULT
                .withExpiry(Duration.ofMillis(telling.expiryMs()))
                .withHistorySamples(scenario.historySamples()));
        hosts = new ToldHosts(world, scenario);
        luck = new SplittableRandom(seed ^ 0x7e11);
        everyUs = telling.everyMs() == 0 ? scenario.stepUs() : telling.everyMs() * 1000;
        askedUs = new long[world.hosts()];
        Arrays.fill(askedUs, -RESYNC_PAUSE_US);
        for (int c = 0; c < world.containers(); c++) {
            containerIndex.put(world.containerId(c), c);
        }
        for (int h = 0; h < world.hosts(); h++) {
            hostIndex.put(world.hostId(h), h);
        }
    }

    @Override
    public void begin() {
        repeat(0, telling.heartbeatMs() * 1000, this::beat);
        repeat(0, everyUs, this::sample);
    }

    private void repeat(long atUs, long everyUs, Event.Action action) {
        queue.add(atUs, Event.Kind.REPORT, nowUs -> {
            action.run(nowUs);
            repeat(nowUs + everyUs, everyUs, action);
        });
    }

    private void beat(long nowUs) {
        for (int h = 0; h < world.hosts(); h++) {
            if (world.isUp(h) && !isLost(telling.heartbeatLoss())) {
                int host = h;
                deliver(nowUs, at -> heartbeat(host, at));
            }
        }
    }

    private void heartbeat(int host, long nowUs) {
        boolean incomplete = view.heartbeat(world.host(host).toHost(scenario.memoryEnforced()), instant(nowUs))
                .needsFullSnapshot();
        if (incomplete) {
            ask(host, nowUs);
        }
    }

    /** Every host looks at its containers and tells what is worth it; the controller keeps the picture it has. */
    private void sample(long nowUs) {
        hosts.look();
        for (int h = 0; h < world.hosts(); h++) {
            if (world.isUp(h)) {
                tell(h, nowUs);
            }
        }
        if (scenario.historySamples() > 0) {
            view.sample(instant(nowUs));
        }
    }

    private void tell(int host, long nowUs) {
        StatsDiff diff = hosts.next(host, instant(nowUs));
        if (diff == null) {
            suppressed++;
            return;
        }
        sent++;
        if (!isLost(telling.loss())) {
            deliver(nowUs, at -> hear(host, diff, at));
        }
    }

    private void hear(int host, StatsDiff diff, long nowUs) {
        if (view.apply(StatsUpdates.of(diff), instant(nowUs)) == UpdateResult.NEEDS_FULL_SNAPSHOT) {
            ask(host, nowUs);
        }
    }

    private void ask(int host, long nowUs) {
        if (nowUs - askedUs[host] < RESYNC_PAUSE_US) {
            return;
        }
        askedUs[host] = nowUs;
        deliver(nowUs, at -> {
            if (world.isUp(host)) {
                hosts.forget(host);
                hosts.look();
                tell(host, at);
            }
        });
    }

    private void deliver(long nowUs, Event.Action action) {
        if (telling.delayMs() == 0) {
            action.run(nowUs);
        } else {
            queue.add(nowUs + telling.delayMs() * 1000, Event.Kind.REPORT, action);
        }
    }

    private boolean isLost(double share) {
        return share > 0 && luck.nextDouble() < share;
    }

    @Override
    public void began(Flight flight, long nowUs) {
        view.migrationStarted(new InFlightMove(
                world.containerId(flight.container),
                world.hostId(flight.from),
                world.hostId(flight.to),
                instant(nowUs)));
    }

    @Override
    public void ended(Flight flight, boolean isCommitted, long nowUs) {
        view.migrationEnded(world.containerId(flight.container), isCommitted, instant(nowUs));
    }

    @Override
    public void hostChanged(int host) {
        if (world.isUp(host)) {
            view.cordon(world.hostId(host), !world.isOpen(host));
        } else {
            hosts.restart(host); // when it is back, another agent speaks for it
        }
    }

    @Override
    public ClusterSnapshot snapshot(long nowUs) {
        return view.snapshot(instant(nowUs));
    }

    @Override
    public int containerOf(String id) {
        return containerIndex.get(id);
    }

    @Override
    public int hostOf(String id) {
        return hostIndex.get(id);
    }

    @Override
    public long statsSent() {
        return sent;
    }

    @Override
    public long statsSuppressed() {
        return suppressed;
    }

    private Instant instant(long nowUs) {
        return start.plusNanos(nowUs * 1000);
    }
}
