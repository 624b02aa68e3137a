package org.livemigrate.scheduler.synthetic;

import java.util.SplittableRandom;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.ClusterSnapshotBuilder;
import org.livemigrate.scheduler.model.Container;
import org.livemigrate.scheduler.model.Host;

/**
 * A fleet of equal hosts of which a share is hot: their loads are drawn evenly from one range, those of the others from
 * a second one. The latter are then shifted by one common amount so that the fleet has the mean load asked for. Each
 * host's load is divided among its containers in random shares. Which hosts are hot is drawn, too.
 *
 * @param hosts how many
 * @param containersPerHost on every host
 * @param hotPercent of the hosts, exactly (rounded down)
 * @param hot load range of the hot ones
 * @param cool load range of the others, before the shift
 * @param meanPermille mean load of the fleet
 * @param seed of all draws
 */
public record HotFleet(
        int hosts, int containersPerHost, int hotPercent, Range hot, Range cool, int meanPermille, long seed) {
    /** CPU capacity of each host, millicores. */
    public static final long CAPACITY_MILLICORES = 16_000;

    /** Memory of each host, bytes; containers use at most a quarter of it. */
    public static final long MEMORY_BYTES = 64L << 30;

    /** Loads in percent, both ends included. */
    public record Range(int fromPercent, int toPercent) {}

    /** Two in ten hosts hot, the others far below a target of 60 %. */
    public static HotFleet easy(int hosts, long seed) {
        return new HotFleet(hosts, 20, 20, new Range(65, 95), new Range(20, 40), 400, seed);
    }

    /** Half the hosts hot, the mean load 59.9 % under a target of 60 %: nearly every host is filled to the brim. */
    public static HotFleet saturated(int hosts, long seed) {
        return new HotFleet(hosts, 20, 50, new Range(65, 95), new Range(28, 48), 599, seed);
    }

    /** Draws the fleet. */
    public ClusterSnapshot snapshot() {
        SplittableRandom random = new SplittableRandom(seed);
        boolean[] isHot = drawHot(random);
        long[] loads = drawLoads(isHot, random);
        ClusterSnapshotBuilder builder = ClusterSnapshot.builder();
        int containers = 0;
        for (int h = 0; h < hosts; h++) {
            String hostId = String.format("host-%06d", h);
            builder.host(Host.of(hostId, CAPACITY_MILLICORES, MEMORY_BYTES));
            double[] shares = new double[containersPerHost];
            double sum = 0;
            for (int k = 0; k < containersPerHost; k++) {
                shares[k] = 0.1 + random.nextDouble();
                sum += shares[k];
            }
            for (int k = 0; k < containersPerHost; k++) {
                long cpu = (long) (loads[h] * shares[k] / sum);
                long memory =
                        random.nextLong(MEMORY_BYTES / 64 / containersPerHost, MEMORY_BYTES / 4 / containersPerHost);
                builder.container(Container.of(String.format("container-%08d", containers++), hostId, cpu, memory));
            }
        }
        return builder.build();
    }

    private long[] drawLoads(boolean[] isHot, SplittableRandom random) {
        long[] loads = new long[hosts];
        long missing = CAPACITY_MILLICORES * hosts * meanPermille / 1000;
        int others = 0;
        for (int h = 0; h < hosts; h++) {
            Range range = isHot[h] ? hot : cool;
            loads[h] = random.nextLong(
                    CAPACITY_MILLICORES * range.fromPercent / 100, CAPACITY_MILLICORES * range.toPercent / 100 + 1);
            missing -= loads[h];
            others += isHot[h] ? 0 : 1;
        }
        for (int h = 0; h < hosts; h++) {
            if (!isHot[h]) {
                loads[h] = Math.max(0, loads[h] + missing / others);
            }
        }
        return loads;
    }

    private boolean[] drawHot(SplittableRandom random) {
        boolean[] isHot = new boolean[hosts];
        int left = (int) ((long) hosts * hotPercent / 100);
        for (int h = 0; h < hosts; h++) {
            if (random.nextInt(hosts - h) < left) {
                isHot[h] = true;
                left--;
            }
        }
        return isHot;
    }
}
