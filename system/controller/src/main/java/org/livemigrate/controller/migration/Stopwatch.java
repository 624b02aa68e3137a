package org.livemigrate.controller.migration;

import java.time.Duration;
import java.time.Instant;
import org.livemigrate.controller.time.Timeline;
import org.livemigrate.protocol.migration.StepResult;

/**
 * Measures one migration: durations on the monotonic count, except across a restart of the controller, where only the
 * wall clock is left.
 */
final class Stopwatch {

    private final Timeline timeline;
    private long phaseNanos;
    private Long freezeNanos;

    Stopwatch(Timeline timeline) {
        this.timeline = timeline;
        this.phaseNanos = timeline.nanos();
    }

    /** What the transition adds to the measures. */
    MigrationRecord measure(MigrationRecord before, MigrationRecord next, Answer answer) {
        Measures measures = next.measures();
        Instant now = timeline.now();
        if (before.stage() == Stage.QUEUED && next.stage() == Stage.DESCRIBE) {
            measures = measures.started(now);
        }
        if (leavesPhase(before, next) && before.stage().inFlight()) {
            measures = measures.plusPhase(before.stage().phase(), ms(timeline.nanos() - phaseNanos));
        }
        if (answer instanceof Answer.Done done) {
            StepResult result = done.result();
            if (before.stage() == Stage.PRECOPY || before.stage() == Stage.FREEZE) {
                measures = measures.withBytes(measures.bytes() + result.bytes());
            }
            if (before.freezeSent() && before.measures().resumedAt() == null && runsAgain(before, next)) {
                measures = measures.resumed(now, downtimeMs(measures.frozenAt(), now));
            }
        }
        if (next.stage() == Stage.FREEZE && before.stage() != Stage.FREEZE) {
            measures = measures.frozen(now);
        }
        if (next.ended() && !before.ended()) {
            measures = measures.finished(now);
        }
        return measures.equals(next.measures())
                ? next
                : next.edit().measures(measures).build();
    }

    /** The transition is durable. */
    void entered(MigrationRecord before, MigrationRecord next) {
        if (leavesPhase(before, next)) {
            phaseNanos = timeline.nanos();
        }
        if (next.stage() == Stage.FREEZE && before.stage() != Stage.FREEZE) {
            freezeNanos = timeline.nanos();
        }
    }

    private static boolean leavesPhase(MigrationRecord before, MigrationRecord next) {
        return !before.stage().phase().equals(next.stage().phase());
    }

    private static boolean runsAgain(MigrationRecord before, MigrationRecord next) {
        return next.stage() == Stage.VERIFY || before.stage() == Stage.CONTEST || before.stage() == Stage.RESUME;
    }

    private long downtimeMs(Instant frozenAt, Instant now) {
        return freezeNanos != null
                ? ms(timeline.nanos() - freezeNanos)
                : Math.max(0, Duration.between(frozenAt, now).toMillis());
    }

    private static long ms(long nanos) {
        return Math.round(nanos / 1e6);
    }
}
