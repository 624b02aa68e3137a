package org.livemigrate.simulator.engine;

import org.livemigrate.scheduler.model.Fraction;

/** Chooses destinations by what is asked of hosts at the moment, and by what is on its way to them. */
final class Destinations {
    private final World world;
    private final Fraction limit;

    Destinations(World world, Fraction limit) {
        this.world = world;
        this.limit = limit;
    }

    /** The flight's destination, or another where that one is closed or would be above the limit and another is below it. */
    int confirmed(Flight flight) {
        long[] loads = withArrival(flight);
        if (world.isOpen(flight.to) && !limit.isExceededBy(loads[flight.to], capacity(flight.to))) {
            return flight.to;
        }
        int other = least(flight, loads);
        boolean better = other >= 0 && (!world.isOpen(flight.to) || isLower(loads, other, flight.to));
        return better ? other : flight.to;
    }

    /** The least loaded host besides the flight's own two, or −1 where there is none for it. */
    int other(Flight flight) {
        return least(flight, withArrival(flight));
    }

    private int least(Flight flight, long[] loads) {
        int least = -1;
        for (int h = 0; h < loads.length; h++) {
            if (h != flight.from
                    && h != flight.to
                    && world.isOpen(h)
                    && world.hasMemoryFor(h, flight.container)
                    && (least < 0 || isLower(loads, h, least))) {
                least = h;
            }
        }
        return least;
    }

    /** What each host would be asked for with this container and all others that are on their way to it. */
    private long[] withArrival(Flight flight) {
        long own = world.cpuMillicores(flight.container);
        long[] loads = new long[world.hosts()];
        for (int h = 0; h < loads.length; h++) {
            loads[h] = world.hostMeters().demand(h) + own;
        }
        for (Flight other : world.flights().underWay()) {
            loads[other.to] += (other == flight ? 0 : world.cpuMillicores(other.container)) - other.targetDelta();
        }
        return loads;
    }

    private boolean isLower(long[] loads, int a, int b) {
        return loads[a] * capacity(b) < loads[b] * capacity(a);
    }

    private long capacity(int host) {
        return world.host(host).capacityMillicores();
    }
}
