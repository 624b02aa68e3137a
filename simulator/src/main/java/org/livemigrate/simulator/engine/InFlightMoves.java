package org.livemigrate.simulator.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.livemigrate.simulator.metrics.ContainerMeters;

/** The migrations under way, in the order in which they began. */
public final class InFlightMoves {
    private final Map<Integer, Flight> flights = new LinkedHashMap<>();
    private long version;

    InFlightMoves() {}

    public int size() {
        return flights.size();
    }

    /** Whether the container is on its way; in a lazy window it has arrived. */
    public boolean isInFlight(int container) {
        Flight flight = flights.get(container);
        return flight != null && flight.phase() != Flight.Phase.LAZY;
    }

    /** Where the container is going, or −1 when it is not in flight. */
    public int targetOf(int container) {
        return isInFlight(container) ? flights.get(container).to : -1;
    }

    /** What a migration adds to (or, frozen, takes from) the demand on a host. */
    public long extraDemandOn(int host) {
        long extra = 0;
        for (Flight flight : flights.values()) {
            extra += (flight.from == host ? flight.sourceDelta() : 0) + (flight.to == host ? flight.targetDelta() : 0);
        }
        return extra;
    }

    /** Counts up with every change. */
    long version() {
        return version;
    }

    Flight get(int container) {
        return flights.get(container);
    }

    /** A copy, so that what is done with one may end others. */
    Collection<Flight> all() {
        return new ArrayList<>(flights.values());
    }

    /** Those whose containers have not arrived. */
    List<Flight> underWay() {
        return flights.values().stream()
                .filter(f -> f.phase() != Flight.Phase.LAZY)
                .toList();
    }

    void add(Flight flight) {
        flights.put(flight.container, flight);
        version++;
    }

    void remove(Flight flight) {
        flights.remove(flight.container);
        version++;
    }

    void changed() {
        version++;
    }

    /** New demands: containers in flight are charged for the old ones, and both ends bear what the phase says. */
    void correct(long[] hostDemand, long[] cpu, long nowUs, ContainerMeters meters) {
        for (Flight flight : flights.values()) {
            flight.charge(meters, nowUs, cpu[flight.container], flight.phase());
            hostDemand[flight.from] += flight.sourceDelta();
            hostDemand[flight.to] += flight.targetDelta();
        }
    }
}
