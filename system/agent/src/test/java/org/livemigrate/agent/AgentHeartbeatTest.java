package org.livemigrate.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.migration.HostCapacity;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.ModelledRuntime;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.host.Heartbeat;
import org.livemigrate.protocol.host.HeartbeatAnswer;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.rest.RestClient;
import org.livemigrate.rest.RestServer;
import org.livemigrate.rest.TokenFile;

/** An agent that is told no more than the controller's address and the token. */
class AgentHeartbeatTest {

    @TempDir
    Path folder;

    private final BlockingQueue<Heartbeat> heartbeats = new LinkedBlockingQueue<>();
    private final BlockingQueue<StatsDiff> diffs = new LinkedBlockingQueue<>();

    @Test
    void theControllersAnswerSaysWhereStatisticsGo() throws Exception {
        Path tokenFile = folder.resolve("token");
        String token = TokenFile.readOrCreate(tokenFile);
        Path store = Files.createDirectory(folder.resolve("store"));
        ModelledRuntime runtime = new ModelledRuntime("a", Clock.systemUTC(), Delay.REAL);
        runtime.run(new CreateContainer("web", "localhost/a", null, 250L, null, null, Map.of("app", "x"), null, null));
        try (RestServer controller = RestServer.start(
                new RestServer.Settings("127.0.0.1", 0, token),
                routes -> routes.post("/v1/heartbeats", Heartbeat.class, (context, heartbeat) -> {
                    heartbeats.add(heartbeat);
                    context.json(new HeartbeatAnswer("amqp://livemigrate:secret@127.0.0.1:1/", 50));
                }))) {
            try (Agent agent = start(controller.uri(), tokenFile, store, runtime)) {
                Heartbeat first = heartbeats.poll(60, TimeUnit.SECONDS);
                assertThat(first.host()).isEqualTo(agent.facts());

                StatsDiff told = diffs.poll(60, TimeUnit.SECONDS);
                assertThat(told.full()).isTrue();
                assertThat(told.agent()).isEqualTo("a");
                assertThat(told.incarnation()).isEqualTo(first.incarnation());
                while (told.changed().isEmpty()) {
                    told = diffs.poll(60, TimeUnit.SECONDS);
                }
                assertThat(told.changed()).singleElement().satisfies(sample -> {
                    assertThat(sample.name()).isEqualTo("web");
                    assertThat(sample.cpuMillicores()).isEqualTo(250);
                    assertThat(sample.labels()).containsEntry("app", "x");
                });

                new RestClient(agent.uri(), token).post("/v1/resync", Map.of(), Void.class);
                StatsDiff full = diffs.poll(60, TimeUnit.SECONDS);
                assertThat(full.full()).isTrue();
                assertThat(full.changed()).hasSize(1);
            }
        }
    }

    @Test
    void anAgentWhoseControllerIsAwayAnswersAllTheSame() throws Exception {
        Path tokenFile = folder.resolve("token");
        String token = TokenFile.readOrCreate(tokenFile);
        Path store = Files.createDirectory(folder.resolve("store"));
        ModelledRuntime runtime = new ModelledRuntime("a", Clock.systemUTC(), Delay.REAL);
        try (Agent agent = start(URI.create("http://127.0.0.1:1"), tokenFile, store, runtime)) {
            assertThat(new RestClient(agent.uri(), token).get("/v1/containers", List.class))
                    .isEmpty();
        }
    }

    private Agent start(URI controller, Path tokenFile, Path store, ModelledRuntime runtime) throws ProblemException {
        Agent.Machine machine = new Agent.Machine(
                runtime,
                List.of(),
                new HostCapacity(4_000, 8L << 30),
                port -> true,
                Map.of(),
                List.of(),
                Clock.systemUTC(),
                Delay.REAL);
        AgentConfig config = AgentConfig.of("a", controller, tokenFile, store, folder.resolve("state"), "modelled");
        assertThat(Duration.ofMillis(config.heartbeatIntervalMs())).isEqualTo(Duration.ofSeconds(10));
        return Agent.start(config, machine, uri -> diff -> diffs.add(diff));
    }
}
