package org.livemigrate.scheduler.search;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.Placement;

/**
 * Iterated local search on a placement. Hosts with predicted overload are visited from the hottest down; each takes the
 * best of all relocations of its containers to the host with the most room and, while that leaves it overloaded, of the
 * swaps with containers of the hosts with the most room; whatever no longer pays returns home. A local optimum that
 * still has overload is perturbed and descended from again, and undone where that brought nothing. Every step is valid
 * by itself or (swaps) with its counterpart; the search may stop after any.
 */
final class LocalSearch {
    private static final int PASSES = 4;
    private static final int CONTAINERS_RELOCATED = 64;
    private static final int CONTAINERS_SWAPPED = 12;
    private static final int HOSTS_SWAPPED_WITH = 6;
    private static final int PARTNERS = 32;

    private final ClusterSnapshot snapshot;
    private final Objective objective;
    private final SearchSettings settings;
    private final SplittableRandom random;
    private final Placement placement;
    private final long[] demand;
    private final RoomTree rooms;
    private final ContainerLists lists;
    private final boolean[] mightMove;
    private final Journal journal = new Journal();
    private long steps;

    private double bestGain;
    private int bestContainer;
    private int bestTo;
    private int bestPartner;

    LocalSearch(
            ClusterSnapshot snapshot, Placement placement, Objective objective, SearchSettings settings, long seed) {
        this.snapshot = snapshot;
        this.placement = placement;
        this.objective = objective;
        this.settings = settings;
        random = new SplittableRandom(seed);
        demand = objective.predictedByHost();
        mightMove = new boolean[snapshot.hostCount()];
        for (int c : placement.moved()) {
            demand[snapshot.hostOf(c)] -= objective.predicted(c);
            demand[placement.hostOf(c)] += objective.predicted(c);
        }
        rooms = new RoomTree(snapshot.hostCount());
        for (int h = 0; h < demand.length; h++) {
            if (snapshot.isSchedulable(h)) {
                rooms.set(h, objective.allowed(h) - demand[h], placement);
            }
        }
        rooms.rebuild();
        lists = new ContainerLists(snapshot, placement, objective);
    }

    /** Searches until nothing pays any more, or the steps are used up. */
    void run() {
        descend();
        for (int kick = 0; kick < settings.kicks() && steps < settings.steps(); kick++) {
            int[] hot = hot();
            if (hot.length == 0) {
                return;
            }
            journal.start();
            double change = perturb(hot[random.nextInt(Math.min(hot.length, 16))]);
            if (journal.isEmpty()) {
                continue;
            }
            change += descend();
            if (change >= 0) {
                journal.undo(this::place);
            }
        }
    }

    /** Whether it stopped at its number of steps. */
    boolean isTruncated() {
        return steps >= settings.steps() && hot().length > 0;
    }

    /** Whether a container of the host had somewhere to go, or was not asked because its move would cost too much. */
    boolean mightMove(int host) {
        return mightMove[host];
    }

    private double descend() {
        double change = 0;
        for (int pass = 0; pass < PASSES; pass++) {
            double before = change;
            for (int h : hot()) {
                while (excess(h) > 0 && steps < settings.steps() && improve(h)) {
                    change -= bestGain;
                }
            }
            change += retract();
            if (change == before) {
                break;
            }
        }
        return change;
    }

