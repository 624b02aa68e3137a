package org.livemigrate.protocol.ticks;

import java.time.Instant;

/** What a container's ticker tells: whether the same process went on counting, and how long it stood still. */
public interface Ticking {

    /** The last count at or before the instant (nanoseconds since the epoch); 0 when none was. */
    long countAt(long epochNs);

    /** The last count. */
    long lastCount();

    /** Another nonce: somebody started the process again instead of restoring it. */
    boolean restarted();

    /** Numbers that are missing. */
    long lost();

    /** Numbers that were written before: two copies ran, or one was rolled back after it had run on. */
    long repeated();

    /** The longest it stood still in a window, in ms: the downtime it felt. */
    double longestGapMs(long fromEpochNs, long toEpochNs);

    /** The 99th percentile of the gaps before an instant, in ms: what this machine does to it anyway. */
    double p99GapMsBefore(long epochNs);

    /** An instant as tickers write it: nanoseconds since the epoch. */
    static long epochNs(Instant instant) {
        return instant.getEpochSecond() * 1_000_000_000L + instant.getNano();
    }
}
