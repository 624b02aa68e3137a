package org.livemigrate.protocol.ticks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a container's ticker wrote: one line a tick, {@code NONCE COUNT REALTIME_NS}. Nonce and count live in the
 * process's memory only, so the log tells whether it is the same process that went on counting, and its clock tells how
 * long it stood still.
 *
 * @param nonces the nonce of each tick
 * @param counts the count of each tick
 * @param timesNs when each tick was written, nanoseconds since the epoch
 */
public record TickLog(String[] nonces, long[] counts, long[] timesNs) implements Ticking {

    private static final long NS_PER_MS = 1_000_000;

    /**
     * @param text the whole log; a last line that is cut off (the ticker was writing) is left out
     * @throws IllegalArgumentException naming the line that is not a tick
     */
    public static TickLog parse(String text) {
        String whole = text.substring(0, text.lastIndexOf('\n') + 1);
        List<String> lines = whole.lines().toList();
        String[] nonces = new String[lines.size()];
        long[] counts = new long[lines.size()];
        long[] times = new long[lines.size()];
        for (int i = 0; i < lines.size(); i++) {
            String[] fields = lines.get(i).split(" ", -1);
            try {
                nonces[i] = fields[0];
                counts[i] = Long.parseLong(fields[1]);
                times[i] = Long.parseLong(fields[2]);
            } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
                throw new IllegalArgumentException(
                        "tick log, line " + (i + 1) + ": \"" + lines.get(i) + "\" is not 'NONCE COUNT NANOSECONDS'", e);
            }
        }
        return new TickLog(nonces, counts, times);
    }

    public int ticks() {
        return counts.length;
    }

    @Override
    public long countAt(long epochNs) {
        long last = 0;
        for (int i = 0; i < ticks() && timesNs[i] <= epochNs; i++) {
            last = counts[i];
        }
        return last;
    }

    @Override
    public long lastCount() {
        return ticks() == 0 ? 0 : counts[ticks() - 1];
    }

    @Override
    public boolean restarted() {
        return Arrays.stream(nonces).distinct().count() > 1;
    }

    @Override
    public long lost() {
        long lost = 0;
        for (int i = 1; i < ticks(); i++) {
            lost += Math.max(0, counts[i] - counts[i - 1] - 1);
        }
        return lost;
    }

    @Override
    public long repeated() {
        long repeated = 0;
        long highest = Long.MIN_VALUE;
        for (long count : counts) {
            if (count <= highest) {
                repeated++;
            }
            highest = Math.max(highest, count);
        }
        return repeated;
    }

    @Override
    public double longestGapMs(long fromEpochNs, long toEpochNs) {
        long longest = 0;
        for (int i = 1; i < ticks(); i++) {
            if (timesNs[i] >= fromEpochNs && timesNs[i - 1] <= toEpochNs) {
                longest = Math.max(longest, timesNs[i] - timesNs[i - 1]);
            }
        }
        return (double) longest / NS_PER_MS;
    }

    @Override
    public double p99GapMsBefore(long epochNs) {
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < ticks() && timesNs[i] <= epochNs; i++) {
            gaps.add(timesNs[i] - timesNs[i - 1]);
        }
        if (gaps.isEmpty()) {
            return 0;
        }
        gaps.sort(null);
        return (double) gaps.get((int) Math.ceil(gaps.size() * 0.99) - 1) / NS_PER_MS;
    }
}
