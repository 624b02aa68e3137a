package org.livemigrate.simulator.engine;

import java.util.ArrayList;
import java.util.List;
import org.livemigrate.simulator.metrics.ContainerMeters;

/** The migrations under way, at most one of each container, as a chain in the order in which they began. */
public final class InFlightMoves {
    private final Flight[] byContainer;
    private Flight first;
    private Flight last;
    private int size;
    private long version;

    InFlightMoves(int containers) {
        byContainer = new Flight[containers];
    }

    public int size() {
        return size;
    }

    /** Whether the container is on its way; in a lazy window it has arrived. */
    public boolean isInFlight(int container) {
        Flight flight = byContainer[container];
        return flight != null && flight.phase() != Flight.Phase.LAZY;
    }

    /** Where the container is going, or −1 when it is not in flight. */
    public int targetOf(int container) {
        return isInFlight(container) ? byContainer[container].to : -1;
    }

    /** What a migration adds to (or, frozen, takes from) the demand on a host. */
    public long extraDemandOn(int host) {
        long extra = 0;
        for (Flight flight = first; flight != null; flight = flight.next) {
            extra += (flight.from == host ? flight.sourceDelta() : 0) + (flight.to == host ? flight.targetDelta() : 0);
        }
        return extra;
    }

    /** Counts up with every change. */
    long version() {
        return version;
    }

    Flight get(int container) {
        return byContainer[container];
    }

    /** A copy, so that what is done with one may end others. */
    List<Flight> all() {
        List<Flight> all = new ArrayList<>(size);
        for (Flight flight = first; flight != null; flight = flight.next) {
            all.add(flight);
        }
        return all;
    }

    /** Those whose containers have not arrived. */
    List<Flight> underWay() {
        return all().stream().filter(f -> f.phase() != Flight.Phase.LAZY).toList();
    }

    void add(Flight flight) {
        byContainer[flight.container] = flight;
        flight.previous = last;
        if (last == null) {
            first = flight;
        } else {
            last.next = flight;
        }
        last = flight;
        size++;
        version++;
    }

    void remove(Flight flight) {
        byContainer[flight.container] = null;
        if (flight.previous == null) {
            first = flight.next;
        } else {
            flight.previous.next = flight.next;
        }
        if (flight.next == null) {
            last = flight.previous;
        } else {
            flight.next.previous = flight.previous;
        }
        size--;
        version++;
    }

    void changed() {
        version++;
    }

    /** New demands: containers in flight are charged for the old ones, and both ends bear what the phase says. */
    void correct(long[] hostDemand, long[] cpu, long nowUs, ContainerMeters meters) {
        for (Flight flight = first; flight != null; flight = flight.next) {
            flight.charge(meters, nowUs, cpu[flight.container], flight.phase());
            hostDemand[flight.from] += flight.sourceDelta();
            hostDemand[flight.to] += flight.targetDelta();
        }
    }
}
