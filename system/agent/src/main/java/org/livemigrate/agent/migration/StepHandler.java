package org.livemigrate.agent.migration;

import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.livemigrate.agent.checkpoint.Job;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.migration.StepResult;
import org.livemigrate.protocol.operation.Operation;
import org.livemigrate.rest.Operations;
import org.livemigrate.rest.Problems;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code PUT /v1/migrations/{id}/{step}}: decides whether a step may be done and has it done, one at a time for each
 * container, durably noted before and after.
 *
 * <ul>
 *   <li>A repeated request gets the first answer. A failed ABANDON, COMMIT, RESUME or VERIFY is tried again when it is
 *       repeated: these only bring about what is wanted, whatever was there before.
 *   <li>An epoch below the newest seen for the container is refused ({@code stale-epoch}), but for a COMMIT that was owed.
 *       A refused PREPARE raises nothing.
 *   <li>After ABANDON an epoch is dead here: RESTORE, VERIFY and PREPARE in it are refused ({@code abandoned}).
 * </ul>
 */
public final class StepHandler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StepHandler.class);

    /** Two hosts, a migration and an epoch make the name of a file (255 bytes on every file system). */
    private static final int LONGEST_MIGRATION_ID = 80;

    /** As Linux has it. */
    public static final int LONGEST_HOST_ID = 64;

    private static final Set<MigrationStep> BY_SOURCE =
            EnumSet.of(MigrationStep.PRECOPY, MigrationStep.FREEZE, MigrationStep.RESUME);
    private static final Set<MigrationStep> BY_TARGET = EnumSet.of(
            MigrationStep.PREPARE,
            MigrationStep.ARM,
            MigrationStep.RESTORE,
            MigrationStep.VERIFY,
            MigrationStep.ABANDON);
    private static final Set<MigrationStep> TRIED_AGAIN =
            EnumSet.of(MigrationStep.ABANDON, MigrationStep.COMMIT, MigrationStep.RESUME, MigrationStep.VERIFY);
    private static final Set<MigrationStep> DEAD_WHEN_ABANDONED =
            EnumSet.of(MigrationStep.PREPARE, MigrationStep.ARM, MigrationStep.RESTORE, MigrationStep.VERIFY);

    private final String host;
    private final StepLog log;
    private final Operations operations;
    private final Clock clock;
    private final SourceSteps source;
    private final TargetSteps target;
    private final ExecutorService workers;
    private final ContainerQueues queues;
    private final StepListener listener;
    private volatile boolean closing;

    /** @param workers do the steps, those of different containers side by side; they are ended with this */
    public StepHandler(
            StepContext context,
            HostCapacity capacity,
            HostPorts ports,
            Operations operations,
            ExecutorService workers,
            StepListener listener) {
        this.listener = listener;
        TargetChecks checks = new TargetChecks(context.runtime(), context.store(), context.log(), ports, capacity);
        this.host = context.host();
        this.log = context.log();
        this.operations = operations;
        this.clock = context.clock();
        this.source = new SourceSteps(context);
        this.target = new TargetSteps(context, checks);
        this.workers = workers;
        this.queues = new ContainerQueues(workers);
    }

    /**
     * Accepts a step.
     *
     * @return its operation, new or known
     * @throws ProblemException when it may not be done
     */
    public Operation handle(String migration, MigrationStep step, StepRequest request) {
        Ids.require("migration id", migration);
        requireNoLonger(LONGEST_MIGRATION_ID, "migration id", migration);
        requireNoLonger(LONGEST_HOST_ID, "host id", request.from());
        requireNoLonger(LONGEST_HOST_ID, "host id", request.to());
        requireRole(step, request);
        String container = request.container().id();
        synchronized (log) {
            if (closing) {
                throw new ProblemException(Problem.unavailable("The agent is stopping: ask again when it is back."));
            }
            requireNotAbandoned(step, request);
            Optional<StepRecord> known = log.find(StepRecord.key(migration, step, request.epoch()));
            if (known.isPresent()) {
                StepRecord record = known.get();
                if (!record.request().container().id().equals(container)) {
                    throw new ProblemException(Problem.conflict(
                            "id-reused",
                            "migration " + migration + " is about container "
                                    + record.request().container().id() + ": use another id."));
                }
                if (!record.ended() && !isUnderWay(record)) {
                    // the disk failed before it was begun, or after it was done
                    return submit(record, progress -> resolve(record, progress));
                }
                boolean again = record.ended() && record.problem() != null && TRIED_AGAIN.contains(step);
                if (!again) {
                    return operation(record);
                }
            }
            long newest = log.newestEpoch(container);
            if (request.epoch() < newest && !mayComeLate(step, request)) {
                throw new ProblemException(Problem.conflict(
                        "stale-epoch",
                        step.word() + " of epoch " + request.epoch() + " is refused: host " + host + " has seen epoch "
                                + newest + " for container " + container + "."));
            }
            if (step != MigrationStep.PREPARE) {
                log.raiseEpoch(container, request.epoch());
            }
            if (step == MigrationStep.ABANDON) {
                // at once, so that a RESTORE that still waits for its images gives up before its claim
                log.abandon(container, request.epoch());
            }
            StepRecord accepted = StepRecord.accepted(migration, step, request, clock.instant());
            log.put(accepted);
            return submit(accepted, progress -> execute(accepted, progress));
        }
    }

    private boolean isUnderWay(StepRecord record) {
        return operations
                .find(record.key())
                .filter(operation -> !operation.ended())
                .isPresent();
    }

    /**
     * A COMMIT may be owed for a while, and newer epochs be seen meanwhile. On the target it gives up a reservation and the
     * images of its own migration; on the source it takes away a copy of which the claim says that it is elsewhere, so it
     * must not come between the steps of a migration that brings the container back.
     */
    private boolean mayComeLate(MigrationStep step, StepRequest request) {
        return step == MigrationStep.COMMIT
                && (request.to().equals(host)
                        || log.reservations().stream()
                                .noneMatch(reservation -> reservation
                                        .container()
                                        .id()
                                        .equals(request.container().id())));
    }

    /** Takes up what an earlier life of this agent had accepted and not answered. Called once, before the first request. */
    public void recover() {
        for (StepRecord record : log.unanswered()) {
            LOG.info(
                    "{} of migration {} had no answer when the agent ended; finding out what became of it",
                    record.step().word(),
                    record.migration());
            submit(record, progress -> resolve(record, progress));
        }
    }

    /** All steps of a migration that are known here. */
    public List<StepRecord> known(String migration) {
        return log.ofMigration(Ids.require("migration id", migration));
    }

    /**
     * A container as a migration finds it; empty when there is none. One that the runtime says runs and that lacks memory is
     * {@code incomplete}.
     */
    public Optional<ContainerFacts> describe(String container) {
        return source.describe(container);
    }

    /** The newest fencing epoch that was seen here for the container; 0 when none was. */
    public long newestEpoch(String container) {
        return log.newestEpoch(container);
    }

    @Override
    public void close() {
        close(Duration.ofSeconds(20));
    }

    /** Accepts nothing more, gives running steps this long to end, then interrupts them; they are resolved at the next start. */
    public void close(Duration grace) {
        synchronized (log) {
            closing = true;
        }
        workers.shutdown();
        try {
            if (!workers.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                workers.shutdownNow();
                if (!workers.awaitTermination(5, TimeUnit.SECONDS)) {
                    LOG.warn("a migration step does not end; it is resolved at the next start");
                }
            }
        } catch (InterruptedException e) {
            workers.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    /** The work of one step. */
    private interface Task {
        StepResult run(Job.Progress progress) throws InterruptedException;
    }

    private Operation submit(StepRecord record, Task task) {
        return operations.startAnew(
                record.key(),
                record.step().word(),
                queues.of(record.request().container().id()),
                progress -> answered(record, task, progress::report));
    }

    private StepResult answered(StepRecord record, Task task, Job.Progress progress) throws InterruptedException {
        StepResult result;
        try {
            result = task.run(progress);
        } catch (InterruptedException e) {
            throw e; // stopping: no answer, so that the next start finds out what became of it
        } catch (RuntimeException e) {
            if (closing && Thread.currentThread().isInterrupted()) {
                throw e;
            }
            Problem problem = Problems.of(e, record.step().word() + " of migration " + record.migration());
            LOG.warn("{} of migration {} failed: {}", record.step().word(), record.migration(), problem.detail());
            log.put(record.failed(clock.instant(), problem));
            listener.answered(record.step(), false, Duration.between(record.acceptedAt(), clock.instant()), 0);
            throw new ProblemException(problem, e);
        }
        if (record.step() == MigrationStep.PREPARE) {
            log.raiseEpoch(record.request().container().id(), record.request().epoch());
        }
        log.put(record.succeeded(clock.instant(), result));
        listener.answered(record.step(), true, Duration.between(record.acceptedAt(), clock.instant()), result.bytes());
        LOG.info(
                "{} of migration {} (container {}) took {} ms",
                record.step().word(),
                record.migration(),
                record.request().container().name(),
                result.elapsedMs());
        return result;
    }

    private StepResult execute(StepRecord record, Job.Progress progress) throws InterruptedException {
        String migration = record.migration();
        StepRequest request = record.request();
        // again here: an agent that was restarted may take up what it had accepted in another order
        requireNotAbandoned(record.step(), request);
        return switch (record.step()) {
            case PREPARE -> target.prepare(migration, request);
            case PRECOPY -> source.preCopy(migration, request, progress);
            case ARM -> target.arm(migration, request, progress);
            case FREEZE -> source.freeze(migration, request, progress);
            case RESTORE -> target.restore(migration, request, progress);
            case VERIFY -> target.verify(migration, request, progress);
            case COMMIT ->
                request.from().equals(host) ? source.commit(migration, request, progress) : target.commit(migration);
            case ABANDON -> target.abandon(migration, request, progress);
            case RESUME -> source.resume(migration, request, progress);
        };
    }

    /** PREPARE, ARM, VERIFY, COMMIT, ABANDON and RESUME are simply done again; the others ask runtime and store. */
    private StepResult resolve(StepRecord record, Job.Progress progress) throws InterruptedException {
        return switch (record.step()) {
            case PRECOPY -> throw new ProblemException(restarted());
            case FREEZE -> source.resolveFreeze(record.migration(), record.request(), progress);
            case RESTORE -> target.resolveRestore(record.migration(), record.request(), progress);
            default -> execute(record, progress);
        };
    }

    /** A known step as an operation; those that ended in an earlier life are made anew from the record. */
    private Operation operation(StepRecord record) {
        Optional<Operation> here =
                operations.find(record.key()).filter(operation -> !isContradicted(operation, record));
        return here.orElseGet(() -> {
            Operation ended = new Operation(
                    record.key(),
                    record.step().word(),
                    record.problem() == null ? Operation.State.SUCCEEDED : Operation.State.FAILED,
                    1,
                    "answered before",
                    record.acceptedAt(),
                    record.endedAt(),
                    record.result() == null ? null : Json.mapper().valueToTree(record.result()),
                    record.problem());
            operations.remember(ended);
            return ended;
        });
    }

    /** A disk may have taken an answer and said that it had not: what it holds is what counts from then on. */
    private static boolean isContradicted(Operation operation, StepRecord record) {
        return record.ended()
                && operation.ended()
                && (operation.state() == Operation.State.FAILED) != (record.problem() != null);
    }

    private void requireNotAbandoned(MigrationStep step, StepRequest request) {
        if (DEAD_WHEN_ABANDONED.contains(step)
                && request.epoch() <= log.abandonedEpoch(request.container().id())) {
            throw abandoned(request);
        }
    }

    private static void requireNoLonger(int most, String what, String value) {
        if (value.length() > most) {
            throw new ProblemException(
                    Problem.badRequest(what + " is longer than " + most + " characters: write a shorter one."));
        }
    }

    private void requireRole(MigrationStep step, StepRequest request) {
        boolean mine = BY_SOURCE.contains(step)
                ? request.from().equals(host)
                : BY_TARGET.contains(step)
                        ? request.to().equals(host)
                        : request.from().equals(host) || request.to().equals(host);
        if (!mine || request.from().equals(request.to())) {
            throw new ProblemException(new Problem(
                    "wrong-host",
                    "The step is not this host's",
                    400,
                    step.word() + " from " + request.from() + " to " + request.to() + " came to host " + host + "."));
        }
    }

    static ProblemException abandoned(StepRequest request) {
        return new ProblemException(Problem.conflict(
                "abandoned",
                "epoch " + request.epoch() + " of container "
                        + request.container().id() + " was abandoned on host " + request.to() + ": use a newer one."));
    }

    static Problem restarted() {
        return new Problem(
                "agent-restarted",
                "The agent was restarted",
                503,
                "The agent was restarted during this step, which did not come to its end.");
    }
}
