package org.livemigrate.controller.migration;

import java.time.Duration;

/**
 * How long is waited for what. Every wait of a migration has its bound here, so every migration ends.
 *
 * @param answer for the answer to one request, which an agent gives at once
 * @param quickStep for an answer that takes no work to speak of: describing, PREPARE, reading a claim
 * @param dumpStep for one attempt at a step that moves memory: PRECOPY, FREEZE, RESTORE, RESUME
 * @param finishStep for one attempt at VERIFY (beyond the migration's own verify timeout, and where no memory comes
 *     in after the restore), COMMIT, ABANDON
 * @param silence how long a host may be unreachable before a migration that can do without it goes on without it
 * @param hostReturn how long a migration that cannot do without a silent host waits for it, before it is failed
 * @param tidy how long a clean-up that is owed is repeated
 * @param firstRetry pause before a question is repeated the first time; it doubles
 * @param longestRetry longest such pause
 * @param resumeTries in how many epochs the source is asked to resume
 */
public record MigrationLimits(
        Duration answer,
        Duration quickStep,
        Duration dumpStep,
        Duration finishStep,
        Duration silence,
        Duration hostReturn,
        Duration tidy,
        Duration firstRetry,
        Duration longestRetry,
        int resumeTries) {

    /** Of the wait for one answer. */
    private static final int QUICK_STEP_ANSWERS = 3;

    private static final int FINISH_STEP_ANSWERS = 6;

    public static final MigrationLimits DEFAULT = new MigrationLimits(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            Duration.ofMinutes(1),
            Duration.ofSeconds(15),
            Duration.ofMinutes(15),
            Duration.ofHours(24),
            Duration.ofMillis(200),
            Duration.ofSeconds(5),
            20);

    public MigrationLimits {
        for (Duration limit : new Duration[] {
            answer, quickStep, dumpStep, finishStep, silence, hostReturn, tidy, firstRetry, longestRetry
        }) {
            if (limit.isZero() || limit.isNegative()) {
                throw new IllegalArgumentException("a migration's limit is " + limit + ": it must be above 0");
            }
        }
        if (resumeTries < 1) {
            throw new IllegalArgumentException("resumeTries is " + resumeTries + ": it must be 1 or more");
        }
    }

    /**
     * For slow hosts. What takes little more than answering grows with it: three times as long for a quick step, six
     * times for a finishing one.
     */
    public MigrationLimits withAnswer(Duration value) {
        return new MigrationLimits(
                value,
                value.multipliedBy(QUICK_STEP_ANSWERS),
                dumpStep,
                value.multipliedBy(FINISH_STEP_ANSWERS),
                silence,
                hostReturn,
                tidy,
                firstRetry,
                longestRetry,
                resumeTries);
    }

    public MigrationLimits withHostReturn(Duration value) {
        return new MigrationLimits(
                answer, quickStep, dumpStep, finishStep, silence, value, tidy, firstRetry, longestRetry, resumeTries);
    }

    public MigrationLimits withSilence(Duration value) {
        return new MigrationLimits(
                answer,
                quickStep,
                dumpStep,
                finishStep,
                value,
                hostReturn,
                tidy,
                firstRetry,
                longestRetry,
                resumeTries);
    }

    /** How long one attempt may take before it counts as unanswered. */
    Duration attempt(MigrationRecord record) {
        return switch (record.stage()) {
            case DESCRIBE, PREPARE -> quickStep;
            case PRECOPY ->
                dumpStep.plusMillis(record.order().options().preDumpRounds()
                        * record.order().options().preDumpDelayMs());
            case ARM, FREEZE, RESTORE, CONTEST, RESUME -> dumpStep;
            case VERIFY ->
                (record.order().options().mayRestoreLazily() ? dumpStep : finishStep)
                        .plusMillis(record.order().options().verifyTimeoutMs());
            // its questions take turns: none may hold up the others
            case IN_DOUBT -> quickStep;
            case COMMIT_SOURCE, COMMIT_TARGET, ABANDON, TIDY_TARGET, QUEUED, ENDED -> finishStep;
        };
    }

    /** How long the stage goes on asking a host that does not answer. */
    Duration patience(Stage stage) {
        return switch (stage) {
            case IN_DOUBT, RESUME -> hostReturn;
            case DESCRIBE, PREPARE, PRECOPY, ARM, FREEZE, RESTORE, VERIFY, ABANDON, CONTEST -> silence;
            // the outcome is known; what is left is repeated in the background
            case COMMIT_SOURCE, COMMIT_TARGET, TIDY_TARGET, QUEUED, ENDED -> Duration.ZERO;
        };
    }

    Duration retry(int attempt) {
        Duration pause = firstRetry.multipliedBy(1L << Math.min(attempt, 16));
        return pause.compareTo(longestRetry) < 0 ? pause : longestRetry;
    }
}
