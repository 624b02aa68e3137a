package org.livemigrate.controller.migration;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.livemigrate.controller.time.Timeline;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has hosts clean up after migrations whose outcome is known: repeats what is owed until it is done, or has been
 * declined often, or has waited long. All methods run under the executor's lock.
 */
final class DebtCollector {

    private static final Logger LOG = LoggerFactory.getLogger(DebtCollector.class);

    /** An agent that declines may be short of something for a moment; one that always declines has its reason. */
    private static final int MOST_REFUSALS = 10;

    private final MigrationRules rules;
    private final MigrationLimits limits;
    private final AgentClient agents;
    private final Timeline timeline;
    private final Consumer<Runnable> underLock;
    private final BiConsumer<String, Settlement> settle;

    /** One debt, settled or given up. */
    record Settlement(Owed debt, String note) {}

    DebtCollector(
            MigrationRules rules,
            MigrationLimits limits,
            AgentClient agents,
            Timeline timeline,
            Consumer<Runnable> underLock,
            BiConsumer<String, Settlement> settle) {
        this.rules = rules;
        this.limits = limits;
        this.agents = agents;
        this.timeline = timeline;
        this.underLock = underLock;
        this.settle = settle;
    }

    /** Begins with what the record owes. */
    void collect(MigrationRecord record) {
        long sinceNanos = timeline.nanos();
        record.owed().forEach(debt -> later(record, debt, sinceNanos, 0, 0));
    }

    private void later(MigrationRecord record, Owed debt, long sinceNanos, int attempt, int refusals) {
        timeline.after(
                limits.retry(attempt), () -> underLock.accept(() -> ask(record, debt, sinceNanos, attempt, refusals)));
    }

    private void ask(MigrationRecord record, Owed debt, long sinceNanos, int attempt, int refusals) {
        CompletableFuture<?> answer = MigrationRun.send(agents, record.id(), rules.question(record, debt));
        CompletableFuture<Object> bounded = new CompletableFuture<>();
        answer.whenComplete((value, failure) -> {
            if (failure == null) {
                bounded.complete("done");
            } else {
                bounded.completeExceptionally(MigrationRun.cause(failure));
            }
        });
        Timeline.Cancellation limit = timeline.after(
                limits.finishStep(), () -> bounded.completeExceptionally(new IllegalStateException("no answer")));
        bounded.whenComplete((value, failure) -> {
            limit.cancel();
            underLock.accept(() -> answered(record, debt, sinceNanos, attempt, refusals, failure));
        });
    }

    private void answered(
            MigrationRecord record, Owed debt, long sinceNanos, int attempt, int refusals, Throwable failure) {
        if (failure == null) {
            settle(record, new Settlement(debt, debt.host() + " has cleaned up."), sinceNanos, attempt, refusals);
            return;
        }
        boolean refused = failure instanceof ProblemException;
        int refusedNow = refusals + (refused ? 1 : 0);
        if (refusedNow >= MOST_REFUSALS
                || timeline.nanos() - sinceNanos >= limits.tidy().toNanos()) {
            Settlement givenUp = new Settlement(
                    debt,
                    debt.host() + " has not cleaned up (" + Failures.why(failure)
                            + "): look there for what is left of migration " + record.id() + ".");
            settle(record, givenUp, sinceNanos, attempt, refusedNow);
        } else {
            later(record, debt, sinceNanos, attempt + 1, refusedNow);
        }
    }

    /** A debt whose end is not in the journal is still owed: it is asked for again, which does no harm. */
    private void settle(MigrationRecord record, Settlement settlement, long sinceNanos, int attempt, int refusals) {
        try {
            settle.accept(record.id(), settlement);
        } catch (RuntimeException e) {
            LOG.error(
                    "migration {}: the journal does not take that {}; trying again", record.id(), settlement.note(), e);
            later(record, settlement.debt(), sinceNanos, attempt + 1, refusals);
        }
    }
}
