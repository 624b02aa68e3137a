package org.livemigrate.controller.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.livemigrate.protocol.plan.PlanDocument;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.Placement;
import org.livemigrate.scheduler.plan.RejectionCode;

/**
 * Empties a host: its containers, largest CPU first, each to the valid host that is then least loaded (best fit for
 * balance, as {@code initial} places). What fits nowhere stays, with the reason.
 */
public final class DrainPlanner {

    private DrainPlanner() {}

    /**
     * @param host id of a host in the snapshot
     * @param headroom share of every destination's capacity that stays free
     * @param moving containers by id that a migration moves already or waits to move
     */
    public static PlanDocument plan(ClusterSnapshot snapshot, String host, Fraction headroom, Set<String> moving) {
        int from = snapshot.hostIndex(host);
        Placement placement = new Placement(snapshot, headroom);
        Map<String, Double> before = placement.loads().asMap();
        List<PlanDocument.Move> moves = new ArrayList<>();
        List<PlanDocument.Refusal> refusals = new ArrayList<>();
        List<Integer> containers = IntStream.range(0, snapshot.containerCount())
                .filter(c -> snapshot.hostOf(c) == from)
                .boxed()
                .sorted(Comparator.<Integer>comparingLong(c -> -snapshot.cpuMillicores(c))
                        .thenComparing(snapshot::containerId))
                .toList();
        for (int container : containers) {
            String id = snapshot.containerId(container);
            if (snapshot.isInFlight(container) || moving.contains(id)) {
                refusals.add(refusal(id, host, RejectionCode.IN_FLIGHT, id + " is on its way already"));
            } else if (snapshot.constraints(container).pinned()) {
                refusals.add(refusal(id, host, RejectionCode.PINNED, id + " is pinned to " + host));
            } else {
                int to = leastLoaded(snapshot, placement, container);
                if (to < 0) {
                    refusals.add(refusal(
                            id,
                            host,
                            RejectionCode.NO_DESTINATION,
                            "no other host is ready, allowed and has " + snapshot.cpuMillicores(container)
                                    + " millicores and " + snapshot.memoryBytes(container) + " bytes left for " + id));
                } else {
                    placement.move(container, to);
                    moves.add(new PlanDocument.Move(
                            id,
                            host,
                            snapshot.hostId(to),
                            String.format(
                                    Locale.ROOT,
                                    "%s is drained; %s is at %.0f %% with it",
                                    host,
                                    snapshot.hostId(to),
                                    100.0 * placement.cpu(to) / snapshot.capacityMillicores(to))));
                }
            }
        }
        return new PlanDocument(
                "drain", moves, refusals, List.of(), before, placement.loads().asMap(), false);
    }

    private static int leastLoaded(ClusterSnapshot snapshot, Placement placement, int container) {
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

    private static PlanDocument.Refusal refusal(String container, String host, RejectionCode code, String sentence) {
        return new PlanDocument.Refusal(container, host, null, code.label(), sentence);
    }
}
