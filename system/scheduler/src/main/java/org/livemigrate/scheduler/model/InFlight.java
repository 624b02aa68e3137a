package org.livemigrate.scheduler.model;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The migrations under way, by container index: few, so a sorted array is enough. */
final class InFlight {
    static final InFlight NONE = new InFlight(List.of(), new int[0], new int[0]);

    final List<InFlightMove> moves;
    final int[] containers;
    final int[] otherEnds;

    private InFlight(List<InFlightMove> moves, int[] containers, int[] otherEnds) {
        this.moves = moves;
        this.containers = containers;
        this.otherEnds = otherEnds;
    }

    static InFlight of(List<InFlightMove> listed, Topology topology, int[] hostOf) {
        if (listed.isEmpty()) {
            return NONE;
        }
        List<InFlightMove> moves = listed.stream()
                .sorted(Comparator.comparing(InFlightMove::containerId))
                .toList();
        int[] containers = new int[moves.size()];
        int[] otherEnds = new int[moves.size()];
        for (int k = 0; k < moves.size(); k++) {
            InFlightMove move = moves.get(k);
            int container = topology.containerIndex(move.containerId());
            if (container < 0) {
                throw new InvalidClusterException("The migration in flight of '" + move.containerId()
                        + "' names a container that is not in the snapshot. List the container, on '"
                        + move.fromHostId() + "'.");
            }
            if (k > 0 && containers[k - 1] == container) {
                throw new InvalidClusterException(
                        "Container '" + move.containerId() + "' is in flight twice. List one migration per container.");
            }
            int from = topology.hostIndex(move.fromHostId());
            int to = topology.hostIndex(move.toHostId());
            int at = hostOf[container];
            if (at != from && at != to) {
                throw new InvalidClusterException("Container '" + move.containerId() + "' is in flight from '"
                        + move.fromHostId() + "' to '" + move.toHostId() + "' and stands on '"
                        + topology.hostIds[at] + "'. It must stand on one of the two.");
            }
            containers[k] = container;
            int other = at == from ? to : from;
            otherEnds[k] = other == at ? -1 : other;
        }
        return new InFlight(moves, containers, otherEnds);
    }

    int indexOf(int container) {
        return containers.length == 0 ? -1 : Arrays.binarySearch(containers, container);
    }
}
