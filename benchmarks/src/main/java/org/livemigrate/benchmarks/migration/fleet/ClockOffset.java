package org.livemigrate.benchmarks.migration.fleet;

import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import org.livemigrate.benchmarks.migration.inventory.Inventory;
import org.livemigrate.protocol.ticks.Ticking;

/**
 * How far a host's clock is ahead of this machine's, as Cristian's algorithm estimates it (Probabilistic clock
 * synchronization, Distributed Computing 3, 1989): the host's reading against the middle of the question's round trip,
 * wrong by at most half of that; the shortest of several round trips counts.
 *
 * @param offsetMs of the host's clock, positive when it is ahead
 * @param uncertaintyMs the true offset lies within this
 */
public record ClockOffset(double offsetMs, double uncertaintyMs) {

    /** Between hosts that read one clock. */
    public static final ClockOffset NONE = new ClockOffset(0, 0);

    private static final int QUESTIONS = 10;

    /** Answers each line with the time, in seconds with six decimals, and starts no process for it. */
    private static final String TELLS_TIME = "LC_ALL=C; while read -r; do echo $EPOCHREALTIME; done";

    private static final double NS_PER_MS = 1e6;

    /** Over one connection: making one takes far longer than reading a clock, and that would be the uncertainty. */
    public static ClockOffset of(Inventory.Node node) throws IOException, InterruptedException {
        ClockOffset best = null;
        try (Remote.Dialogue host = Remote.dialogue(node, "bash", "-c", TELLS_TIME)) {
            for (int i = 0; i < QUESTIONS; i++) {
                long before = Ticking.epochNs(Instant.now());
                long there = new BigDecimal(host.ask("")).movePointRight(9).longValueExact();
                long after = Ticking.epochNs(Instant.now());
                ClockOffset now = new ClockOffset(
                        (there - (before + after) / 2.0) / NS_PER_MS, (after - before) / 2.0 / NS_PER_MS);
                if (best == null || now.uncertaintyMs < best.uncertaintyMs) {
                    best = now;
                }
            }
        }
        return best;
    }

    /** This clock's lead over another's; the uncertainties add up. */
    public ClockOffset minus(ClockOffset other) {
        return new ClockOffset(offsetMs - other.offsetMs, uncertaintyMs + other.uncertaintyMs);
    }
}
