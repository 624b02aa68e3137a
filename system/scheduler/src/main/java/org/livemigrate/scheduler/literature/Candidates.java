package org.livemigrate.scheduler.literature;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.power.PowerModel;

/**
 * The hosts that are on and may take something, in groups that are passed over as a whole: by the memory they have left,
 * so that a container is tried only where its memory may fit, and by the line of their power model that they are on, so
 * that it is tried only where the power may rise least. The memory's bounds are quantiles of the containers' sizes.
 */
final class Candidates {
    private static final int BOUNDS = 8;

    private static final Comparator<Group> LEAST_RISE_FIRST = Comparator.<Group>comparingDouble(g -> g.slopes[0])
            .thenComparingInt(g -> g.line)
            .thenComparingInt(g -> g.bucket);

    private final long[] bounds;
    private final PowerLines lines;
    private final boolean wattsAreStale;
    private final Group[][] byLine;
    private final List<Group> groups = new ArrayList<>();
    private final Group[] groupOf;
    private final int[] placeOf;
    private long totalRoom;

    /** Hosts with about as much memory left, whose power is on the same line. What is asked of each lies side by side. */
    static final class Group {
        private final int bucket;
        private final int line;
        private final PowerModel power;
        private final double perMillicore;
        private final double[] slopes;
        private final double lineLength;
        private final long lineEnd;
        private int count;
        private int[] hosts = new int[8];
        private long[] rooms = new long[8];
        private long[] cpu = new long[8];
        private double[] wattsBefore = new double[8];

        private Group(int bucket, int line, PowerLines lines, boolean wattsAreStale) {
            this.bucket = bucket;
            this.line = line;
            power = lines.power(line);
            perMillicore = 1.0 / lines.capacity(line);
            slopes = lines.slopesFrom(line);
            lineLength = lines.length(line);
            lineEnd = wattsAreStale ? Long.MIN_VALUE : lines.end(line);
        }

        int count() {
            return count;
        }

        /** Whether none of the hosts has the memory for this {@link Candidates#bucket}, roughly: never true when one has. */
        boolean isTooSmall(int bucket) {
            return this.bucket < bucket;
        }

        /** Whether it may come before groups whose hosts are equals of its own: so half of them do, in any turn. */
        boolean isInTurn(int turn) {
            return (turn >>> line & 1) != 0;
        }

        int host(int place) {
            return hosts[place];
        }

        /** Whether the host could not take so much CPU. */
        boolean isFull(int place, long millicores) {
            return millicores > rooms[place];
        }

        /** Whether the host stays on the line with so much CPU more. */
        boolean staysOnLine(int place, long millicores) {
            return cpu[place] + millicores <= lineEnd;
        }

        /** Watts that so much CPU more draws on those that stay on the line: the same on each, to the bit. */
        double riseOnLine(long millicores) {
            return slopes[0] * millicores;
        }

        /** Watts that so much CPU more draws on the host, wherever that takes it. */
        double rise(int place, long millicores) {
            return power.watts((cpu[place] + millicores) * perMillicore) - wattsBefore[place];
        }

        /** Watts that so much CPU more draws at least, on any of the hosts, but for rounding. */
        double leastRise(long millicores) {
            double least = slopes[0];
            double left = millicores;
            for (int l = 1; l < slopes.length && left > 0; l++) {
                least = Math.min(least, slopes[l]);
                left -= lineLength;
            }
            return least * millicores;
        }

        private int add(int host) {
            if (count == hosts.length) {
                hosts = Arrays.copyOf(hosts, count * 2);
                rooms = Arrays.copyOf(rooms, count * 2);
                cpu = Arrays.copyOf(cpu, count * 2);
                wattsBefore = Arrays.copyOf(wattsBefore, count * 2);
            }
            hosts[count] = host;
            rooms[count] = 0;
            return count++;
        }

        /** Fills the gap with the last one, and says which host that is. */
        private int remove(int place) {
            count--;
            hosts[place] = hosts[count];
            rooms[place] = rooms[count];
            cpu[place] = cpu[count];
            wattsBefore[place] = wattsBefore[count];
            return hosts[place];
        }
    }

    /**
     * @param wattsAreStale whether the watts that hosts draw before are of another moment than their demand; from the
     *     line that a host is on nothing follows then
     */
    Candidates(ClusterSnapshot snapshot, PowerLines lines, boolean wattsAreStale) {
        this.lines = lines;
        this.wattsAreStale = wattsAreStale;
        bounds = bounds(snapshot);
        byLine = new Group[lines.count()][];
        groupOf = new Group[snapshot.hostCount()];
        placeOf = new int[snapshot.hostCount()];
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

    /** The size class of so much memory, for {@link Group#isTooSmall}. */
    int bucket(long bytes) {
        int b = 0;
        while (b < bounds.length && bounds[b] <= bytes) {
            b++;
        }
        return b;
    }

    /** Those on the lines that rise least come first; some may be empty. */
    List<Group> groups() {
        return groups;
    }

    /** The most CPU that all of them together may yet take. */
    long totalRoom() {
        return totalRoom;
    }

    /**
     * Puts the host where it belongs now.
     *
     * @param line of its power model, on which it is
     * @param room the most CPU that it may yet take
     * @param cpu its demand, with which the power is compared that it would draw
     * @param wattsBefore what it draws without more
     */
    void update(int host, long freeBytes, int line, long room, long cpu, double wattsBefore) {
        int bucket = bucket(freeBytes);
        Group group = groupOf[host];
        if (group == null || group.bucket != bucket || group.line != line) {
            remove(host);
            group = group(bucket, line);
            groupOf[host] = group;
            placeOf[host] = group.add(host);
        }
        int place = placeOf[host];
        totalRoom += Math.max(0, room) - Math.max(0, group.rooms[place]);
        group.rooms[place] = room;
        group.cpu[place] = cpu;
        group.wattsBefore[place] = wattsBefore;
    }

    private Group group(int bucket, int line) {
        if (byLine[line] == null) {
            byLine[line] = new Group[bounds.length + 1];
        }
        Group group = byLine[line][bucket];
        if (group == null) {
            group = new Group(bucket, line, lines, wattsAreStale);
            byLine[line][bucket] = group;
            int at = -1 - Collections.binarySearch(groups, group, LEAST_RISE_FIRST);
            groups.add(at, group);
        }
        return group;
    }

    boolean contains(int host) {
        return groupOf[host] != null;
    }

    void remove(int host) {
        Group group = groupOf[host];
        if (group != null) {
            int place = placeOf[host];
            totalRoom -= Math.max(0, group.rooms[place]);
            placeOf[group.remove(place)] = place;
            groupOf[host] = null;
        }
    }
}
