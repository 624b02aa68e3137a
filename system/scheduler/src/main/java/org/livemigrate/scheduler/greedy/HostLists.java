package org.livemigrate.scheduler.greedy;

import java.util.Arrays;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Limits;

/**
 * The containers of each host in the order in which a head visits them: CPU descending, id ascending. A host's list is
 * made when it is first needed, and only what has arrived since the last visit is sorted anew.
 *
 * <p>A container is kept as one number that sorts that way: what its CPU lacks to the maximum, then its index.
 */
final class HostLists {
    private final ClusterSnapshot snapshot;
    private final long[][] keys;
    private final int[] size;
    private final int[] sorted;
    private long[] scratch = new long[64];

    HostLists(ClusterSnapshot snapshot) {
        this.snapshot = snapshot;
        this.keys = new long[snapshot.hostCount()][];
        this.size = new int[keys.length];
        this.sorted = new int[keys.length];
    }

    long key(int container) {
        return (Limits.MAX_CPU_MILLICORES - snapshot.cpuMillicores(container)) << 32 | container;
    }

    /** The container of a key. */
    static int container(long key) {
        return (int) key;
    }

    /** The host's keys in visiting order; valid are the first {@link #size}. The caller may set some to -1. */
    long[] visit(int host) {
        load(host);
        if (sorted[host] < size[host]) {
            sort(host);
        }
        return keys[host];
    }

    int size(int host) {
        return size[host];
    }

    /** After a visit: forgets the keys that were set to -1. */
    void removeMarked(int host) {
        long[] list = keys[host];
        int kept = 0;
        for (int k = 0; k < size[host]; k++) {
            if (list[k] >= 0) {
                list[kept++] = list[k];
            }
        }
        size[host] = kept;
        sorted[host] = kept;
    }

    /** The key arrives on the host. */
    void add(int host, long key) {
        load(host);
        if (size[host] == keys[host].length) {
            keys[host] = Arrays.copyOf(keys[host], Math.max(8, size[host] * 2));
        }
        keys[host][size[host]++] = key;
    }

    private void load(int host) {
        if (keys[host] == null) {
            int count = snapshot.containerCountOn(host);
            long[] list = new long[count + 4];
            for (int k = 0; k < count; k++) {
                int container = snapshot.containerOn(host, k);
                list[k] = key(container);
            }
            keys[host] = list;
            size[host] = count;
        }
    }

    /** Sorts the new ones and merges them with the rest, from the back. */
    private void sort(int host) {
        long[] list = keys[host];
        int old = sorted[host];
        int count = size[host] - old;
        Arrays.sort(list, old, size[host]);
        if (old > 0) {
            if (scratch.length < count) {
                scratch = new long[count * 2];
            }
            System.arraycopy(list, old, scratch, 0, count);
            int a = old - 1;
            int b = count - 1;
            for (int k = size[host] - 1; b >= 0; k--) {
                list[k] = a >= 0 && list[a] > scratch[b] ? list[a--] : scratch[b--];
            }
        }
        sorted[host] = size[host];
    }
}
