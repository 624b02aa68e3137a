package org.livemigrate.scheduler.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.livemigrate.scheduler.cost.PreCopyEstimate;
import org.livemigrate.scheduler.greedy.GreedyPlanner;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.HostLoads;
import org.livemigrate.scheduler.plan.Migration;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.plan.Placement;
import org.livemigrate.scheduler.plan.PlanListener;
import org.livemigrate.scheduler.plan.PlanOrdering;
import org.livemigrate.scheduler.plan.PlanOrdering.Wish;
import org.livemigrate.scheduler.plan.Reason;
import org.livemigrate.scheduler.plan.Rejection;
import org.livemigrate.scheduler.plan.RejectionCode;

/**
 * From the search to a plan. The search starts from the placement as it is; where the greedy plan turns out better by
 * the objective, or overload is left, it starts again from the greedy one. What counts is the plan as it can be carried
 * out, parking moves and all; of the search's plans and the greedy one the best is taken, so that by the objective this
 * is never worse than greedy.
 */
public final class LocalSearchPlanner {
    private final ClusterSnapshot snapshot;
    private final Fraction target;
    private final Fraction headroom;
    private final SearchSettings settings;
    private final long seed;
    private final Objective objective;
    private final HostLoads before;
    private final long[] predictedBefore;

    public LocalSearchPlanner(
            ClusterSnapshot snapshot,
            Fraction target,
            Fraction headroom,
            SearchSettings settings,
            Forecast forecast,
            long seed) {
        this.snapshot = snapshot;
        this.target = target;
        this.headroom = headroom;
        this.settings = settings;
        this.seed = seed;
        objective = new Objective(snapshot, target, settings, forecast);
        before = HostLoads.of(snapshot);
        predictedBefore = objective.predictedByHost();
    }

    /** Searches, orders, chooses, and explains what is left. */
    public MigrationPlan plan(String policy) {
        Placement found = new Placement(snapshot, headroom);
        LocalSearch search = new LocalSearch(snapshot, found, objective, settings, seed);
        search.run();
        MigrationPlan best = ordered(policy, found, search);
        MigrationPlan greedy = new GreedyPlanner(snapshot, target, headroom, PlanListener.NONE).plan(policy);
        if (!greedy.isEmpty() && (overloaded(best) || objective.value(greedy) < objective.value(best))) {
            Placement start = new Placement(snapshot, headroom);
            List<Wish> wishes = wishes(greedy);
            wishes.forEach(wish -> start.move(wish.container(), wish.to()));
            LocalSearch again = new LocalSearch(snapshot, start, objective, settings, seed);
            again.run();
            best = better(best, ordered(policy, start, again));
            if (objective.value(greedy) < objective.value(best)) {
                best = ordered(policy, wishes, again);
            }
        }
        return best;
    }

    private MigrationPlan better(MigrationPlan first, MigrationPlan second) {
        return objective.value(second) < objective.value(first) ? second : first;
    }

    private boolean overloaded(MigrationPlan plan) {
        for (int h = 0; h < snapshot.hostCount(); h++) {
            if (plan.loadAfter().isAbove(h, target)) {
                return true;
            }
        }
        return false;
    }

    /** Where a plan's containers end, in the order of the plan. */
    private List<Wish> wishes(MigrationPlan plan) {
        List<Wish> wishes = new ArrayList<>();
        for (Migration migration : plan.migrations()) {
            if (migration.reason().code() != Reason.Code.PARKING) {
                wishes.add(
                        new Wish(snapshot.containerIndex(migration.container()), snapshot.hostIndex(migration.to())));
            }
        }
        return wishes;
    }

    private MigrationPlan ordered(String policy, Placement found, LocalSearch search) {
        List<Wish> wishes = new ArrayList<>();
        for (int container : found.moved()) {
            wishes.add(new Wish(container, found.hostOf(container)));
        }
        // the hottest hosts first, so that a budget of moves is spent where it matters most; of equals the larger
        // demand
        wishes.sort((a, b) -> {
            int byHost = Double.compare(excess(b), excess(a));
            int byDemand = Long.compare(objective.predicted(b.container()), objective.predicted(a.container()));
            return byHost != 0 ? byHost : byDemand != 0 ? byDemand : Integer.compare(a.container(), b.container());
        });
        return ordered(policy, wishes, search);
    }

    private double excess(Wish wish) {
        int host = snapshot.hostOf(wish.container());
        return Math.max(0, predictedBefore[host] - objective.allowed(host));
    }

    private MigrationPlan ordered(String policy, List<Wish> wishes, LocalSearch search) {
        Placement placement = new Placement(snapshot, headroom);
        PlanOrdering.Ordered ordered = PlanOrdering.order(placement, target, wishes, this::reason);
        HostLoads after = placement.loads();
        List<Rejection> rejections = new ArrayList<>(ordered.rejections());
        List<String> over = MigrationPlan.hostsAbove(after, target);
        over.forEach(host -> rejections.add(leftOver(snapshot.hostIndex(host), after, search)));
        boolean truncated = search.isTruncated();
        if (truncated) {
            rejections.add(new Rejection(
                    null,
                    null,
                    null,
                    RejectionCode.TRUNCATED,
                    "the search stopped at its limit of " + settings.steps() + " steps; the next round goes on"));
        }
        return new MigrationPlan(policy, ordered.migrations(), rejections, over, before, after, truncated);
    }

    private Reason reason(Wish wish) {
        int from = snapshot.hostOf(wish.container());
        boolean over = predictedBefore[from] > objective.allowed(from) || before.isAbove(from, target);
        return new Reason(over ? Reason.Code.OVER_TARGET : Reason.Code.MAKES_ROOM, () -> {
            PreCopyEstimate estimate = objective.estimate(wish.container());
            return String.format(
                    Locale.ROOT,
                    "%s is at %s and predicted at %s for the next %d s, with %s as target; %s; moving costs %.1f"
                            + " core-seconds, %.0f ms of them standing still",
                    snapshot.hostId(from),
                    before.percent(from),
                    HostLoads.percent(predictedBefore[from], snapshot.capacityMillicores(from)),
                    settings.horizon().toSeconds(),
                    target.toPercentString(),
                    over ? "this relieves it" : "this makes room for what comes",
                    objective.migrationCost(wish.container()) / 1e6,
                    estimate.downtimeMs());
        });
    }

    private Rejection leftOver(int host, HostLoads after, LocalSearch search) {
        String id = snapshot.hostId(host);
        String state = id + " stays at " + after.percent(host);
        if (predictedBefore[host] <= objective.allowed(host)) {
            return Rejection.ofHost(
                    id,
                    RejectionCode.BREACH_NOT_SUSTAINED,
                    state + ": its demand is predicted to fall to "
                            + HostLoads.percent(predictedBefore[host], snapshot.capacityMillicores(host)));
        }
        return search.mightMove(host)
                ? Rejection.ofHost(
                        id,
                        RejectionCode.COST_TOO_HIGH,
                        state + ": no further move or swap avoids more overload in the next "
                                + settings.horizon().toSeconds() + " s than it costs")
                : Rejection.ofHost(
                        id,
                        RejectionCode.NO_DESTINATION,
                        state + ": none of its containers may go to a host with room");
    }
}
