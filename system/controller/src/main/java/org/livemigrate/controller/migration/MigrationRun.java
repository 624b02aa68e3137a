package org.livemigrate.controller.migration;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.livemigrate.controller.time.Timeline;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.ClaimView;
import org.livemigrate.protocol.migration.StepResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One migration on its way: asks what its stage asks, repeats the question while there is no answer, and hands each
 * answer to the rules. All methods run under the executor's lock.
 */
final class MigrationRun {

    private static final Logger LOG = LoggerFactory.getLogger(MigrationRun.class);

    private final MigrationRules rules;
    private final MigrationLimits limits;
    private final AgentClient agents;
    private final Timeline timeline;
    private final Consumer<Runnable> underLock;
    private final BiConsumer<MigrationRecord, MigrationRecord> journal;
    private final Stopwatch stopwatch;

    private MigrationRecord record;
    private int attempt;
    private int turn;
    private long stageNanos;
    private Long silentSinceNanos;
    private Timeline.Cancellation timer = () -> {};

    /**
     * @param underLock runs something under the executor's lock, unless the executor is closed
     * @param journal makes (before, after) durable and known; throws when it cannot
     */
    MigrationRun(
            MigrationRecord record,
            MigrationRules rules,
            MigrationLimits limits,
            AgentClient agents,
            Timeline timeline,
            Consumer<Runnable> underLock,
            BiConsumer<MigrationRecord, MigrationRecord> journal) {
        this.record = record;
        this.rules = rules;
        this.limits = limits;
        this.agents = agents;
        this.timeline = timeline;
        this.underLock = underLock;
        this.journal = journal;
        this.stopwatch = new Stopwatch(timeline);
        this.stageNanos = timeline.nanos();
    }

    MigrationRecord record() {
        return record;
    }

    /** Asks what the present stage asks; the stage is in the journal. */
    void act() {
        if (!record.stage().inFlight()) {
            return;
        }
        int mine = ++attempt;
        long askedNanos = timeline.nanos();
        Question question = rules.question(record, turn);
        Duration limit = limits.attempt(record);
        timer.cancel();
        timer = timeline.after(
                limit,
                () -> underLock.accept(() -> unanswered(
                        mine, askedNanos, question.describe() + ": no answer within " + limit.toMillis() + " ms")));
        send(agents, record.id(), question)
                .whenComplete((value, failure) ->
                        underLock.accept(() -> answered(mine, askedNanos, question, value, failure)));
    }

    static CompletableFuture<?> send(AgentClient agents, String migration, Question question) {
        try {
            if (question instanceof Question.Describe describe) {
                return described(agents, describe);
            }
            if (question instanceof Question.Claim claim) {
                return agents.claim(claim.host(), claim.container(), claim.epoch());
            }
            Question.Step step = (Question.Step) question;
            return agents.step(step.host(), migration, step.step(), step.request());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static CompletableFuture<Answer.Described> described(AgentClient agents, Question.Describe question) {
        CompletableFuture<Long> newestEpoch = agents.newestEpoch(question.host(), question.container())
                .thenCombine(agents.newestEpoch(question.target(), question.container()), Math::max);
        return agents.container(question.host(), question.container()).thenCombine(newestEpoch, Answer.Described::new);
    }

    /** Without the wrappings that futures put around it. */
    static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private void answered(int mine, long askedNanos, Question question, Object value, Throwable failure) {
        if (mine != attempt) {
            return;
        }
        if (failure != null && !(cause(failure) instanceof ProblemException)) {
            unanswered(mine, askedNanos, question.describe() + ": " + Failures.why(cause(failure)));
            return;
        }
        timer.cancel();
        attempt++;
        silentSinceNanos = null;
        if (failure != null) {
            advance(new Answer.Refused(((ProblemException) cause(failure)).problem()));
        } else if (value instanceof Answer.Described described) {
            advance(described);
        } else if (value instanceof ClaimView claim) {
            advance(new Answer.ClaimRead(claim));
        } else {
            advance(new Answer.Done((StepResult) value));
        }
    }

    private void unanswered(int mine, long askedNanos, String detail) {
        if (mine != attempt) {
            return;
        }
        timer.cancel();
        attempt++;
        if (silentSinceNanos == null) {
            silentSinceNanos = askedNanos;
        }
        if (patienceOver()) {
            advance(new Answer.Silence(detail));
        } else {
            askLater();
        }
    }

    private boolean patienceOver() {
        // in doubt, an answer about the claim does not make up for the target's silence
        long since = record.stage() == Stage.IN_DOUBT || silentSinceNanos == null ? stageNanos : silentSinceNanos;
        return timeline.nanos() - since >= limits.patience(record.stage()).toNanos();
    }

    private void askLater() {
        int mine = attempt;
        timer = timeline.after(
                limits.retry(turn++),
                () -> underLock.accept(() -> {
                    if (mine == attempt) {
                        act();
                    }
                }));
    }

    private void advance(Answer answer) {
        MigrationRecord before = record;
        MigrationRecord next = rules.next(before, answer);
        if (!next.equals(before)) {
            if (!moveTo(next, answer)) {
                return;
            }
            if (record.stage() != before.stage()) {
                act();
                return;
            }
        }
        if (record.stage() == Stage.IN_DOUBT && patienceOver() && !(answer instanceof Answer.Silence)) {
            advance(new Answer.Silence("no word from " + record.order().to()));
        } else {
            askLater();
        }
    }

    /**
     * Journal first; whoever calls then acts.
     *
     * @param answer that led here, or {@code null} when none did
     * @return false when the journal could not take it; it is tried again
     */
    private boolean moveTo(MigrationRecord next, Answer answer) {
        try {
            enter(next, answer);
            return true;
        } catch (RuntimeException e) {
            LOG.error("migration {}: the journal does not take {}; trying again", record.id(), next.stage(), e);
            int mine = attempt;
            timer = timeline.after(
                    limits.longestRetry(),
                    () -> underLock.accept(() -> {
                        if (mine == attempt) {
                            advance(answer);
                        }
                    }));
            return false;
        }
    }

    /** Takes the transition; the caller acts on it. Throws when the journal cannot take it. */
    void enter(MigrationRecord next, Answer answer) {
        MigrationRecord before = record;
        if (next.stage() != before.stage() && !before.stage().mayBecome(next.stage())) {
            throw new IllegalStateException(
                    "migration " + before.id() + " cannot go from " + before.stage() + " to " + next.stage());
        }
        MigrationRecord measured = stopwatch.measure(before, next, answer);
        journal.accept(before, measured);
        stopwatch.entered(before, measured);
        record = measured;
        if (next.stage() != before.stage()) {
            stageNanos = timeline.nanos();
            silentSinceNanos = null;
            turn = 0;
        }
    }

    /** Nothing more is asked; what is under way at an agent goes on there. */
    void stop() {
        attempt++;
        timer.cancel();
    }
}
