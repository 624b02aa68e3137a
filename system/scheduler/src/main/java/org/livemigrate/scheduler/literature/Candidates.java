package org.livemigrate.scheduler.literature;

import java.util.Arrays;
import org.livemigrate.scheduler.model.ClusterSnapshot;

/**
 * The hosts that are on and may take something, in buckets by the memory they have left, so that a container is tried
 * only where its memory may fit. The buckets' bounds are quantiles of the containers' sizes.
 */
final class Candidates {
    private static final int BOUNDS = 8;

    private final long[] bounds;
    private final int[][] hosts;
    private final long[][] rooms;
    private final double[][] rises;
    private final long[][] lines;
    private final int[] counts;
    private final int[] bucketOf;
    private final int[] placeOf;
    private long totalRoom;

    Candidates(ClusterSnapshot snapshot) {
        bounds = bounds(snapshot);
        hosts = new int[bounds.length + 1][8];
        rooms = new long[bounds.length + 1][8];
        rises = new double[bounds.length + 1][8];
        lines = new long[bounds.length + 1][8];
        counts = new int[bounds.length + 1];
        bucketOf = new int[snapshot.hostCount()];
        placeOf = new int[snapshot.hostCount()];
        Arrays.fill(bucketOf, -1);
    }

    /** Quantiles of the sizes, from the smallest; a sample of a thousand is enough for that. */
    private static long[] bounds(ClusterSnapshot snapshot) {
        int containers = snapshot.containerCount();
        int stride = Math.max(1, containers / 1000);
        long[] sizes = new long[(containers + stride - 1) / stride];
        long least = Long.MAX_VALUE;
        for (int c = 0; c < containers; c++) {
            least = Math.min(least, snapshot.memoryBytes(c));
        }
        for (int i = 0; i < sizes.length; i++) {
            sizes[i] = snapshot.memoryBytes(i * stride);
        }
        Arrays.sort(sizes);
        long[] found = new long[BOUNDS];
        int count = 0;
        for (int k = 0; k < BOUNDS && sizes.length > 0; k++) {
            long bound = k == 0 ? least : sizes[(int) ((long) k * (sizes.length - 1) / (BOUNDS - 1))];
            if (count == 0 || bound > found[count - 1]) {
                found[count++] = bound;
            }
        }
        return Arrays.copyOf(found, count);
    }

    /** The bucket from which on a container of that size may fit. */
    int firstBucket(long bytes) {
        int b = 0;
        while (b < bounds.length && bounds[b] <= bytes) {
            b++;
        }
        return b;
    }

    int buckets() {
        return counts.length;
    }

    int count(int bucket) {
        return counts[bucket];
    }

    int[] hosts(int bucket) {
        return hosts[bucket];
    }

    /** The most CPU that each of {@link #hosts} may yet take, or less than zero. */
    long[] rooms(int bucket) {
        return rooms[bucket];
    }

    /** Watts that each of {@link #hosts} draws more for one millicore more, as far as {@link #lines} goes. */
    double[] rises(int bucket) {
        return rises[bucket];
    }

    /** For how many millicores more that holds. */
    long[] lines(int bucket) {
        return lines[bucket];
    }

    /** The most CPU that all of them together may yet take. */
    long totalRoom() {
        return totalRoom;
    }

    /** Puts the host where its free memory belongs, with the CPU that it may yet take and what that would draw; it may be new. */
    void update(int host, long freeBytes, long room, double rise, long line) {
        int b = firstBucket(freeBytes);
        if (bucketOf[host] != b) {
            remove(host);
            if (counts[b] == hosts[b].length) {
                hosts[b] = Arrays.copyOf(hosts[b], counts[b] * 2);
                rooms[b] = Arrays.copyOf(rooms[b], counts[b] * 2);
                rises[b] = Arrays.copyOf(rises[b], counts[b] * 2);
                lines[b] = Arrays.copyOf(lines[b], counts[b] * 2);
            }
            hosts[b][counts[b]] = host;
            rooms[b][counts[b]] = 0;
            placeOf[host] = counts[b]++;
            bucketOf[host] = b;
        }
        int place = placeOf[host];
        totalRoom += Math.max(0, room) - Math.max(0, rooms[b][place]);
        rooms[b][place] = room;
        rises[b][place] = rise;
        lines[b][place] = line;
    }

    boolean contains(int host) {
        return bucketOf[host] >= 0;
    }

    void remove(int host) {
        int b = bucketOf[host];
        if (b >= 0) {
            int last = --counts[b];
            int place = placeOf[host];
            totalRoom -= Math.max(0, rooms[b][place]);
            hosts[b][place] = hosts[b][last];
            rooms[b][place] = rooms[b][last];
            rises[b][place] = rises[b][last];
            lines[b][place] = lines[b][last];
            placeOf[hosts[b][place]] = place;
            bucketOf[host] = -1;
        }
    }
}
