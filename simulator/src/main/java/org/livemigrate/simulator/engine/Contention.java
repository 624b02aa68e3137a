package org.livemigrate.simulator.engine;

import java.util.Arrays;

/** What containers get of a host's CPU when together they ask for more than it has. Small, pure, replaceable. */
@FunctionalInterface
public interface Contention {

    /**
     * Shares out.
     *
     * @param demand of each container, in millicores; not changed
     * @param capacity of the host, in millicores
     * @return what each gets: never more than it asks for, together never more than the capacity; the same as {@code
     *     demand} when there is enough
     */
    long[] share(long[] demand, long capacity);

    /**
     * Max–min fair, as Linux does it between control groups of equal {@code cpu.weight} (kernel documentation,
     * {@code admin-guide/cgroup-v2.rst}; fairness as in Bertsekas and Gallager, <i>Data Networks</i>, 6.5.2): who asks
     * for less than an equal share gets all of it, the others share the rest alike. A millicore that cannot be halved is
     * nobody's.
     */
    Contention MAX_MIN = (demand, capacity) -> {
        long[] ascending = demand.clone();
        Arrays.sort(ascending);
        long left = capacity;
        long level = Long.MAX_VALUE;
        for (int k = 0; k < ascending.length; k++) {
            long equal = left / (ascending.length - k);
            if (ascending[k] > equal) {
                level = equal;
                break;
            }
            left -= ascending[k];
        }
        long most = level;
        return Arrays.stream(demand).map(d -> Math.min(d, most)).toArray();
    };

    /** Everybody is cut by the same factor: {@code VmSchedulerTimeSharedOverSubscription} of CloudSim. */
    Contention PROPORTIONAL = (demand, capacity) -> {
        long all = Arrays.stream(demand).sum();
        return all <= capacity
                ? demand.clone()
                : Arrays.stream(demand)
                        .map(d -> (long) ((double) d * capacity / all))
                        .toArray();
    };
}
