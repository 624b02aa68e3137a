package org.livemigrate.scheduler.cost;

/**
 * When pre-copy rounds end and the container is frozen: as soon as what is left can be copied within the budget, at the
 * round cap, or when a round no longer shrinks what is left (dirtied faster than copied). This is the report's
 * "iterating until the change is small or a limit is reached". Live migration and simulation ask the same rule.
 *
 * @param downtimeBudgetMs how long the last copy, and the fixed part where one is given, may take
 * @param maxRounds most rounds while the container runs; 0 copies everything while it is frozen
 * @param minShrink a round must leave at most this share of what it copied, or no further round is worth it; 1 allows
 *     any shrinking
 */
public record PreCopyRule(long downtimeBudgetMs, int maxRounds, double minShrink) {
    /** A quarter of a second, the report's ten rounds, and each round must save at least a tenth. */
    public static final PreCopyRule DEFAULT = new PreCopyRule(250, 10, 0.9);

    /** A last copy of at most this share of the fixed part is not worth another round. */
    private static final double NOT_WORTH_A_ROUND = 0.05;

    /** Why, or that not yet. */
    public enum Decision {
        ANOTHER_ROUND,
        FREEZE_SMALL_ENOUGH,
        FREEZE_ROUND_CAP,
        FREEZE_NOT_SHRINKING;

        /** Whether the container is frozen now. */
        public boolean freezes() {
            return this != ANOTHER_ROUND;
        }
    }

    public PreCopyRule {
        if (downtimeBudgetMs < 0 || maxRounds < 0 || !(minShrink > 0 && minShrink <= 1)) {
            throw new IllegalArgumentException("A pre-copy rule needs a budget >= 0 ms, at least 0 rounds and a shrink"
                    + " above 0 and up to 1, not " + downtimeBudgetMs + " ms, " + maxRounds + " and " + minShrink
                    + ".");
        }
    }

    /**
     * Asked after each round, and once before the first.
     *
     * @param roundsDone rounds so far
     * @param copiedBytes what the round before copied; ignored before the first
     * @param leftBytes what is dirty now
     * @param bytesPerSecond at which it would be copied
     */
    public Decision decide(int roundsDone, double copiedBytes, double leftBytes, double bytesPerSecond) {
        return decide(roundsDone, copiedBytes, leftBytes, bytesPerSecond, 0);
    }

    /**
     * The same with the part of the downtime that no round shortens: the budget is for both. Where that part alone is over
     * the budget, rounds end once what they could still save is a small share of it.
     *
     * @param fixedMs freezing and restoring without any memory
     */
    public Decision decide(
            int roundsDone, double copiedBytes, double leftBytes, double bytesPerSecond, double fixedMs) {
        double lastCopyMs = leftBytes * 1000.0 / bytesPerSecond;
        if (lastCopyMs <= Math.max(downtimeBudgetMs - fixedMs, fixedMs * NOT_WORTH_A_ROUND)) {
            return Decision.FREEZE_SMALL_ENOUGH;
        }
        if (roundsDone >= maxRounds) {
            return Decision.FREEZE_ROUND_CAP;
        }
        if (roundsDone > 0 && leftBytes > copiedBytes * minShrink) {
            return Decision.FREEZE_NOT_SHRINKING;
        }
        return Decision.ANOTHER_ROUND;
    }
}
