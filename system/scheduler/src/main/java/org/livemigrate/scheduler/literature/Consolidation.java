package org.livemigrate.scheduler.literature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.model.Limits;
import org.livemigrate.scheduler.plan.HostLoads;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.plan.Placement;
import org.livemigrate.scheduler.plan.PlanOrdering;
import org.livemigrate.scheduler.plan.PlanOrdering.Wish;
import org.livemigrate.scheduler.plan.Reason;
import org.livemigrate.scheduler.plan.Rejection;
import org.livemigrate.scheduler.plan.RejectionCode;

/**
 * One round of dynamic consolidation (paper, algorithms 1 and 2):
 *
 * <ol>
 *   <li>from each overloaded host the selector takes containers until it is overloaded no more;
 *   <li>these are placed by power-aware best fit, in decreasing order of CPU, on hosts that are not overloaded;
 *   <li>then, from the least loaded host upwards, every other host is emptied if all of its containers fit on hosts that
 *       are on and neither overloaded nor being emptied themselves.
 * </ol>
 */
public final class Consolidation {
    private final ClusterSnapshot snapshot;
    private final Fraction target;
    private final Fraction headroom;
    private final Detector detector;
    private final Selector selector;
    private final Switches switches;
    private final WorkingFleet fleet;
    private final PowerAwareBestFit fit;
    private final boolean[] overloaded;
    private final boolean[] received;
    private final int[] destination;
    private final int[][] arrivals;
    private final int[] leavers;
    private int leaving;
    private final List<Rejection> rejections = new ArrayList<>();

    public Consolidation(
            ClusterSnapshot snapshot,
            Fraction target,
            Fraction headroom,
            Detector detector,
            Selector selector,
            Switches switches) {
        this.snapshot = snapshot;
        this.target = target;
        this.headroom = headroom;
        this.detector = detector;
        this.selector = selector;
        this.switches = switches;
        HostKinds kinds = new HostKinds(snapshot);
        fleet = new WorkingFleet(snapshot, headroom, kinds, detector.historyLength());
        overloaded = new boolean[snapshot.hostCount()];
        received = new boolean[snapshot.hostCount()];
        destination = new int[snapshot.containerCount()];
        leavers = new int[snapshot.containerCount()];
        Arrays.fill(destination, -1);
        arrivals = switches.emptyReceivers() ? new int[snapshot.hostCount()][] : null;
        fit = new PowerAwareBestFit(fleet, detector, switches, kinds);
    }

    /** Makes the plan. */
    public MigrationPlan plan(String policy) {
        for (int h = 0; h < snapshot.hostCount(); h++) {
            if (snapshot.containerCountOn(h) > 0 && fleet.isOverloaded(detector, h)) {
                overloaded[h] = true;
                fit.exclude(h);
            }
        }
        relieve();
        empty();
        HostLoads before = HostLoads.of(snapshot);
        Placement placement = new Placement(snapshot, headroom);
        PlanOrdering.Ordered ordered = PlanOrdering.order(placement, target, wishes(), this::reason);
        rejections.addAll(ordered.rejections());
        HostLoads after = placement.loads();
        return new MigrationPlan(
                policy,
                ordered.migrations(),
                rejections,
                MigrationPlan.hostsAbove(after, target),
                before,
                after,
                false);
    }

    private void relieve() {
        long[] leaving = new long[16];
        int leavingCount = 0;
        for (int h = 0; h < overloaded.length; h++) {
            if (!overloaded[h]) {
                continue;
            }
            int[] candidates = movable(h);
            int count = candidates.length;
            do {
                if (count == 0) {
                    rejections.add(Rejection.ofHost(
                            snapshot.hostId(h),
                            RejectionCode.NO_DESTINATION,
                            snapshot.hostId(h) + " stays overloaded: nothing more on it may move"));
                    break;
                }
                int at = selector.select(snapshot, h, candidates, count);
                int container = candidates[at];
                System.arraycopy(candidates, at + 1, candidates, at, count - at - 1);
                count--;
                fleet.take(container);
                if (leavingCount == leaving.length) {
                    leaving = Arrays.copyOf(leaving, leavingCount * 2);
                }
                leaving[leavingCount++] = byDemand(container);
            } while (fleet.isOverloaded(detector, h));
        }
        Arrays.sort(leaving, 0, leavingCount);
        for (int k = 0; k < leavingCount; k++) {
            settle((int) leaving[k]);
        }
    }

