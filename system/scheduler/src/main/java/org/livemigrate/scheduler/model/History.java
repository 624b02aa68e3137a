package org.livemigrate.scheduler.model;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * The most recent samples before a snapshot, oldest first, by host and container index. A host or container that a
 * sample did not know has {@link #UNKNOWN}. The arrays are shared, not copied: whoever hands them over keeps them as
 * they are.
 */
public final class History {
    /** No sample of this host or container at that time. */
    public static final long UNKNOWN = -1;

    public static final History EMPTY = new History(List.of(), new long[0][], null);

    private final List<Instant> times;
    private final long[][] hostMillicores;
    private final long[][] containerMillicores;

    /**
     * @param times of the samples, ascending
     * @param hostMillicores {@code [sample][host]}, demand on the host
     * @param containerMillicores {@code [sample][container]}, or {@code null} when not kept
     */
    public History(List<Instant> times, long[][] hostMillicores, long[][] containerMillicores) {
        if (times.size() != hostMillicores.length
                || containerMillicores != null && times.size() != containerMillicores.length) {
            throw new IllegalArgumentException("A history needs one row per sample: " + times.size() + " times, "
                    + hostMillicores.length + " rows.");
        }
        for (int k = 1; k < times.size(); k++) {
            if (!times.get(k - 1).isBefore(times.get(k))) {
                throw new IllegalArgumentException(
                        "Samples must ascend in time, and " + times.get(k) + " follows " + times.get(k - 1) + ".");
            }
        }
        this.times = List.copyOf(times);
        this.hostMillicores = hostMillicores.clone();
        this.containerMillicores = containerMillicores == null ? null : containerMillicores.clone();
    }

    /** How many samples there are. */
    public int size() {
        return times.size();
    }

    public Instant time(int sample) {
        return times.get(sample);
    }

    /** Demand on the host in that sample, or {@link #UNKNOWN}. */
    public long hostMillicores(int sample, int host) {
        return hostMillicores[sample][host];
    }

    public boolean hasContainers() {
        return containerMillicores != null;
    }

    /** Demand of the container in that sample, or {@link #UNKNOWN}. */
    public long containerMillicores(int sample, int container) {
        return containerMillicores == null ? UNKNOWN : containerMillicores[sample][container];
    }

    void requireShape(int hosts, int containers) {
        boolean fits = Arrays.stream(hostMillicores).allMatch(row -> row.length == hosts)
                && (containerMillicores == null
                        || Arrays.stream(containerMillicores).allMatch(row -> row.length == containers));
        if (!fits) {
            throw new IllegalArgumentException(
                    "The history's rows do not match " + hosts + " hosts and " + containers + " containers.");
        }
    }
}
