package org.livemigrate.benchmarks.migration.run;

import java.util.stream.IntStream;
import org.livemigrate.benchmarks.migration.fleet.ClockOffset;
import org.livemigrate.protocol.ticks.TickLog;

/**
 * How long a container that went from one clock to another stood still. Its ticks up to the freeze are on the source's clock,
 * those after the restore on the target's: they are put on the source's before any gap is looked for, or a target that is
 * behind hides the standstill, and one that is ahead makes it of nothing.
 *
 * <p>A log does not say between which two ticks the container crossed. It crossed near the freeze, on both clocks, and where
 * time does not run backwards once the later ticks are corrected; where several places will do, the clocks differ by less
 * than it stood still, and it was at the longest gap.
 *
 * @param fromNs begin of the window, on the source's clock
 * @param toNs its end, likewise
 * @param targetAhead the target's clock against the source's
 */
record StandStill(long fromNs, long toNs, ClockOffset targetAhead) {

    private static final double NS_PER_MS = 1e6;

    double longestMs(TickLog log) {
        long offset = Math.round(targetAhead.offsetMs() * NS_PER_MS);
        long[] times = log.timesNs().clone();
        for (int i = firstOnTarget(times, offset); i < times.length; i++) {
            times[i] -= offset;
        }
        return new TickLog(log.nonces(), log.counts(), times).longestGapMs(fromNs, toNs);
    }

    /** Index of the first tick that the target made; past the end when it made none near the freeze. */
    private int firstOnTarget(long[] times, long offset) {
        int[] near = IntStream.range(1, times.length)
                .filter(i -> times[i - 1] <= toNs && times[i] - offset >= fromNs)
                .toArray();
        int best = times.length;
        boolean bestInOrder = false;
        long bestGap = Long.MIN_VALUE;
        for (int i : near) {
            boolean inOrder = inOrder(times, near[0], near[near.length - 1], i, offset);
            long gap = times[i] - times[i - 1];
            if (inOrder && !bestInOrder || inOrder == bestInOrder && gap > bestGap) {
                best = i;
                bestInOrder = inOrder;
                bestGap = gap;
            }
        }
        return best;
    }

    /** Whether time goes forwards between all ticks of a range if the container crossed before the tick {@code crossing}. */
    private boolean inOrder(long[] times, int first, int last, int crossing, long offset) {
        double uncertainty = targetAhead.uncertaintyMs() * NS_PER_MS;
        return IntStream.rangeClosed(first, last)
                .allMatch(i ->
                        i == crossing ? times[i] - times[i - 1] - offset >= -uncertainty : times[i] >= times[i - 1]);
    }
}
