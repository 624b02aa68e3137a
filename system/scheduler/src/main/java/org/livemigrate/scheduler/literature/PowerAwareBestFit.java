package org.livemigrate.scheduler.literature;

import java.util.Arrays;
import org.livemigrate.scheduler.model.ClusterSnapshot;

/**
 * Power-aware best fit (paper, algorithm 2): a container goes to the host whose power rises least, among those that it
 * does not overload. The paper does not say which of equals, of which there are many: all hosts on the same line of the
 * same power model. Here one that is on comes before one that is empty, and those that are on take turns, so that they
 * share what comes instead of one taking it all and being overloaded next.
 *
 * <p>Empty hosts that are alike are equals, so only the first of each kind is looked at.
 */
final class PowerAwareBestFit {
    /** Relative and, in watts, absolute: more than rounding makes of equal rises. */
    private static final double ROUNDING = 1e-9;

    private final WorkingFleet fleet;
    private final ClusterSnapshot snapshot;
    private final Detector detector;
    private final Switches switches;
    private final HostKinds kinds;
    private final PowerLines lines;
    private final Candidates candidates;
    private final boolean[] excluded;
    private final int[] firstEmpty;
    private final double[] wattsBefore;
    private final long[] most;

    PowerAwareBestFit(WorkingFleet fleet, Detector detector, Switches switches, HostKinds kinds) {
        this.fleet = fleet;
        this.snapshot = fleet.snapshot;
        this.detector = detector;
        this.switches = switches;
        this.kinds = kinds;
        excluded = new boolean[snapshot.hostCount()];
        firstEmpty = new int[kinds.count()];
        wattsBefore = switches.stalePower() ? fleet.watts.clone() : fleet.watts;
        lines = new PowerLines(kinds);
        candidates = new Candidates(snapshot, lines, switches.stalePower());
        most = new long[snapshot.hostCount()];
        long[] overloadedAbove = new long[kinds.count()];
        for (int k = 0; k < overloadedAbove.length; k++) {
            overloadedAbove[k] = detector.surelyOverloadedAbove(kinds.capacity(k));
        }
        for (int h = 0; h < excluded.length; h++) {
            most[h] = Math.min(fleet.cpuLimit[h], overloadedAbove[kinds.of(h)]);
            excluded[h] = !snapshot.isSchedulable(h);
            refresh(h);
        }
    }

    void exclude(int host) {
        excluded[host] = true;
        candidates.remove(host);
    }

    /** From now on nothing goes to a host that is empty. */
    void excludeEmpty() {
        Arrays.fill(firstEmpty, excluded.length);
        for (int h = 0; switches.wokenClosed() && h < excluded.length; h++) {
            if (fleet.cpuBefore[h] == 0) {
                exclude(h);
            }
        }
    }

    /** The host for the container, which stands nowhere now; −1 when there is none. {@code from} is not considered. */
    int find(int container, int from) {
        long demand = snapshot.cpuMillicores(container);
        long bytes = snapshot.memoryBytes(container);
        int bucket = candidates.bucket(bytes);
        int turn = container * 0x9E3779B9 >>> 1; // the golden ratio: neighbours get far turns
        int best = -1;
        double least = Double.MAX_VALUE;
        double surely = Double.MAX_VALUE; // least, and more than rounding could make of it
        for (Candidates.Group group : candidates.groups()) {
            if (group.count() == 0 || group.isTooSmall(bucket)) {
                continue;
            }
            double leastRise = group.leastRise(demand);
            if (leastRise > surely) {
                continue;
            }
            double onLine = group.riseOnLine(demand);
            if (onLine < least || onLine == least && group.isInTurn(turn)) {
                int h = onLine(group, turn, container, demand, bytes, from);
                if (h >= 0) {
                    least = onLine;
                    best = h;
                }
            }
            for (int i = 0; i < group.count() && (leastRise < least || switches.stalePower()); i++) {
                if (group.staysOnLine(i, demand) || group.isFull(i, demand)) {
                    continue;
                }
                double rise = group.rise(i, demand);
                int h = group.host(i);
                if ((rise < least || rise == least && h < best) && fits(h, container, demand, bytes, from)) {
                    least = rise;
                    best = h;
                }
            }
            surely = switches.stalePower() ? surely : Math.max(0, least) * (1 + ROUNDING) + ROUNDING;
        }
        for (int k = 0; k < firstEmpty.length; k++) {
            int h = firstEmpty(k, from);
            if (h >= 0) {
                double rise = fleet.wattsWith(h, demand) - wattsBefore[h];
                if (isWorthWaking(h, rise, best, least) && fits(h, container, demand, bytes, from)) {
                    least = rise;
                    best = h;
                }
            }
        }
        return best;
    }

    /** One of the group's hosts, all equals, that the container leaves on their line; −1 when there is none. */
    private int onLine(Candidates.Group group, int turn, int container, long demand, long bytes, int from) {
        int count = group.count();
        int i = turn % count;
        for (int left = count; left > 0; left--) {
            if (group.staysOnLine(i, demand)
                    && !group.isFull(i, demand)
                    && fits(group.host(i), container, demand, bytes, from)) {
                return group.host(i);
            }
            i = i + 1 == count ? 0 : i + 1;
        }
        return -1;
    }

    /** Whether an empty host is better than the best so far. What it draws when idle does not count (paper). */
    private boolean isWorthWaking(int host, double rise, int best, double least) {
        return switches.stalePower()
                ? rise < least || rise == least && host < best
                : best < 0 || rise < least * (1 - ROUNDING) - ROUNDING;
    }

    /** The most CPU that the hosts that are on may yet take together. */
    long totalRoom() {
        return candidates.totalRoom();
    }

    /** Whether any host that is on has the memory for it, roughly: never false when one has. */
    boolean mayFit(int container) {
        int bucket = candidates.bucket(snapshot.memoryBytes(container));
        for (Candidates.Group group : candidates.groups()) {
            if (group.count() > 0 && !group.isTooSmall(bucket)) {
                return true;
            }
        }
        return false;
    }

    private boolean fits(int h, int container, long demand, long bytes, int from) {
        if (h == from
                || bytes > fleet.memoryLimit[h] - fleet.memory[h]
                || fleet.cpu[h] + demand > fleet.cpuLimit[h]
                || switches.coreLimit() && 2 * demand > snapshot.capacityMillicores(h)
                || !snapshot.isCompatible(from, h)) {
            return false;
        }
        // an empty host takes anything that it has room for: otherwise a large container could never move
        return fleet.cpu[h] == 0 || !fleet.isOverloadedWith(detector, h, container);
    }

    private int firstEmpty(int k, int from) {
        int h = firstEmpty[k];
        while (h < excluded.length && (kinds.of(h) != k || excluded[h] || h == from || fleet.isOn(h))) {
            h++;
        }
        if (h != from) {
            firstEmpty[k] = h;
        }
        return h < excluded.length ? h : -1;
    }

    void put(int container, int host) {
        fleet.put(container, host);
        refresh(host);
    }

    /** Takes back what {@link #put} did. */
    void take(int container) {
        int host = fleet.hostOf[container];
        fleet.take(container);
        refresh(host);
    }

    private void refresh(int host) {
        if (!excluded[host] && (fleet.isOn(host) || candidates.contains(host))) {
            long limit = fleet.cpu[host] == 0 ? fleet.cpuLimit[host] : most[host];
            candidates.update(
                    host,
                    fleet.memoryLimit[host] - fleet.memory[host],
                    lines.of(host, fleet.load(host)),
                    limit - fleet.cpu[host],
                    fleet.cpu[host],
                    wattsBefore[host]);
        }
    }
}
