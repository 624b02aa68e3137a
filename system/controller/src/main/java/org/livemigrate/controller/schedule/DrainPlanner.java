package org.livemigrate.controller.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.livemigrate.protocol.plan.PlanDocument;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.model.InFlightMove;
import org.livemigrate.scheduler.plan.HostDrain;
import org.livemigrate.scheduler.plan.Placement;
import org.livemigrate.scheduler.plan.RejectionCode;

/** The plan of a drain by {@link HostDrain}, in the words of {@link PlanDocument}. */
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
        for (HostDrain.Decision decision :
                HostDrain.plan(placement, from, c -> moving.contains(snapshot.containerId(c)))) {
            String id = snapshot.containerId(decision.container());
            if (decision.moves()) {
                moves.add(new PlanDocument.Move(
                        id,
                        host,
                        snapshot.hostId(decision.to()),
                        String.format(
                                Locale.ROOT,
                                "%s is drained; %s is at %.0f %% with it",
                                host,
                                snapshot.hostId(decision.to()),
                                100.0 * decision.cpuThere() / snapshot.capacityMillicores(decision.to()))));
            } else {
                refusals.add(refusal(id, host, decision.stays(), why(snapshot, decision, host)));
            }
        }
        for (InFlightMove arrival : snapshot.inFlightMoves()) {
            if (arrival.toHostId().equals(host)) {
                refusals.add(refusal(
                        arrival.containerId(),
                        arrival.fromHostId(),
                        RejectionCode.IN_FLIGHT,
                        arrival.containerId() + " is on its way to " + host + ": drain again when it is there"));
            }
        }
        return new PlanDocument(
                "drain", moves, refusals, List.of(), before, placement.loads().asMap(), false);
    }

    private static String why(ClusterSnapshot snapshot, HostDrain.Decision decision, String host) {
        int container = decision.container();
        String id = snapshot.containerId(container);
        return switch (decision.stays()) {
            case IN_FLIGHT -> id + " is on its way already";
            case PINNED -> id + " is pinned to " + host;
            default ->
                "no other host is ready, allowed and has " + snapshot.cpuMillicores(container) + " millicores and "
                        + snapshot.memoryBytes(container) + " bytes left for " + id;
        };
    }

    private static PlanDocument.Refusal refusal(String container, String host, RejectionCode code, String sentence) {
        return new PlanDocument.Refusal(container, host, null, code.label(), sentence);
    }
}
