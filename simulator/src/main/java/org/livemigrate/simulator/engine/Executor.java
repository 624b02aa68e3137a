package org.livemigrate.simulator.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.plan.Migration;
import org.livemigrate.scheduler.plan.MigrationPlan;

/**
 * Carries out plans. A plan's moves begin in its order, each as soon as its container stands where the plan says and
 * its destination has the memory; while a move waits for a destination, later ones to the same destination wait behind
 * it. What has not begun when the next plan comes is dropped. Where a move ends may be chosen later ({@link
 * DestinationChoice}); memory is booked on the planned host until then.
 */
final class Executor {
    /** A planned move by index. */
    private record Move(int container, int from, int to, String reason) {}

    /** Hears of migrations. */
    interface Watcher {
        void began(Flight flight, long nowUs);

        /** It has another destination than before. */
        void redirected(Flight flight);

        void ended(Flight flight, boolean committed, long nowUs);
    }

    private final World world;
    private final EventQueue queue;
    private final MigrationModel model;
    private final int maxInFlight;
    private final Watcher watcher;
    private final Transfers store;
    private final DestinationChoice.Moment chosenAt;
    private final Destinations destinations;
    private final Deque<Move> waiting = new ArrayDeque<>();
    private final Set<Integer> blocked = new HashSet<>();
    private long begun;

    Executor(World world, EventQueue queue, Scenario scenario, Watcher watcher) {
        this.world = world;
        this.queue = queue;
        this.watcher = watcher;
        model = scenario.migrations();
        maxInFlight = scenario.maxInFlight();
        chosenAt = scenario.destinations().moment();
        destinations = new Destinations(world, scenario.destinations().limit());
        store = new Transfers(queue, model.calibration().storeBytesPerSecond());
    }

    long begun() {
        return begun;
    }

    /** How many moves of the last plan have not begun. */
    int waiting() {
        return waiting.size();
    }

    /** Replaces what has not begun by this plan; {@code index} gives the world's index of an id. */
    void submit(MigrationPlan plan, Index containers, Index hosts, long nowUs) {
        waiting.clear();
        for (Migration move : plan.migrations()) {
            waiting.add(new Move(
                    containers.of(move.container()),
                    hosts.of(move.from()),
                    hosts.of(move.to()),
                    move.reason().code().name()));
        }
        beginReady(nowUs);
    }

    /** The world's index of an id. */
    interface Index {
        int of(String id);
    }

    /** Begins what waits and may begin now; to be called whenever room was made that the executor did not make itself. */
    void beginReady(long nowUs) {
        if (waiting.isEmpty()) {
            return;
        }
        blocked.clear();
        Iterator<Move> moves = waiting.iterator();
        while (moves.hasNext() && world.flights().size() < maxInFlight) {
            Move move = moves.next();
            boolean lost = !world.isPresent(move.container) || !world.isOpen(move.to) || move.from == move.to;
            if (lost) {
                moves.remove();
            } else if (world.hostOf(move.container) == move.from
                    && world.flights().get(move.container) == null
                    && !blocked.contains(move.to)
                    && world.hasMemoryFor(move.to, move.container)) {
                moves.remove();
                begin(move, nowUs);
            } else {
                blocked.add(move.to);
            }
        }
    }

    private void begin(Move move, long nowUs) {
        long demand = world.cpuMillicores(move.container);
        Flight flight = new Flight(move.container, move.from, move.to, move.reason, model, demand, nowUs);
        begun++;
        if (chosenAt == DestinationChoice.Moment.BEGIN) {
            flight.to = destinations.confirmed(flight);
        }
        world.book(flight.container, flight.to, nowUs);
        world.flights().add(flight);
        watcher.began(flight, nowUs);
        world.hostMeters().come(flight.to, 1, nowUs);
        world.hostMeters().add(flight.from, flight.sourceDelta(), nowUs);
        world.hostMeters().add(flight.to, flight.targetDelta(), nowUs);
        if (model.isLiterature()) {
            flight.bytes = world.memoryBytes(move.container);
            long us = Math.round(flight.bytes * 1e6 / model.fixedBytesPerSecond());
            flight.event = queue.add(nowUs + us, Event.Kind.MIGRATION, at -> commit(flight, at));
        } else if (model.setupMs() > 0) {
            long us = Math.round(model.setupMs() * 1000);
            flight.event = queue.add(nowUs + us, Event.Kind.MIGRATION, at -> {
                flight.event = null;
                enter(flight, Flight.Phase.COPYING, at);
                nextRound(flight, world.memoryBytes(move.container), at);
            });
        } else {
            nextRound(flight, world.memoryBytes(move.container), nowUs);
        }
    }

    private void nextRound(Flight flight, double leftBytes, long nowUs) {
        boolean freeze = model.rule()
                .decide(flight.rounds, flight.copiedBytes, leftBytes, store.shareBytesPerSecond(false))
                .freezes();
        flight.bytes += leftBytes;
        if (freeze) {
            flight.frozenUs = nowUs;
            enter(flight, Flight.Phase.FROZEN, nowUs);
            flight.copy = store.start(leftBytes, nowUs, at -> restore(flight, at));
            return;
        }
        flight.rounds++;
        flight.copiedBytes = leftBytes;
        // so much of the freeze's copy would take as long
        Calibration calibration = model.calibration();
        double asFrozen = leftBytes * ((double) calibration.storeBytesPerSecond() / calibration.roundBytesPerSecond());
        flight.copy = store.start(asFrozen, nowUs, at -> copied(flight, nowUs, at));
    }

