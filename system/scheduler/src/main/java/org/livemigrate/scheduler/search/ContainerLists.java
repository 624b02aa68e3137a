package org.livemigrate.scheduler.search;

import java.util.Arrays;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.Placement;

/** The movable containers of each host, by predicted demand, largest first, of equals the first; made when first needed. */
final class ContainerLists {
    private final ClusterSnapshot snapshot;
    private final Placement placement;
    private final Objective objective;
    private final int[][] lists;
    private final int[] sizes;
    private final int[][] arrivedAtStart;

    ContainerLists(ClusterSnapshot snapshot, Placement placement, Objective objective) {
        this.snapshot = snapshot;
        this.placement = placement;
        this.objective = objective;
        lists = new int[snapshot.hostCount()][];
        sizes = new int[lists.length];
        arrivedAtStart = new int[lists.length][];
        for (int c : placement.moved()) {
            int h = placement.hostOf(c);
            int[] before = arrivedAtStart[h] == null ? new int[0] : arrivedAtStart[h];
            arrivedAtStart[h] = Arrays.copyOf(before, before.length + 1);
            arrivedAtStart[h][before.length] = c;
        }
    }

    int[] of(int host) {
        if (lists[host] == null) {
            load(host);
        }
        return lists[host];
    }

    int size(int host) {
        of(host);
        return sizes[host];
    }

    void move(int container, int from, int to) {
        if (lists[from] != null) {
            remove(container, from);
        }
        if (lists[to] == null) {
            load(to);
            if (Arrays.stream(lists[to], 0, sizes[to]).anyMatch(c -> c == container)) {
                return; // it has come home
            }
        }
        insert(container, to);
    }

    private void load(int host) {
        int[] standing = snapshot.containersOn(host);
        int[] arrived = arrivedAtStart[host] == null ? new int[0] : arrivedAtStart[host];
        lists[host] = new int[standing.length + arrived.length + 4];
        for (int c : standing) {
            if (placement.hostOf(c) == host && snapshot.isMovable(c)) {
                insert(c, host);
            }
        }
        for (int c : arrived) {
            if (placement.hostOf(c) == host) {
                insert(c, host);
            }
        }
    }

    private void remove(int container, int host) {
        int[] list = lists[host];
        int k = 0;
        while (list[k] != container) {
            k++;
        }
        System.arraycopy(list, k + 1, list, k, sizes[host] - k - 1);
        sizes[host]--;
    }

    private void insert(int container, int host) {
        if (sizes[host] == lists[host].length) {
            lists[host] = Arrays.copyOf(lists[host], sizes[host] * 2 + 4);
        }
        int[] list = lists[host];
        int k = sizes[host]++;
        while (k > 0 && isBefore(container, list[k - 1])) {
            list[k] = list[k - 1];
            k--;
        }
        list[k] = container;
    }

    private boolean isBefore(int a, int b) {
        long byDemand = objective.predicted(a) - objective.predicted(b);
        return byDemand != 0 ? byDemand > 0 : a < b;
    }
}