    private void settle(int container) {
        int from = snapshot.hostOf(container);
        int to = fit.find(container, from);
        if (to < 0) {
            fleet.put(container, from);
            rejections.add(Rejection.ofContainer(
                    snapshot.containerId(container),
                    snapshot.hostId(from),
                    RejectionCode.NO_DESTINATION,
                    snapshot.containerId(container) + " finds no host that it would not overload"));
            return;
        }
        fit.put(container, to);
        wish(container, to);
        if (arrivals == null) {
            received[to] = true;
        } else {
            int[] there = arrivals[to] == null ? new int[0] : arrivals[to];
            arrivals[to] = Arrays.copyOf(there, there.length + 1);
            arrivals[to][there.length] = container;
        }
    }

    private void wish(int container, int to) {
        if (destination[container] < 0) {
            leavers[leaving++] = container;
        }
        destination[container] = to;
    }

    private List<Wish> wishes() {
        List<Wish> wishes = new ArrayList<>(leaving);
        for (int k = 0; k < leaving; k++) {
            wishes.add(new Wish(leavers[k], destination[leavers[k]]));
        }
        return wishes;
    }

    private void empty() {
        fit.excludeEmpty();
        for (int host : byLoad()) {
            if (!received[host]) {
                fit.exclude(host);
                emptyOne(host);
            }
        }
    }

    /** The hosts that are on and not overloaded, from the least loaded upwards; of equals the first in fleet order. */
    private int[] byLoad() {
        long[] keys = new long[overloaded.length];
        int count = 0;
        for (int h = 0; h < overloaded.length; h++) {
            if (!overloaded[h] && fleet.cpuBefore[h] > 0 && snapshot.containerCountOn(h) > 0) {
                // loads in billionths above the index: at most 33 bits for eight times the capacity, 24 for the host
                long load = Math.min(1L << 33, fleet.cpuBefore[h] * 1_000_000_000L / snapshot.capacityMillicores(h));
                keys[count++] = load << 24 | h;
            }
        }
        Arrays.sort(keys, 0, count);
        int[] hosts = new int[count];
        for (int i = 0; i < count; i++) {
            hosts[i] = (int) (keys[i] & 0xffffff);
        }
        return hosts;
    }

    private void emptyOne(int host) {
        int standing = snapshot.containerCountOn(host);
        int arrived = arrivals == null || arrivals[host] == null ? 0 : arrivals[host].length;
        long[] leaving = new long[standing + arrived];
        long demand = 0;
        for (int k = 0; k < standing; k++) {
            int container = snapshot.containerOn(host, k);
            if (!snapshot.isMovable(container)) {
                return;
            }
            if (!fit.mayFit(container)) {
                return; // one that fits nowhere spares the search for the others
            }
            demand += snapshot.cpuMillicores(container);
            leaving[k] = byDemand(container);
        }
        for (int k = 0; k < arrived; k++) {
            demand += snapshot.cpuMillicores(arrivals[host][k]);
            leaving[standing + k] = byDemand(arrivals[host][k]);
        }
        if (demand > fit.totalRoom()) {
            return; // all hosts that are left have not the room together
        }
        Arrays.sort(leaving);
        int[] destinations = new int[leaving.length];
        for (int k = 0; k < leaving.length; k++) {
            int container = (int) leaving[k];
            fleet.take(container);
            int to = fit.find(container, host);
            if (to < 0) {
                fleet.put(container, host);
                for (int back = 0; back < k; back++) {
                    fit.take((int) leaving[back]);
                    fleet.put((int) leaving[back], host);
                }
                return;
            }
            fit.put(container, to);
            destinations[k] = to;
        }
        for (int k = 0; k < leaving.length; k++) {
            received[destinations[k]] = true;
            wish((int) leaving[k], destinations[k]);
        }
    }

    /** A number that sorts by CPU, descending, then by index; its lower half is the container. */
    private long byDemand(int container) {
        return Limits.MAX_CPU_MILLICORES - snapshot.cpuMillicores(container) << 32 | container;
    }

    private int[] movable(int host) {
        int[] all = snapshot.containersOn(host);
        int count = 0;
        for (int container : all) {
            if (snapshot.isMovable(container)) {
                all[count++] = container;
            }
        }
        return Arrays.copyOf(all, count);
    }

    private Reason reason(Wish wish) {
        int from = snapshot.hostOf(wish.container());
        String host = snapshot.hostId(from);
        long demand = fleet.cpuBefore[from];
        long capacity = snapshot.capacityMillicores(from);
        return overloaded[from]
                ? new Reason(
                        Reason.Code.OVER_TARGET,
                        () -> host + " is overloaded at " + HostLoads.percent(demand, capacity))
                : new Reason(
                        Reason.Code.POLICY,
                        () -> host + " is emptied at " + HostLoads.percent(demand, capacity) + " to save power");
    }
}
