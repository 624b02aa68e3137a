package org.livemigrate.controller.agents;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.migration.StepResult;
import org.livemigrate.protocol.operation.Operation;
import org.livemigrate.rest.RestClient;
import org.livemigrate.rest.RestServer;

class RestAgentsTest {

    private static final String TOKEN = "0123456789abcdef0123";

    private volatile boolean ended;

    private final RestServer agent = RestServer.start(new RestServer.Settings("127.0.0.1", 0, TOKEN), routes -> {
        routes.put("/v1/migrations/{id}/{step}", Map.class, (context, body) -> context.json(operation()));
        routes.get("/v1/operations/{id}", context -> {
            Thread.sleep(20); // in the place of a long-poll
            context.json(operation());
        });
    });
    private final ThreadPoolExecutor threads = (ThreadPoolExecutor) Executors.newCachedThreadPool();
    private final RestAgents agents = new RestAgents(
            host -> Optional.of(agent.uri()),
            TOKEN,
            Duration.ofMinutes(10),
            Duration.ofSeconds(30),
            RestClient.newHttpClient(),
            threads);

    @AfterEach
    void stop() {
        agents.close();
        agent.close();
    }

    private Operation operation() {
        return new Operation(
                "o1",
                "freeze",
                ended ? Operation.State.SUCCEEDED : Operation.State.RUNNING,
                0,
                "",
                Instant.EPOCH,
                ended ? Instant.EPOCH : null,
                ended ? Json.mapper().valueToTree(new StepResult(7, 0, null, null, null, null)) : null,
                null);
    }

    private CompletableFuture<StepResult> freeze(String migration) {
        ContainerFacts facts = new ContainerFacts(
                "c1",
                "c1",
                "localhost/stress:latest",
                "sha256:0",
                "running",
                1,
                Instant.EPOCH,
                0,
                0,
                List.of(),
                "none",
                List.of(),
                Map.of(),
                List.of());
        return agents.step(
                "v1",
                migration,
                MigrationStep.FREEZE,
                new StepRequest(1, facts, "v1", "v2", MigrationOptions.DEFAULT, null));
    }

    /** There are only so many threads, and a step may take ten minutes. */
    @Test
    void aStepThatIsAskedForAgainIsWaitedForOnce() throws Exception {
        CompletableFuture<StepResult> other = freeze("m2");
        CompletableFuture<StepResult> first = freeze("m1");
        await("all to wait").until(() -> threads.getActiveCount() == 2);
        CompletableFuture<StepResult> second = freeze("m1");
        assertThatThrownBy(() -> first.get(30, TimeUnit.SECONDS))
                .as("no word of the agent's")
                .hasMessageContaining("asked again")
                .cause()
                .isNotInstanceOf(ProblemException.class);
        await("its thread to be free").until(() -> threads.getActiveCount() == 2);
        assertThat(second).isNotDone();
        ended = true;
        assertThat(second.get(30, TimeUnit.SECONDS).elapsedMs()).isEqualTo(7);
        assertThat(other.get(30, TimeUnit.SECONDS).elapsedMs()).isEqualTo(7);
    }
}
