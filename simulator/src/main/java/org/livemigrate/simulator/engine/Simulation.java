package org.livemigrate.simulator.engine;

import java.util.Arrays;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.simulator.metrics.ContainerMeters;
import org.livemigrate.simulator.metrics.HostMeters;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Samples;

/**
 * One run: one policy over one workload on one fleet, in virtual time. The workload's rows are pushed in, so that one
 * pass over a trace feeds any number of runs; a run is one thread's at a time and nothing in it asks for the wall time.
 */
public final class Simulation implements Run {
    private final Scenario scenario;
    private final Policy policy;
    private final RunListener listener;
    private final World world;
    private final EventQueue queue;
    private final Executor executor;
    private final Knowledge knowledge;
    private final Failures failures;
    private final Members members;
    private final int[] firstHost;
    private final Digest digest = new Digest();
    private int nextSample;
    private long vmSamples;
    private long committed;
    private long failed;
    private double bytesMoved;

    /** Nothing happens before the first row. The seed is that of random failures and of lost messages. */
    public Simulation(Scenario scenario, Policy policy, long seed, RunListener listener) {
        this.scenario = scenario;
        this.policy = policy;
        this.listener = listener;
        world = new World(scenario);
        queue = new EventQueue(nowUs -> listener.onEvent(nowUs, world));
        knowledge = scenario.telling().direct()
                ? new Picture(world, scenario)
                : new HeardPicture(world, scenario, queue, seed);
        executor = new Executor(world, queue, scenario, new Executor.Watcher() {
            @Override
            public void began(Flight flight, long nowUs) {
                knowledge.began(flight, nowUs);
            }

            @Override
            public void redirected(Flight flight) {
                knowledge.began(flight, flight.startedUs);
            }

            @Override
            public void ended(Flight flight, boolean isCommitted, long nowUs) {
                Simulation.this.ended(flight, isCommitted, nowUs);
            }
        });
        failures = new Failures(
                scenario.failures(), world, queue, executor, this::hostForArrival, knowledge::hostChanged, seed);
        firstHost = Placement.standing(scenario);
        members = new Members(scenario.membership(), world, queue, knowledge::hostChanged);
    }

    /** Runs everything before the next sample, then takes its row. */
    @Override
    public void accept(byte[] row) {
        long nowUs = nextSample * scenario.stepUs();
        if (nextSample == 0) {
            begin(row);
        } else {
            runUntil(nowUs, Event.Kind.SAMPLE);
            knowledge.keep(nowUs - scenario.stepUs()); // the row before held from then until now
        }
        world.sample(row, nowUs, this::changed);
        failures.sampled(nowUs);
        executor.beginReady(nowUs); // what has left makes room
        knowledge.sampled(nowUs);
        nextSample++;
        vmSamples += row.length;
        listener.onSample(nowUs, world);
        listener.onEvent(nowUs, world);
    }

    private void begin(byte[] row) {
        boolean[] present = new boolean[row.length];
        for (int c = 0; c < row.length; c++) {
            present[c] = row[c] != Samples.ABSENT;
        }
        members.begin();
        boolean[] closed = new boolean[world.hosts()];
        for (int h = 0; h < closed.length; h++) {
            closed[h] = !world.isOpen(h);
        }
        int[] hosts = scenario.placement().place(scenario, present, closed);
        for (int c = 0; c < hosts.length; c++) {
            if (present[c]) {
                world.arrive(c, hosts[c], 0);
            }
        }
        knowledge.begin();
        scheduleRound(scenario.intervalMs() * 1000);
        failures.begin();
    }

    private void scheduleRound(long atUs) {
        queue.add(atUs, Event.Kind.ROUND, nowUs -> {
            round(nowUs);
            scheduleRound(nowUs + scenario.intervalMs() * 1000);
        });
    }

    private void round(long nowUs) {
        ClusterSnapshot snapshot = knowledge.snapshot(nowUs);
        MigrationPlan plan = members.withDrains(policy.plan(snapshot), snapshot);
        listener.onPlan(nowUs, snapshot, plan);
        executor.submit(plan, knowledge::containerOf, knowledge::hostOf, nowUs);
        members.goWhenEmpty(nowUs);
    }

    private void runUntil(long timeUs, Event.Kind before) {
        queue.runUntil(timeUs, before);
    }

