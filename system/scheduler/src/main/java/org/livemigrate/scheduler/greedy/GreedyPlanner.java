package org.livemigrate.scheduler.greedy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

/** From the search's moves to a plan: one migration per container, in an order that can be carried out. */
public final class GreedyPlanner {
    private final ClusterSnapshot snapshot;
    private final Fraction target;
    private final Fraction headroom;
    private final PlanListener listener;

    public GreedyPlanner(ClusterSnapshot snapshot, Fraction target, Fraction headroom, PlanListener listener) {
        this.snapshot = snapshot;
        this.target = target;
        this.headroom = headroom;
        this.listener = listener;
    }

    /** Searches, collapses, orders, and explains what is left. */
    public MigrationPlan plan(String policy) {
        listener.onStart(snapshot);
        GreedySearch search = new GreedySearch(snapshot, target, headroom, listener);
        search.run();
        HostLoads before = HostLoads.of(snapshot);
        Placement placement = search.placement();
        HostLoads wished = placement.loads();
        List<Wish> wishes = wishes(search);
        placement.reset();
        PlanOrdering.Ordered ordered =
                PlanOrdering.order(placement, target, wishes, wish -> reason(wish, before, wished));
        List<Rejection> rejections = new ArrayList<>(ordered.rejections());
        rejections.addAll(new Leftovers(placement, target).explain());
        HostLoads after = placement.loads();
        if (search.isTruncated()) {
            rejections.add(new Rejection(
                    null,
                    null,
                    null,
                    RejectionCode.TRUNCATED,
                    "the search stopped at its limit of " + search.moves() + " moves; the next round goes on"));
        }
        MigrationPlan plan = new MigrationPlan(
                policy,
                ordered.migrations(),
                rejections,
                MigrationPlan.hostsAbove(after, target),
                before,
                after,
                search.isTruncated());
        listener.onPlan(plan);
        return plan;
    }

    /** What has moved in the end, by the step in which it moved last: most are then valid as they come. */
    private List<Wish> wishes(GreedySearch search) {
        long[] keys = Arrays.stream(search.placement().moved())
                .mapToLong(c -> (long) search.lastStep(c) << 32 | c)
                .sorted()
                .toArray();
        List<Wish> wishes = new ArrayList<>(keys.length);
        for (long key : keys) {
            wishes.add(new Wish((int) key, search.placement().hostOf((int) key)));
        }
        return wishes;
    }

    private Reason reason(Wish wish, HostLoads before, HostLoads after) {
        int from = snapshot.hostOf(wish.container());
        boolean over = before.isAbove(from, target);
        return new Reason(
                over ? Reason.Code.OVER_TARGET : Reason.Code.MAKES_ROOM,
                () -> snapshot.hostId(from) + " is at " + before.percent(from)
                        + (over ? ", above " : " and takes what would bring it above ") + "the target of "
                        + target.toPercentString() + "; " + snapshot.hostId(wish.to()) + " goes from "
                        + before.percent(wish.to()) + " to " + after.percent(wish.to()));
    }
}