    private void copied(Flight flight, long sinceUs, long nowUs) {
        flight.copy = null;
        long us = Math.round(model.calibration().roundFixedMs() * 1000);
        if (us > 0) {
            flight.event = queue.add(nowUs + us, Event.Kind.MIGRATION, at -> roundEnds(flight, sinceUs, at));
        } else {
            roundEnds(flight, sinceUs, nowUs);
        }
    }

    private void roundEnds(Flight flight, long sinceUs, long nowUs) {
        flight.event = null;
        Calibration calibration = model.calibration();
        double dirtied =
                calibration.dirtyBytesPerSecond(world.cpuMillicores(flight.container)) * (nowUs - sinceUs) * 1e-6;
        nextRound(flight, Math.min(calibration.workingSetBytes(world.memoryBytes(flight.container)), dirtied), nowUs);
    }

    private void restore(Flight flight, long nowUs) {
        int to = isUndecided(flight) ? destinations.confirmed(flight) : flight.to;
        if (to != flight.to) {
            redirect(flight, to, nowUs);
            beginReady(nowUs);
        }
        flight.copy = null;
        flight.restoring = true;
        Calibration calibration = model.calibration();
        double ms = calibration.freezeFixedMs() + calibration.restoreMs(world.memoryBytes(flight.container));
        flight.event = queue.add(nowUs + Math.round(ms * 1000), Event.Kind.MIGRATION, at -> commit(flight, at));
    }

    private void commit(Flight flight, long nowUs) {
        flight.event = null;
        long demand = world.cpuMillicores(flight.container);
        world.hostMeters().add(flight.from, -demand - flight.sourceDelta(), nowUs);
        world.hostMeters().add(flight.to, demand - flight.targetDelta(), nowUs);
        boolean lazy = !model.isLiterature() && model.calibration().lazyRestore();
        flight.charge(world.containerMeters(), nowUs, demand, Flight.Phase.LAZY);
        world.hostMeters().come(flight.to, -1, nowUs);
        world.unbook(flight.container, flight.from, nowUs);
        world.stand(flight.container, flight.to);
        if (flight.frozenUs >= 0) {
            world.containerMeters().downtime(nowUs - flight.frozenUs);
        }
        if (lazy) {
            double ms = model.calibration().lazyWindowMs(world.memoryBytes(flight.container));
            world.hostMeters().add(flight.to, flight.targetDelta(), nowUs);
            flight.event = queue.add(nowUs + Math.round(ms * 1000), Event.Kind.MIGRATION, at -> {
                world.hostMeters().add(flight.to, -flight.targetDelta(), at);
                flight.charge(world.containerMeters(), at, 0, Flight.Phase.LAZY);
                world.flights().remove(flight);
                beginReady(at);
            });
            world.flights().changed();
        } else {
            world.flights().remove(flight);
        }
        watcher.ended(flight, true, nowUs);
        beginReady(nowUs);
    }

    /** Whether another host may still become its destination. */
    private boolean isUndecided(Flight flight) {
        return chosenAt == DestinationChoice.Moment.CHECKPOINT && !flight.restoring;
    }

    /** Its destination is about to fail: whether it goes on, to another. */
    boolean survivesItsDestination(Flight flight, long nowUs) {
        int other = isUndecided(flight) ? destinations.other(flight) : -1;
        if (other >= 0) {
            redirect(flight, other, nowUs);
        }
        return other >= 0;
    }

    private void redirect(Flight flight, int to, long nowUs) {
        world.hostMeters().add(flight.to, -flight.targetDelta(), nowUs);
        world.hostMeters().come(flight.to, -1, nowUs);
        world.unbook(flight.container, flight.to, nowUs);
        flight.to = to;
        world.book(flight.container, to, nowUs);
        world.hostMeters().come(to, 1, nowUs);
        world.hostMeters().add(to, flight.targetDelta(), nowUs);
        world.flights().changed();
        watcher.redirected(flight);
    }

    /**
     * Ends a migration before its commit: the container stays on the source. The caller sees to containers whose host
     * is lost.
     */
    void abort(Flight flight, long nowUs) {
        if (flight.copy != null) {
            store.cancel(flight.copy, nowUs);
            flight.copy = null;
        }
        queue.cancel(flight.event);
        flight.event = null;
        long demand = world.cpuMillicores(flight.container);
        if (flight.phase() == Flight.Phase.LAZY) {
            world.hostMeters().add(flight.to, -flight.targetDelta(), nowUs);
            flight.charge(world.containerMeters(), nowUs, 0, Flight.Phase.LAZY);
            world.flights().remove(flight);
            return;
        }
        world.hostMeters().add(flight.from, -flight.sourceDelta(), nowUs);
        world.hostMeters().add(flight.to, -flight.targetDelta(), nowUs);
        flight.charge(world.containerMeters(), nowUs, demand, flight.phase());
        world.hostMeters().come(flight.to, -1, nowUs);
        world.unbook(flight.container, flight.to, nowUs);
        world.flights().remove(flight);
        watcher.ended(flight, false, nowUs);
    }

    private void enter(Flight flight, Flight.Phase phase, long nowUs) {
        long source = flight.sourceDelta();
        long target = flight.targetDelta();
        flight.charge(world.containerMeters(), nowUs, world.cpuMillicores(flight.container), phase);
        world.hostMeters().add(flight.from, flight.sourceDelta() - source, nowUs);
        world.hostMeters().add(flight.to, flight.targetDelta() - target, nowUs);
    }
}
