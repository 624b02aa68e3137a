package org.livemigrate.rest;

import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.operation.Operation;

/**
 * The asynchronous work of one server: started once per id, watched by long-poll, forgotten oldest first once ended and
 * beyond a bound. Thread-safe.
 */
public final class Operations {

    /** What long-polls may wait at most; clients ask again. */
    public static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

    private final Clock clock;
    private final int keepEnded;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    /** Work of an operation; what it returns becomes the result, what it throws becomes the problem. */
    @FunctionalInterface
    public interface Work {
        Object run(Progress progress) throws Exception;
    }

    /** How work tells where it stands. */
    @FunctionalInterface
    public interface Progress {
        /**
         * @param fraction done, 0 to 1
         * @param message what is being done now
         */
        void report(double fraction, String message);
    }

    private static final class Entry {
        private volatile Operation now;
        private final CompletableFuture<Operation> ended = new CompletableFuture<>();

        Entry(Operation now) {
            this.now = now;
        }
    }

    /** @param keepEnded how many ended operations are remembered */
    public Operations(Clock clock, int keepEnded) {
        this.clock = Objects.requireNonNull(clock, "clock");
        this.keepEnded = keepEnded;
    }

    /**
     * Starts the work, unless an operation of this id is known: then that one is answered, running or ended.
     *
     * @param id of {@link Ids}' form
     */
    public Operation start(String id, String kind, Executor executor, Work work) {
        return start(id, kind, executor, work, false);
    }

    /** As {@link #start}, but work that has ended is begun anew; only work still running is joined. */
    public Operation startAnew(String id, String kind, Executor executor, Work work) {
        return start(id, kind, executor, work, true);
    }

    private Operation start(String id, String kind, Executor executor, Work work, boolean anew) {
        Ids.require("operation id", id);
        Entry entry;
        synchronized (entries) {
            Entry known = entries.get(id);
            if (known != null && !(anew && known.now.ended())) {
                return known.now;
            }
            entry = new Entry(
                    new Operation(id, kind, Operation.State.RUNNING, 0, "queued", clock.instant(), null, null, null));
            entries.remove(id);
            entries.put(id, entry);
            forgetOldest();
        }
        Operation started = entry.now;
        try {
            executor.execute(() -> run(entry, work));
        } catch (RejectedExecutionException e) {
            end(entry, null, Problem.unavailable("This server is stopping: ask again when it is back."));
        }
        return entry.now.ended() ? entry.now : started;
    }

    /** Remembers an operation that ended earlier, for example one read from a durable record. */
    public void remember(Operation ended) {
        if (!ended.ended()) {
            throw new IllegalArgumentException("operation " + ended.id() + " has not ended");
        }
        Entry entry = new Entry(ended);
        entry.ended.complete(ended);
        synchronized (entries) {
            entries.put(ended.id(), entry);
            forgetOldest();
        }
    }

    public Optional<Operation> find(String id) {
        synchronized (entries) {
            return Optional.ofNullable(entries.get(id)).map(entry -> entry.now);
        }
    }

    /**
     * Completes with the operation when it has ended.
     *
     * @throws ProblemException status 404 when there is none of this id
     */
    public CompletableFuture<Operation> ended(String id) {
        return entry(id).ended.copy();
    }

    /** As {@link #ended}, or with the operation as it is when the wait is over. */
    public CompletableFuture<Operation> await(String id, Duration wait) {
        Entry entry = entry(id);
        if (wait.isZero() || entry.now.ended()) {
            return CompletableFuture.completedFuture(entry.now);
        }
        return entry.ended
                .copy()
                .completeOnTimeout(null, wait.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(ended -> ended == null ? entry.now : ended);
    }

    private Entry entry(String id) {
        Entry entry;
        synchronized (entries) {
            entry = entries.get(id);
        }
        if (entry == null) {
            throw new ProblemException(Problem.notFound("operation \"" + Ids.require("operation id", id)
                    + "\" is not known here: it never was, or ended long ago."));
        }
        return entry;
    }

    /** Adds {@code GET /v1/operations/{id}?waitMs=N}. */
    public void addTo(Routes routes) {
        routes.get("/v1/operations/{id}", this::answerLongPoll);
    }

    /** Answers 202 with the operation, or 200 when it has ended already, and where to ask for it. */
    public static void accepted(Context context, Operation operation) {
        context.status(operation.ended() ? 200 : 202)
                .header("Location", "/v1/operations/" + operation.id())
                .json(operation);
    }

    private void answerLongPoll(Context context) {
        String id = Ids.require("operation id", context.pathParam("id"));
        Duration wait = Duration.ofMillis(RestServer.queryNumber(context, "waitMs", 0, LONGEST_WAIT.toMillis()));
        CompletableFuture<Operation> answer = await(id, wait);
        context.future(() -> answer.thenAccept(context::json));
    }

    private void run(Entry entry, Work work) {
        Operation begun = entry.now;
        entry.now = with(begun, Operation.State.RUNNING, 0, "started", null, null, null);
        try {
            Object result = work.run((fraction, message) -> {
                if (!entry.now.ended()) {
                    double bounded = Math.max(0, Math.min(1, fraction));
                    entry.now = with(entry.now, Operation.State.RUNNING, bounded, message, null, null, null);
                }
            });
            end(entry, result, null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(entry, null, Problem.unavailable("This server stopped while it worked on " + begun.kind() + "."));
        } catch (Exception | StackOverflowError | OutOfMemoryError e) {
            end(entry, null, Problems.of(e, begun.kind() + " " + begun.id()));
        }
    }

    private void end(Entry entry, Object result, Problem problem) {
        Instant now = clock.instant();
        Operation ended = problem == null
                ? with(
                        entry.now,
                        Operation.State.SUCCEEDED,
                        1,
                        "done",
                        now,
                        result == null ? null : Json.mapper().valueToTree(result),
                        null)
                : with(entry.now, Operation.State.FAILED, entry.now.progress(), problem.title(), now, null, problem);
        entry.now = ended;
        entry.ended.complete(ended);
    }

    private static Operation with(
            Operation was,
            Operation.State state,
            double progress,
            String message,
            Instant finishedAt,
            tools.jackson.databind.JsonNode result,
            Problem problem) {
        return new Operation(
                was.id(), was.kind(), state, progress, message, was.startedAt(), finishedAt, result, problem);
    }

    /** Running ones are never forgotten; their number is bounded by the executor's. */
    private void forgetOldest() {
        int beyond = entries.size() - keepEnded;
        Iterator<Entry> oldest = entries.values().iterator();
        while (beyond > 0 && oldest.hasNext()) {
            if (oldest.next().now.ended()) {
                oldest.remove();
                beyond--;
            }
        }
    }
}
