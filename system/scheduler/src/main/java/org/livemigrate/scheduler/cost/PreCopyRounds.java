package org.livemigrate.scheduler.cost;

import java.util.ArrayList;
import java.util.List;

/**
 * Measured pre-copy rounds, and what they say about the next: nobody tells how much is dirty <em>now</em>, but the last
 * round held what was dirtied since the one before began. Hence the rate, and what has been dirtied since.
 *
 * <p>The first round copies everything and says nothing about the rate, so a second one always follows it, unless the cap
 * forbids. A workload that rewrites all its memory is given up after that first evidence. One that has next to none is
 * frozen at once.
 */
public final class PreCopyRounds {

    /** Of a slow store or a slow processor, until a round has told. */
    private static final double UNKNOWN_BYTES_PER_SECOND = 25e6;

    private final PreCopyRule rule;
    private final double fixedMs;
    private final double allBytes;
    private final List<Round> rounds = new ArrayList<>();

    /**
     * One round as it was measured.
     *
     * @param startMs when it began, on any clock
     * @param ms how long it took
     * @param bytes that it copied
     */
    public record Round(double startMs, double ms, double bytes) {}

    /**
     * @param fixedMs of the downtime: freezing and restoring without any memory, as measured before
     * @param allBytes that a copy of everything would hold now
     */
    public PreCopyRounds(PreCopyRule rule, double fixedMs, double allBytes) {
        this.rule = rule;
        this.fixedMs = fixedMs;
        this.allBytes = allBytes;
    }

    public void add(Round round) {
        rounds.add(round);
    }

    /** How many there are. */
    public int size() {
        return rounds.size();
    }

    /**
     * Whether to freeze now.
     *
     * @param nowMs on the rounds' clock
     */
    public PreCopyRule.Decision decide(double nowMs) {
        int done = rounds.size();
        if (done == 0) {
            return rule.decide(0, 0, allBytes, UNKNOWN_BYTES_PER_SECOND, fixedMs);
        }
        if (done == 1) {
            return rule.maxRounds() > 1 ? PreCopyRule.Decision.ANOTHER_ROUND : PreCopyRule.Decision.FREEZE_ROUND_CAP;
        }
        return rule.decide(done, last().bytes(), leftBytes(nowMs), bytesPerSecond(), fixedMs);
    }

    /** The downtime that freezing now would cost; meaningful from the second round on. */
    public double predictedDowntimeMs(double nowMs) {
        return leftBytes(nowMs) * 1000.0 / bytesPerSecond() + fixedMs;
    }

    /**
     * What has been written since the last round began; meaningful from the second round on. Never more than the first round,
     * which was everything. A last round that held all of it again says that it is
     * rewritten sooner than a round begins anew, and not how much sooner: then all of it is left.
     */
    public double leftBytes(double nowMs) {
        double all = rounds.get(0).bytes();
        if (last().bytes() > all * rule.minShrink()) {
            return all;
        }
        Round before = rounds.get(rounds.size() - 2);
        double bytesPerMs = last().bytes() / Math.max(1, last().startMs() - before.startMs());
        return Math.min(all, bytesPerMs * Math.max(0, nowMs - last().startMs()));
    }

    /** Of the best round: a small one measures little but its own fixed costs. */
    private double bytesPerSecond() {
        return rounds.stream()
                .mapToDouble(round -> round.bytes() * 1000.0 / Math.max(1, round.ms()))
                .max()
                .orElse(1);
    }

    private Round last() {
        return rounds.get(rounds.size() - 1);
    }
}
