package org.livemigrate.scheduler.plan;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import org.livemigrate.scheduler.model.ClusterSnapshot;

/**
 * Empties a host: its containers, largest CPU first, each to the valid host that is then least loaded (best fit for
 * balance, as {@code initial} places). What fits nowhere stays.
 */
public final class HostDrain {

    /**
     * What becomes of a container.
     *
     * @param container index in the snapshot
     * @param to index of its next host; −1 when it stays
     * @param cpuThere demand on that host with it, and with those that move there before it, millicores
     * @param stays why it stays; null when it moves
     */
    public record Decision(int container, int to, long cpuThere, RejectionCode stays) {
        public boolean moves() {
            return stays == null;
        }
    }

    private HostDrain() {}

    /**
     * Decides for every container that stands on the host, and makes the moves in the placement.
     *
     * @param placement with what is to move already where it will be
     * @param host index in the snapshot
     * @param moving whether a container, by index, moves already or waits to
     */
    public static List<Decision> plan(Placement placement, int host, IntPredicate moving) {
        ClusterSnapshot snapshot = placement.snapshot();
        List<Decision> decisions = new ArrayList<>();
        Arrays.stream(snapshot.containersOn(host))
                .boxed()
                .sorted(Comparator.<Integer>comparingLong(c -> -snapshot.cpuMillicores(c))
                        .thenComparing(snapshot::containerId))
                .forEach(container -> decisions.add(decide(placement, container, moving)));
        return decisions;
    }

    private static Decision decide(Placement placement, int container, IntPredicate moving) {
        ClusterSnapshot snapshot = placement.snapshot();
        if (snapshot.isInFlight(container) || moving.test(container)) {
            return new Decision(container, -1, 0, RejectionCode.IN_FLIGHT);
        }
        if (snapshot.constraints(container).pinned()) {
            return new Decision(container, -1, 0, RejectionCode.PINNED);
        }
        int to = leastLoaded(placement, container);
        if (to < 0) {
            return new Decision(container, -1, 0, RejectionCode.NO_DESTINATION);
        }
        placement.move(container, to);
        return new Decision(container, to, placement.cpu(to), null);
    }

    private static int leastLoaded(Placement placement, int container) {
        ClusterSnapshot snapshot = placement.snapshot();
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int h = 0; h < snapshot.hostCount(); h++) {
            if (placement.isValid(container, h)) {
                double after = (double) (placement.cpu(h) + snapshot.cpuMillicores(container))
                        / snapshot.capacityMillicores(h);
                if (after < least) {
                    best = h;
                    least = after;
                }
            }
        }
        return best;
    }
}
