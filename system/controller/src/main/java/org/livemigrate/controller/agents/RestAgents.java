package org.livemigrate.controller.agents;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.livemigrate.controller.fleet.ResyncRequester;
import org.livemigrate.controller.migration.AgentClient;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.ClaimView;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.migration.StepResult;
import org.livemigrate.protocol.operation.Operation;
import org.livemigrate.rest.RestClient;
import org.livemigrate.rest.UnreachableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The agents by REST, each where its last heartbeat says that it answers. */
public final class RestAgents implements AgentClient, ResyncRequester, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RestAgents.class);

    /** Enough for every migration and resync of a large fleet; what finds no thread is tried again. */
    private static final int MOST_THREADS = 64;

    /** Answers that come from the way to the agent, or say "not now": they tell nothing about the step. */
    private static final Set<Integer> NO_WORD = Set.of(408, 425, 429, 502, 503, 504);

    private final Function<String, Optional<URI>> agentUri;
    private final String token;
    private final Duration longest;
    private final Duration answer;
    private final HttpClient http;
    private final ExecutorService threads;

    /** Of each step that is waited for, the question that was sent last. */
    private final Map<String, Object> newest = new ConcurrentHashMap<>();

    /**
     * @param agentUri where a host's agent answers, by the host's id; empty for a host that was never heard of
     * @param token of the fleet
     * @param longest that an operation is watched; callers have their own, shorter bounds
     * @param answer how long the answer to one request is waited for
     */
    public RestAgents(Function<String, Optional<URI>> agentUri, String token, Duration longest, Duration answer) {
        this(agentUri, token, longest, answer, RestClient.newHttpClient(), callers());
    }

    /**
     * As above, over another network.
     *
     * @param threads make the calls, which block; they are ended with this
     */
    public RestAgents(
            Function<String, Optional<URI>> agentUri,
            String token,
            Duration longest,
            Duration answer,
            HttpClient http,
            ExecutorService threads) {
        this.agentUri = agentUri;
        this.token = token;
        this.longest = longest;
        this.answer = answer;
        this.http = http;
        this.threads = threads;
    }

    private static ExecutorService callers() {
        return new ThreadPoolExecutor(0, MOST_THREADS, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
            Thread thread = new Thread(task, "agent-call");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public CompletableFuture<ContainerFacts> container(String host, String container) {
        return ask(host, client -> {
            try {
                return client.get("/v1/containers/" + container, ContainerFacts.class);
            } catch (ProblemException e) {
                throw ofRequest(host, e);
            }
        });
    }

    @Override
    public CompletableFuture<StepResult> step(String host, String migration, MigrationStep step, StepRequest request) {
        // whoever asks again has ceased to wait for the answer before, whose thread is needed for others
        String question = host + "/" + migration + "/" + step.word();
        Object mine = new Object();
        newest.put(question, mine);
        CompletableFuture<StepResult> answer = ask(host, client -> {
            Operation started;
            try {
                started = client.put("/v1/migrations/" + migration + "/" + step.word(), request, Operation.class);
            } catch (ProblemException e) {
                throw ofRequest(host, e);
            }
            return result(host, client, started, StepResult.class, () -> newest.get(question) == mine);
        });
        return answer.whenComplete((done, failure) -> newest.remove(question, mine));
    }

    @Override
    public CompletableFuture<Long> newestEpoch(String host, String container) {
        return ask(host, client -> {
            try {
                return client.get("/v1/claims/" + container, ClaimView.class).epoch();
            } catch (ProblemException e) {
                throw noWord(host, e);
            }
        });
    }

    @Override
    public CompletableFuture<ClaimView> claim(String host, String container, long epoch) {
        return ask(host, client -> {
            try {
                return client.get("/v1/claims/" + container + "/" + epoch, ClaimView.class);
            } catch (ProblemException e) {
                // a claim that cannot be read says nothing about the migration
                throw noWord(host, e);
            }
        });
    }

    @Override
    public void requestResync(String host) {
        ask(host, client -> client.post("/v1/resync", null, Void.class)).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.info("host {} was not reached for a resync ({}); its next heartbeat asks again", host, failure);
            }
        });
    }

    /**
     * Creates and runs a container on the host, and waits for it. Blocks.
     *
     * @throws ProblemException with the agent's problem, or 503 when the agent does not answer
     */
    public ContainerFacts create(String host, CreateContainer wanted) {
        return reach(
                host,
                client -> client.result(
                        client.post("/v1/containers", wanted, Operation.class), longest, ContainerFacts.class));
    }

    /** Stops and removes a container. Blocks; throws as {@link #create}. */
    public void remove(String host, String container) {
        reach(host, client -> client.delete("/v1/containers/" + container, Void.class));
    }

    private <T> T reach(String host, Function<RestClient, T> call) {
        try {
            return call.apply(client(host));
        } catch (UnreachableException e) {
            throw new ProblemException(
                    Problem.unavailable("the agent of host " + host + " does not answer (" + e.getMessage()
                            + "): see whether it runs, then try again."),
                    e);
        }
    }

    /** @param wanted whether the answer is still waited for; looked at between two long-polls */
    private <T> T result(String host, RestClient client, Operation started, Class<T> type, BooleanSupplier wanted) {
        Operation ended;
        try {
            ended = client.await(started, longest, seen -> {
                if (!seen.ended() && !wanted.getAsBoolean()) {
                    throw new IllegalStateException("host " + host + " was asked again: " + seen.id());
                }
            });
        } catch (ProblemException e) {
            // the operation's end is not known: an agent that was restarted may have forgotten it
            throw noWord(host, e);
        }
        if (ended.state() == Operation.State.FAILED) {
            throw new ProblemException(ended.problem());
        }
        return ended.result() == null ? null : Json.mapper().treeToValue(ended.result(), type);
    }

    /** The agent's refusal of the request, unless it is not the agent's word. */
    private static RuntimeException ofRequest(String host, ProblemException e) {
        return NO_WORD.contains(e.problem().status()) ? noWord(host, e) : e;
    }

    private static RuntimeException noWord(String host, ProblemException e) {
        return new IllegalStateException("host " + host + ": " + e.getMessage(), e);
    }

    private <T> CompletableFuture<T> ask(String host, Function<RestClient, T> call) {
        try {
            return CompletableFuture.supplyAsync(() -> call.apply(client(host)), threads);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(new IllegalStateException(
                    "host " + host + " is not asked: too many questions to agents are under way", e));
        }
    }

    private RestClient client(String host) {
        URI uri = agentUri.apply(host)
                .orElseThrow(() -> new IllegalStateException(
                        "host " + host + " has sent no heartbeat since this controller started"));
        // one attempt each: whoever asks repeats by its own rules
        return new RestClient(uri, token, answer, 0, http);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