    private void changed(int container, boolean arrives, long nowUs) {
        if (arrives) {
            int first = firstHost[container];
            int host = isFree(first, container) ? first : hostForArrival(container);
            world.arrive(container, host, nowUs);
            if (host < 0) {
                failures.cameInVain(container);
            }
        } else {
            Flight flight = world.flights().get(container);
            if (flight != null) {
                executor.abort(flight, nowUs);
            }
            world.exit(container, nowUs);
        }
    }

    /** Whether the host that a container comes with, if any, takes it. */
    private boolean isFree(int host, int container) {
        return host >= 0 && world.isOpen(host) && world.hasMemoryFor(host, container);
    }

    /** The host with the most CPU left by present demand, of equals the first; with memory enforced, one that has it. */
    private int hostForArrival(int container) {
        int best = -1;
        long most = Long.MIN_VALUE;
        for (int h = 0; h < world.hosts(); h++) {
            long left = world.host(h).capacityMillicores() - world.hostMeters().demand(h);
            if (left > most && world.isOpen(h) && world.hasMemoryFor(h, container)) {
                most = left;
                best = h;
            }
        }
        return best;
    }

    private void ended(Flight flight, boolean isCommitted, long nowUs) {
        if (isCommitted) {
            committed++;
            bytesMoved += flight.bytes;
        } else {
            failed++;
        }
        digest.add(nowUs)
                .add(flight.container)
                .add(flight.from)
                .add(isCommitted ? flight.to : ~flight.to)
                .add(flight.bytes);
        knowledge.ended(flight, isCommitted, nowUs);
        listener.onMigration(new RunListener.MigrationRecord(
                world.containerId(flight.container),
                world.hostId(flight.from),
                world.hostId(flight.to),
                world.hostId(flight.planned),
                flight.reason,
                flight.startedUs,
                flight.frozenUs,
                nowUs,
                flight.rounds,
                flight.bytes,
                isCommitted));
    }

    /** For tests: see {@link EventQueue#hasLostNone}. */
    boolean hasLostNoEvent() {
        return queue.hasLostNone();
    }

    /** The simulated truth, for tests and listeners. */
    public World world() {
        return world;
    }

    /** Runs to the end of the last sample and gives the figures; wall time is for the caller to fill in. */
    @Override
    public RunResult finish(RunLabel label) {
        long endUs = nextSample * scenario.stepUs();
        runUntil(endUs, Event.Kind.SAMPLE);
        for (Flight flight : world.flights().all()) {
            flight.charge(world.containerMeters(), endUs, 0, flight.phase());
        }
        HostMeters hosts = world.hostMeters();
        hosts.finish(endUs);
        ContainerMeters containers = world.containerMeters();
        ContainerMeters.Downtime downtime = containers.downtime();
        double asked = containers.askedMillicoreSeconds();
        double slatah = hosts.slatah();
        double pdm = containers.pdm();
        double energy = hosts.energyKwh();
        double unmet = asked == 0 ? 0 : (hosts.unmetMillicoreSeconds() + world.unservedMillicoreSeconds(endUs)) / asked;
        double days = endUs / 86_400e6;
        digest.add(energy).add(slatah).add(pdm).add(unmet).add(asked).add(hosts.imbalanceStdDev());
        digest.add(failures.failures())
                .add(failures.cascades())
                .add(failures.containersLost())
                .add(knowledge.statsSent())
                .add(knowledge.statsSuppressed());
        Arrays.stream(world.placement()).forEach(digest::add);
        return new RunResult(
                scenario.workload().name(),
                scenario.fleet().name(),
                policy.name(),
                label.target(),
                scenario.intervalMs(),
                label.seed(),
                scenario.memoryEnforced() ? "enforced" : "ignored",
                scenario.telling().name(),
                vmSamples,
                0,
                0,
                0,
                0,
                executor.begun(),
                committed,
                failed,
                failed,
                slatah,
                hosts.slatahPooled(),
                pdm,
                containers.pdmPooled(),
                slatah * pdm,
                energy * slatah * pdm,
                energy,
                unmet,
                hosts.shutdowns(),
                hosts.meanActiveHosts(),
                hosts.imbalanceStdDev(),
                hosts.maxOverMean(),
                hosts.jain(),
                committed / days / world.containers(),
                downtime.p50Ms(),
                downtime.p99Ms(),
                downtime.sumMs(),
                bytesMoved,
                failures.cascades(),
                failures.largestCascade(),
                failures.failures(),
                failures.caused(),
                failures.containersLost(),
                knowledge.statsSent(),
                knowledge.statsSuppressed(),
                queue.processed(),
                digest.hex());
    }

    /** What the run is known by besides its scenario. */
    public record RunLabel(double target, long seed) {}
}
