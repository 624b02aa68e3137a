package org.livemigrate.experiments.optimality;

import java.util.Locale;
import java.util.SplittableRandom;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.ClusterSnapshotBuilder;

/**
 * Equal hosts with containers of sizes drawn evenly from 1 to 100 units, and as large as makes the fleet's expected load
 * 65 %. The first half of the hosts got twice as many of them as the others, so there is something to do.
 */
record SkewedFleet(int hosts, int containersPerHost, long seed) {
    /** All sizes are multiples of it: what differs by less is no difference, and optima can be proven. */
    static final long UNIT_MILLICORES = 20;

    private static final long MEAN_UNITS = 50;
    private static final long MEAN_LOAD_PERCENT = 65;

    /** Of each host. */
    long capacityMillicores() {
        return containersPerHost * MEAN_UNITS * UNIT_MILLICORES * 100 / MEAN_LOAD_PERCENT;
    }

    ClusterSnapshot snapshot() {
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + hosts * 1009L + containersPerHost);
        int containers = hosts * containersPerHost;
        long[] size = random.longs(containers, 1, 101).toArray();
        ClusterSnapshotBuilder builder = ClusterSnapshot.builder();
        for (int h = 0; h < hosts; h++) {
            builder.host(name("h", h), capacityMillicores());
        }
        int crowded = (hosts + 1) / 2;
        int slots = hosts + crowded;
        for (int c = 0; c < containers; c++) {
            int slot = c % slots;
            builder.container(name("c", c), name("h", slot < hosts ? slot : slot - hosts), size[c] * UNIT_MILLICORES);
        }
        return builder.build();
    }

    private static String name(String prefix, int index) {
        return String.format(Locale.ROOT, "%s%05d", prefix, index);
    }
}