    /** The hosts with predicted overload, hottest first. */
    private int[] hot() {
        int[] hosts = new int[demand.length];
        int count = 0;
        for (int h = 0; h < demand.length; h++) {
            if (excess(h) > 0) {
                hosts[count++] = h;
            }
        }
        return Arrays.stream(hosts, 0, count)
                .boxed()
                .sorted((a, b) -> Long.compare(excess(b), excess(a)))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private long excess(int host) {
        return Math.max(0, demand[host] - objective.allowed(host));
    }

    private boolean improve(int host) {
        bestGain = 0;
        bestContainer = -1;
        relocations(host);
        if (bestContainer < 0 || objective.predicted(bestContainer) < excess(host)) {
            swaps(host);
        }
        if (bestContainer < 0) {
            return false;
        }
        if (bestPartner >= 0) {
            place(bestPartner, host);
        }
        place(bestContainer, bestTo);
        return true;
    }

    private void relocations(int host) {
        int[] containers = lists.of(host);
        int count = Math.min(lists.size(host), CONTAINERS_RELOCATED);
        for (int k = 0; k < count && steps < settings.steps(); k++) {
            int c = containers[k];
            long predicted = objective.predicted(c);
            double most = objective.perMillicore() * Math.min(excess(host), predicted) - cheapest(c);
            if (predicted == 0 || most <= bestGain) {
                mightMove[host] |= predicted > 0;
                continue;
            }
            steps++;
            int to = rooms.most(snapshot.cpuMillicores(c), snapshot.memoryBytes(c), h -> placement.isValid(c, h));
            if (to < 0) {
                continue;
            }
            mightMove[host] = true;
            consider(gain(host, to, predicted) - costChange(c, to), c, to, -1);
        }
    }

    private void swaps(int host) {
        int[] containers = lists.of(host);
        int count = Math.min(lists.size(host), CONTAINERS_SWAPPED);
        int[] tried = new int[HOSTS_SWAPPED_WITH];
        for (int k = 0; k < count && steps < settings.steps(); k++) {
            int c = containers[k];
            double most = objective.perMillicore() * Math.min(excess(host), objective.predicted(c)) - cheapest(c);
            if (most <= bestGain) {
                continue;
            }
            for (int t = 0; t < tried.length; t++) {
                int seen = t;
                int other = rooms.most(
                        Long.MIN_VALUE,
                        0,
                        h -> h != host && Arrays.stream(tried, 0, seen).noneMatch(x -> x == h));
                if (other < 0) {
                    break;
                }
                tried[t] = other;
                partners(host, c, other);
            }
        }
    }

    private void partners(int host, int c, int other) {
        int[] partners = lists.of(other);
        int count = Math.min(lists.size(other), PARTNERS);
        for (int k = 0; k < count && steps < settings.steps(); k++) {
            int e = partners[k];
            long net = objective.predicted(c) - objective.predicted(e);
            if (net <= 0) {
                continue;
            }
            steps++;
            double gain = gain(host, other, net) - costChange(c, other) - costChange(e, host);
            if (gain > bestGain && canSwap(c, e)) {
                consider(gain, c, other, e);
            }
        }
    }

    private void consider(double gain, int container, int to, int partner) {
        if (gain > bestGain) {
            bestGain = gain;
            bestContainer = container;
            bestTo = to;
            bestPartner = partner;
        }
    }

    /** Overload that goes when so much predicted demand changes hosts, over the horizon. */
    private double gain(int from, int to, long millicores) {
        long there = Math.max(0, demand[to] + millicores - objective.allowed(to)) - excess(to);
        long here = excess(from) - Math.max(0, demand[from] - millicores - objective.allowed(from));
        return objective.perMillicore() * (here - there);
    }

    /** What it costs more that the container goes there rather than stays where it is now. */
    private double costChange(int container, int to) {
        int home = snapshot.hostOf(container);
        boolean away = placement.hostOf(container) != home;
        boolean awayThen = to != home;
        return away == awayThen ? 0 : (awayThen ? 1 : -1) * objective.migrationCost(container);
    }

    private double cheapest(int container) {
        boolean away = placement.hostOf(container) != snapshot.hostOf(container);
        return away ? -objective.migrationCost(container) : objective.migrationCost(container);
    }

    private boolean canSwap(int a, int b) {
        int hostA = placement.hostOf(a);
        int hostB = placement.hostOf(b);
        if (!snapshot.isSchedulable(hostA) || !snapshot.isSchedulable(hostB)) {
            return false;
        }
        placement.lift(a);
        placement.lift(b);
        boolean aFits = placement.hasRoom(a, hostB) && placement.constraintsAllow(a, hostB);
        boolean fits = false;
        if (aFits) {
            placement.put(a, hostB);
            fits = placement.hasRoom(b, hostA) && placement.constraintsAllow(b, hostA);
            placement.lift(a);
        }
        placement.put(b, hostB);
        placement.put(a, hostA);
        return fits;
    }

    /** Sends home what costs more than it brings where it is. */
    private double retract() {
        double change = 0;
        for (int c : placement.moved()) {
            int home = snapshot.hostOf(c);
            int now = placement.hostOf(c);
            double gain = gain(now, home, objective.predicted(c)) - costChange(c, home);
            if (gain > 0 && placement.isValid(c, home)) {
                place(c, home);
                change -= gain;
            }
        }
        return change;
    }

    /** Moves a container of the host anywhere that it may go, better or not. */
    private double perturb(int host) {
        int[] containers = lists.of(host);
        int size = lists.size(host);
        if (size == 0) {
            return 0;
        }
        int c = containers[random.nextInt(size)];
        int avoid = random.nextInt(demand.length);
        steps++;
        int to = rooms.most(
                snapshot.cpuMillicores(c), snapshot.memoryBytes(c), h -> h != avoid && placement.isValid(c, h));
        if (to < 0) {
            return 0;
        }
        double change = costChange(c, to) - gain(host, to, objective.predicted(c));
        place(c, to);
        return change;
    }

    private void place(int container, int to) {
        int from = placement.hostOf(container);
        journal.add(container, from);
        placement.move(container, to);
        demand[from] -= objective.predicted(container);
        demand[to] += objective.predicted(container);
        lists.move(container, from, to);
        refresh(from);
        refresh(to);
    }

    private void refresh(int host) {
        if (snapshot.isSchedulable(host)) {
            rooms.update(host, objective.allowed(host) - demand[host], placement);
        }
    }
}
