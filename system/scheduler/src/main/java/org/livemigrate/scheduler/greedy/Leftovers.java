package org.livemigrate.scheduler.greedy;

import java.util.ArrayList;
import java.util.List;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.HostLoads;
import org.livemigrate.scheduler.plan.Placement;
import org.livemigrate.scheduler.plan.Rejection;
import org.livemigrate.scheduler.plan.RejectionCode;

/** Says, for every container on a host that stays above target, why it stays there. */
final class Leftovers {
    private final ClusterSnapshot snapshot;
    private final Placement placement;
    private final Fraction target;
    private final HostLists lists;
    private DestinationIndex destinations;

    Leftovers(Placement placement, Fraction target) {
        this.snapshot = placement.snapshot();
        this.placement = placement;
        this.target = target;
        this.lists = new HostLists(snapshot);
    }

    List<Rejection> explain() {
        for (int container : placement.moved()) {
            lists.add(placement.hostOf(container), lists.key(container));
        }
        List<Rejection> rejections = new ArrayList<>();
        for (int h = 0; h < snapshot.hostCount(); h++) {
            if (placement.isAbove(h, target)) {
                explain(h, rejections);
            }
        }
        return rejections;
    }

    private void explain(int host, List<Rejection> rejections) {
        if (destinations == null) {
            destinations = new DestinationIndex(placement);
        }
        String load = HostLoads.percent(placement.cpu(host), snapshot.capacityMillicores(host));
        long[] keys = lists.visit(host);
        int before = rejections.size();
        for (int k = 0; k < lists.size(host); k++) {
            int container = HostLists.container(keys[k]);
            if (placement.hostOf(container) == host) {
                Rejection rejection = explain(container, host, load);
                if (rejection != null) {
                    rejections.add(rejection);
                }
            }
        }
        if (rejections.size() == before) {
            String id = snapshot.hostId(host);
            rejections.add(
                    isEmpty(host)
                            ? Rejection.ofHost(
                                    id,
                                    RejectionCode.IN_FLIGHT,
                                    id + " stays at " + load + ": all of it is on its way to the host")
                            : Rejection.ofHost(
                                    id,
                                    RejectionCode.BLOCKED,
                                    id + " stays at " + load + ": what could leave it waits for the next round"));
        }
    }

    private boolean isEmpty(int host) {
        for (int k = 0; k < lists.size(host); k++) {
            if (placement.hostOf(HostLists.container(lists.visit(host)[k])) == host) {
                return false;
            }
        }
        return true;
    }

    /** {@code null} when nothing keeps it there, but the ordering or a limit: that is said elsewhere. */
    private Rejection explain(int container, int host, String load) {
        String id = snapshot.containerId(container);
        long cpu = snapshot.cpuMillicores(container);
        if (snapshot.isInFlight(container)) {
            return say(id, host, RejectionCode.IN_FLIGHT, " is on its way already");
        }
        if (snapshot.constraints(container).pinned()) {
            return say(id, host, RejectionCode.PINNED, " is pinned");
        }
        if (snapshot.isHeld(container)) {
            return say(id, host, RejectionCode.HELD, " is withheld from this round");
        }
        if (cpu < GreedySearch.LEAST_MILLICORES) {
            return say(
                    id,
                    host,
                    RejectionCode.TOO_SMALL,
                    " uses " + cpu + " millicores; below " + GreedySearch.LEAST_MILLICORES + " a move does not pay");
        }
        if (destinations.first(container, host) >= 0) {
            return null;
        }
        int forbidden = destinations.firstIgnoringConstraints(container, host);
        if (forbidden >= 0) {
            return new Rejection(
                    id,
                    snapshot.hostId(host),
                    snapshot.hostId(forbidden),
                    RejectionCode.CONSTRAINT,
                    id + " may not go to " + snapshot.hostId(forbidden)
                            + " or any other host with room: its constraints, or those of a container there, forbid it");
        }
        int incompatible =
                snapshot.compatibility() == null ? -1 : destinations.firstIgnoringCompatibility(container, host);
        if (incompatible >= 0) {
            return new Rejection(
                    id,
                    snapshot.hostId(host),
                    snapshot.hostId(incompatible),
                    RejectionCode.CAPABILITY_MISMATCH,
                    snapshot.hostId(incompatible) + " has room for " + id + " and cannot restore what "
                            + snapshot.hostId(host) + " checkpoints");
        }
        if (!destinations.anyHasCpu(container, host)) {
            return say(
                    id,
                    host,
                    RejectionCode.NO_CPU,
                    " needs " + cpu + " millicores, and no host has them left below its limit");
        }
        if (!destinations.anyHasMemory(container, host)) {
            return say(
                    id,
                    host,
                    RejectionCode.NO_MEMORY,
                    " needs " + snapshot.memoryBytes(container)
                            + " bytes of memory, and no host has them left below its limit");
        }
        if (destinations.anyHasRoom(container, host)) {
            return say(
                    id,
                    host,
                    RejectionCode.NO_IMPROVEMENT,
                    " would bring every host with room to the " + load + " of its own host, or above");
        }
        return say(
                id,
                host,
                RejectionCode.NO_DESTINATION,
                " finds CPU on some hosts and memory on others, and both on none");
    }

    private Rejection say(String id, int host, RejectionCode code, String what) {
        return Rejection.ofContainer(id, snapshot.hostId(host), code, id + what);
    }
}
