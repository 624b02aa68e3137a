package org.livemigrate.scheduler.literature;

import org.livemigrate.scheduler.model.ClusterSnapshot;

/** Says which container leaves an overloaded host next. */
@FunctionalInterface
public interface Selector {
    /**
     * Picks one.
     *
     * @param candidates container indices; the first {@code count} are movable, ascending
     * @return position in {@code candidates}
     */
    int select(ClusterSnapshot snapshot, int host, int[] candidates, int count);

    /** MMT: the one with the least memory, which migrates fastest (paper, 4.2.1); of equals the first. */
    static Selector minimumMigrationTime() {
        return (snapshot, host, candidates, count) -> {
            int best = 0;
            for (int i = 1; i < count; i++) {
                if (snapshot.memoryBytes(candidates[i]) < snapshot.memoryBytes(candidates[best])) {
                    best = i;
                }
            }
            return best;
        };
    }

    /**
     * RS: uniformly at random (paper, 4.2.2). The lot is drawn from the seed, the snapshot's time, the host and how many
     * are left, so the same snapshot gives the same answer.
     */
    static Selector random(long seed) {
        return (snapshot, host, candidates, count) -> {
            long z = seed * 0x9E3779B97F4A7C15L + snapshot.time().toEpochMilli();
            z = mix(z) + snapshot.hostId(host).hashCode();
            z = mix(z) + count;
            return (int) Long.remainderUnsigned(mix(z), count);
        };
    }

    private static long mix(long value) {
        long z = (value ^ value >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
