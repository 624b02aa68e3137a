package org.livemigrate.scheduler.initial;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.HostLoads;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.plan.Placement;
import org.livemigrate.scheduler.plan.PlanListener;
import org.livemigrate.scheduler.plan.PlanOrdering;
import org.livemigrate.scheduler.plan.PlanOrdering.Wish;
import org.livemigrate.scheduler.plan.Reason;
import org.livemigrate.scheduler.plan.Rejection;
import org.livemigrate.scheduler.plan.RejectionCode;

/**
 * Deals all containers out anew, and plans the difference from where they are.
 *
 * <p>Containers that stay whatever happens (pinned, in flight, held, or bound to a companion by affinity) are where
 * they are from the start. The others are taken in decreasing CPU order, of equals the lower id first; each goes to the
 * schedulable host with the most CPU remaining, in millicores, of equals the first in fleet order, among those whose
 * limits of CPU and memory it respects and whose constraints allow it. One that fits nowhere stays where it is.
 */
public final class InitialPlanner {
    private final ClusterSnapshot snapshot;
    private final Fraction target;
    private final Fraction headroom;
    private final PlanListener listener;

    public InitialPlanner(ClusterSnapshot snapshot, Fraction target, Fraction headroom, PlanListener listener) {
        this.snapshot = snapshot;
        this.target = target;
        this.headroom = headroom;
        this.listener = listener;
    }

    /** Deals out and orders. */
    public MigrationPlan plan(String policy) {
        listener.onStart(snapshot);
        List<Rejection> rejections = new ArrayList<>();
        Placement dealt = new Placement(snapshot, headroom);
        List<Wish> wishes = deal(dealt, rejections);
        Placement placement = new Placement(snapshot, headroom);
        HostLoads before = HostLoads.of(snapshot);
        HostLoads wished = dealt.loads();
        PlanOrdering.Ordered ordered = PlanOrdering.order(
                placement,
                target,
                wishes,
                wish -> new Reason(
                        Reason.Code.INITIAL,
                        () -> "dealt out anew, it goes to the host with the most CPU remaining; "
                                + snapshot.hostId(wish.to()) + " goes from " + before.percent(wish.to()) + " to "
                                + wished.percent(wish.to())));
        rejections.addAll(ordered.rejections());
        HostLoads after = placement.loads();
        List<String> over = MigrationPlan.hostsAbove(after, target);
        for (String host : over) {
            rejections.add(Rejection.ofHost(
                    host,
                    RejectionCode.NO_DESTINATION,
                    host + " stays above the target of " + target.toPercentString()
                            + " when all containers are dealt out anew: it ends at "
                            + after.percent(snapshot.hostIndex(host))));
        }
        MigrationPlan plan = new MigrationPlan(policy, ordered.migrations(), rejections, over, before, after, false);
        listener.onPlan(plan);
        return plan;
    }

    private List<Wish> deal(Placement dealt, List<Rejection> rejections) {
        int[] order = IntStream.range(0, snapshot.containerCount())
                .filter(this::isDealt)
                .boxed()
                .sorted(Comparator.comparingLong((Integer c) -> -snapshot.cpuMillicores(c)))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int container : order) {
            dealt.lift(container);
        }
        TreeSet<Integer> byRemaining =
                new TreeSet<>(Comparator.comparingLong((Integer h) -> dealt.cpu(h) - snapshot.capacityMillicores(h))
                        .thenComparing(Comparator.naturalOrder()));
        for (int h = 0; h < snapshot.hostCount(); h++) {
            if (snapshot.isSchedulable(h)) {
                byRemaining.add(h);
            }
        }
        List<Wish> wishes = new ArrayList<>();
        for (int container : order) {
            int from = snapshot.hostOf(container);
            int to = byRemaining.stream()
                    .filter(h -> dealt.hasRoom(container, h) && dealt.constraintsAllow(container, h))
                    .findFirst()
                    .orElse(-1);
            int stand = to < 0 ? from : to;
            // the set is ordered by what changes now
            byRemaining.remove(stand);
            dealt.put(container, stand);
            if (snapshot.isSchedulable(stand)) {
                byRemaining.add(stand);
            }
            if (to < 0) {
                rejections.add(Rejection.ofContainer(
                        snapshot.containerId(container),
                        snapshot.hostId(from),
                        RejectionCode.NO_DESTINATION,
                        snapshot.containerId(container)
                                + " finds no host with room that its constraints allow, and stays on "
                                + snapshot.hostId(from)));
            } else if (to != from) {
                wishes.add(new Wish(container, to));
            }
        }
        return wishes;
    }

    private boolean isDealt(int container) {
        return snapshot.isMovable(container)
                && snapshot.constraints(container).affinity().isEmpty();
    }
}
