package org.livemigrate.simulator.metrics;

/** Quantiles by nearest rank: always a value that was observed. */
public final class Quantiles {
    private Quantiles() {}

    /** The {@code q} quantile of ascending values; 0 of none. */
    public static long nearestRank(long[] ascending, double q) {
        return ascending.length == 0 ? 0 : ascending[Math.max(0, (int) Math.ceil(q * ascending.length) - 1)];
    }
}
