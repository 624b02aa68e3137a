package org.livemigrate.controller.migration;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.livemigrate.controller.time.Timeline;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries migrations out: takes orders, starts each when its turn comes, journals every transition before it acts on
 * it, and takes up what it finds in the journal when it starts. Thread-safe; nothing in it blocks but {@link #await}
 * and {@link #close}.
 */
public final class MigrationExecutor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MigrationExecutor.class);

    /** Finished migrations that are kept for people; older ones leave the journal. */
    private static final int MOST_HISTORY = 1_000;

    private final MigrationJournal journal;
    private final AgentClient agents;
    private final Timeline timeline;
    private final MigrationLimits limits;
    private final MigrationBudget budget;
    private final MigrationListener listener;
    private final MigrationRules rules;
    private final DebtCollector debts;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<String, MigrationRecord> records = new LinkedHashMap<>();
    private final Map<String, MigrationRun> runs = new LinkedHashMap<>();
    private final Map<String, CompletableFuture<Void>> awaited = new HashMap<>();
    private boolean started;
    private boolean draining;
    private boolean closed;
    private int sequence;

    public MigrationExecutor(
            MigrationJournal journal,
            AgentClient agents,
            Timeline timeline,
            MigrationLimits limits,
            MigrationBudget budget,
            MigrationListener listener) {
        this.journal = journal;
        this.agents = agents;
        this.timeline = timeline;
        this.limits = limits;
        this.budget = budget;
        this.listener = listener;
        this.rules = new MigrationRules(limits);
        this.debts = new DebtCollector(rules, limits, agents, timeline, this::underLock, this::settle);
    }

    /** Takes up what the journal holds: finishes it or rolls it back. Call it once. */
    public void start() {
        underLock(() -> {
            for (MigrationRecord found : journal.load()) {
                records.put(found.id(), found);
                if (found.ended()) {
                    debts.collect(found);
                }
            }
            for (MigrationRecord found : List.copyOf(records.values())) {
                if (!found.ended()) {
                    takeUp(found);
                }
            }
            started = true;
            startWhatMay();
        });
    }

    private void takeUp(MigrationRecord found) {
        LOG.info("migration {} was found in stage {}", found.id(), found.stage());
        if (found.stage().inFlight()) {
            listener.started(found.view());
        }
        MigrationRun run = newRun(found);
        MigrationRecord next = rules.restarted(found);
        if (!next.equals(found)) {
            run.enter(next, null);
        }
        run.act();
    }

    /**
     * Takes orders, in this order.
     *
     * @return the ids of the migrations, in the same order
     * @throws ProblemException 409 when a container of an order by hand is being moved already, 503 while shutting down
     */
    public List<String> submit(List<MoveOrder> orders) {
        lock.lock();
        try {
            if (!started || draining || closed) {
                throw new ProblemException(Problem.unavailable("the controller is "
                        + (started ? "shutting down" : "starting") + ": order the migration again later."));
            }
            for (MoveOrder order : orders) {
                requireMovable(order);
            }
            List<String> ids = new ArrayList<>();
            try {
                for (MoveOrder order : orders) {
                    Instant now = timeline.now();
                    MigrationRecord record = MigrationRecord.queued(newId(now), order, now);
                    journal.save(record);
                    records.put(record.id(), record);
                    newRun(record);
                    ids.add(record.id());
                }
            } finally {
                // those before one that the journal does not take are in it: nothing else would start them
                untilDone(this::startWhatMay);
                changed.signalAll();
            }
            return ids;
        } finally {
            lock.unlock();
        }
    }

    private void requireMovable(MoveOrder order) {
        if (order.from().equals(order.to())) {
            throw new ProblemException(Problem.badRequest(
                    "container " + order.name() + " is on " + order.to() + " already: name another host."));
        }
        Optional<MigrationRecord> other = runs.values().stream()
                .map(MigrationRun::record)
                .filter(record -> record.order().container().equals(order.container()))
                .findFirst();
        if (other.isPresent()
                && (order.plan() == null
                        || !order.plan().equals(other.get().order().plan()))) {
            throw new ProblemException(Problem.conflict(
                    "in-flight",
                    "container " + order.name() + " is being moved by migration "
                            + other.get().id() + ": wait for its end."));
        }
    }

    /** Sorts by time, is unique in the journal, and is a directory's name in the store. */
    private String newId(Instant now) {
        String id;
        do {
            id = String.format(
                    Locale.ROOT,
                    "m-%s-%04d",
                    Long.toString(now.toEpochMilli(), Character.MAX_RADIX),
                    sequence++ % 10_000);
        } while (records.containsKey(id));
        return id;
    }

    private MigrationRun newRun(MigrationRecord record) {
        MigrationRun run = new MigrationRun(record, rules, limits, agents, timeline, this::underLock, this::transition);
        runs.put(record.id(), run);
        return run;
    }

    private void startWhatMay() {
        if (draining) {
            return;
        }
        List<MigrationRecord> unfinished =
                runs.values().stream().map(MigrationRun::record).toList();
        for (MigrationRecord record : budget.startable(unfinished)) {
            MigrationRun run = runs.get(record.id());
            // a start may have ended another, and with it this one
            if (run == null || run.record().stage() != Stage.QUEUED) {
                continue;
            }
            Optional<MigrationRecord> owing = owing(record.order());
            if (owing.isPresent()) {
                run.enter(
                        MigrationRules.dropped(
                                record,
                                record.order().to() + " has yet to clean up after migration "
                                        + owing.get().id() + " of the same container."),
                        null);
                continue;
            }
            run.enter(
                    record.edit()
                            .stage(Stage.DESCRIBE)
                            .epoch(journal.epoch(record.order().container()) + 1)
                            .build(),
                    null);
            listener.started(run.record().view());
            run.act();
        }
    }

    private Optional<MigrationRecord> owing(MoveOrder order) {
        return records.values().stream()
                .filter(record -> record.order().container().equals(order.container())
                        && record.owed().stream().anyMatch(debt -> debt.host().equals(order.to())))
                .findFirst();
    }

    /** Makes a transition durable, then known. */
    private void transition(MigrationRecord before, MigrationRecord after) {
        journal.save(after);
        records.put(after.id(), after);
        if (before.stage() != after.stage()) {
            LOG.info(
                    "migration {} of {} ({} -> {}): {}{}",
                    after.id(),
                    after.order().name(),
                    after.order().from(),
                    after.order().to(),
                    after.ended() ? after.outcome().word() : after.stage(),
                    after.problem() == null ? "" : " (" + after.problem().detail() + ")");
        }
        if (!after.ended() && before.stage() != after.stage()) {
            listener.phaseEntered(after.view());
        }
        changed.signalAll();
        if (after.ended() && !before.ended()) {
            // after the run has taken the transition in: its end may start others
            timeline.after(Duration.ZERO, () -> underLock(() -> ended(after)));
        }
    }

    private void ended(MigrationRecord record) {
        runs.remove(record.id());
        CompletableFuture<Void> waited = awaited.remove(record.id());
        if (waited != null) {
            waited.complete(null);
        }
        listener.ended(record.view());
        debts.collect(record);
        untilDone(() -> {
            if (record.outcome() != MigrationOutcome.COMMITTED && record.order().plan() != null) {
                dropDependants(record);
            }
            forgetOld();
            startWhatMay();
        });
        changed.signalAll();
    }

    /** What follows by itself from something that has happened may not be lost because the journal fails for a while. */
    private void untilDone(Runnable idempotent) {
        try {
            idempotent.run();
        } catch (RuntimeException e) {
            LOG.error("the journal does not take what is next; trying again", e);
            timeline.after(limits.longestRetry(), () -> underLock(() -> untilDone(idempotent)));
        }
    }

    /** What the plan had in mind after this move no longer holds for its hosts. */
    private void dropDependants(MigrationRecord failed) {
        for (MigrationRun run : List.copyOf(runs.values())) {
            MigrationRecord later = run.record();
            if (later.stage() == Stage.QUEUED
                    && failed.order().plan().equals(later.order().plan())
                    && later.order().sharesHostWith(failed.order())) {
                run.enter(
                        MigrationRules.dropped(
                                later,
                                "it relied on migration " + failed.id() + " of "
                                        + failed.order().name() + ", which was "
                                        + failed.outcome().word() + "."),
                        null);
            }
        }
    }

    /** Withdraws what waits to move to that host, which is to receive nothing any more. */
    public void dropQueuedTo(String host) {
        underLock(() -> {
            for (MigrationRun run : List.copyOf(runs.values())) {
                MigrationRecord waiting = run.record();
                if (waiting.stage() == Stage.QUEUED && waiting.order().to().equals(host)) {
                    run.enter(MigrationRules.dropped(waiting, host + " was cordoned before its turn came."), null);
                }
            }
        });
    }

    private void settle(String id, DebtCollector.Settlement settlement) {
        MigrationRecord record = records.get(id);
        if (record == null || !record.owed().contains(settlement.debt())) {
            return;
        }
        MigrationRecord settled =
                record.edit().settled(settlement.debt()).note(settlement.note()).build();
        journal.save(settled);
        records.put(id, settled);
        changed.signalAll();
    }

    private void forgetOld() {
        List<String> old = new ArrayList<>();
        int kept = 0;
        List<MigrationRecord> all = new ArrayList<>(records.values());
        for (int i = all.size() - 1; i >= 0; i--) {
            MigrationRecord record = all.get(i);
            boolean needed = !record.ended() || !record.owed().isEmpty() || record.outcome() == MigrationOutcome.FAILED;
            if (!needed && ++kept > MOST_HISTORY) {
                old.add(record.id());
            }
        }
        if (!old.isEmpty()) {
            journal.forget(old);
            old.forEach(records::remove);
        }
    }

    /**
     * Takes up a failed migration where it was given up.
     *
     * @throws ProblemException 404 when there is none of that id, 409 when it has not failed, or when the container was
     *     found running and moved since
     */
    public MigrationView recover(String id) {
        lock.lock();
        try {
            MigrationRecord record = require(id);
            if (record.outcome() != MigrationOutcome.FAILED || runs.containsKey(id)) {
                throw new ProblemException(Problem.conflict(
                        "not-failed", "migration " + id + " has not failed: only a failed one can be recovered."));
            }
            requireLatest(record);
            MigrationRun run = newRun(record);
            try {
                run.enter(MigrationRules.recovered(record), null);
            } catch (RuntimeException e) {
                runs.remove(id); // it stays as it was, and may be asked for again
                throw e;
            }
            listener.started(run.record().view());
            run.act();
            return run.record().view();
        } finally {
            lock.unlock();
        }
    }

    /**
     * A later migration has seen the container run: bringing it up again from what this one left would double it. One that
     * was refused, and saw it where this one was to bring it, has changed nothing and speaks for this one's success; it may
     * be this one's own leftovers that it was refused for.
     */
    private void requireLatest(MigrationRecord failed) {
        Optional<MigrationRecord> later = records.values().stream()
                .filter(other -> other.order().container().equals(failed.order().container())
                        && other.epoch() > Math.max(failed.epoch(), failed.resumeEpoch())
                        && other.facts() != null)
                .filter(other -> other.outcome() != MigrationOutcome.REFUSED
                        || !other.order().from().equals(failed.order().to()))
                .findFirst();
        if (later.isPresent()) {
            throw new ProblemException(Problem.conflict(
                    "overtaken",
                    "container " + failed.order().name() + " was found running after migration " + failed.id()
                            + " had failed, and migration " + later.get().id()
                            + " is about it since: there is nothing to recover."));
        }
    }

    /** Every migration that is remembered, oldest first. */
    public List<MigrationView> list() {
        lock.lock();
        try {
            return records.values().stream().map(MigrationRecord::view).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Ids of the containers that a migration moves or waits to move. */
    public Set<String> moving() {
        lock.lock();
        try {
            return runs.values().stream()
                    .map(run -> run.record().order().container())
                    .collect(Collectors.toUnmodifiableSet());
        } finally {
            lock.unlock();
        }
    }

    /** How many have not ended. */
    public int unfinished() {
        lock.lock();
        try {
            return runs.size();
        } finally {
            lock.unlock();
        }
    }

    /** How many wait for their turn. */
    public long queued() {
        lock.lock();
        try {
            return runs.values().stream()
                    .filter(run -> run.record().stage() == Stage.QUEUED)
                    .count();
        } finally {
            lock.unlock();
        }
    }

    /**
     * The migration when it has ended, its outcome known and its container free to be moved again; as it is then when that
     * takes longer. No thread waits.
     */
    public CompletableFuture<MigrationView> await(String id, Duration atMost) {
        lock.lock();
        try {
            MigrationRecord record = require(id);
            boolean underWay = record.outcome() == null || runs.containsKey(id);
            if (!underWay || atMost.isZero() || closed) {
                return CompletableFuture.completedFuture(record.view());
            }
            return awaited.computeIfAbsent(id, waited -> new CompletableFuture<>())
                    .copy()
                    .completeOnTimeout(null, atMost.toMillis(), TimeUnit.MILLISECONDS)
                    .thenApplyAsync(ended -> latest(record).view());
        } finally {
            lock.unlock();
        }
    }

    /** The migration now. */
    public MigrationView view(String id) {
        return await(id, Duration.ZERO).join();
    }

    private MigrationRecord latest(MigrationRecord seen) {
        lock.lock();
        try {
            return records.getOrDefault(seen.id(), seen);
        } finally {
            lock.unlock();
        }
    }

    private MigrationRecord require(String id) {
        MigrationRecord record = records.get(id);
        if (record == null) {
            throw new ProblemException(Problem.notFound(
                    "there is no migration " + id + ": GET /v1/migrations lists those that are remembered."));
        }
        return record;
    }

    Collection<MigrationRecord> records() {
        lock.lock();
        try {
            return List.copyOf(records.values());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Starts nothing more, and waits for what is under way.
     *
     * @param grace how long at most; what is left then is taken up by the next start from the journal
     */
    public void close(Duration grace) {
        lock.lock();
        try {
            draining = true;
            for (MigrationRun run : List.copyOf(runs.values())) {
                if (run.record().stage() == Stage.QUEUED) {
                    run.enter(MigrationRules.dropped(run.record(), "the controller was shut down."), null);
                }
            }
            long left = grace.toNanos();
            while (!runs.isEmpty() && left > 0) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closed = true;
            runs.values().forEach(MigrationRun::stop);
            awaited.values().forEach(waited -> waited.complete(null));
            changed.signalAll();
            lock.unlock();
        }
    }

    /** At once; what is under way is taken up by the next start from the journal. */
    @Override
    public void close() {
        close(Duration.ZERO);
    }

    private void underLock(Runnable task) {
        lock.lock();
        try {
            if (!closed) {
                task.run();
            }
        } finally {
            lock.unlock();
        }
    }
}
