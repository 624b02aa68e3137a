package org.livemigrate.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.Agent;
import org.livemigrate.agent.AgentConfig;
import org.livemigrate.agent.checkpoint.Faults;
import org.livemigrate.agent.checkpoint.ModelledCosts;
import org.livemigrate.agent.checkpoint.ModelledEngine;
import org.livemigrate.agent.migration.HostCapacity;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.ModelledRuntime;
import org.livemigrate.agent.stats.StatsPublisher;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.ContainerView;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.migration.MoveRequest;
import org.livemigrate.protocol.operation.Operation;
import org.livemigrate.rest.RestClient;
import org.livemigrate.rest.TokenFile;
import tools.jackson.core.type.TypeReference;

/** SIGTERM to real processes: they end within what the units allow, and nothing that was under way is lost. */
class StopTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** {@code TimeoutStopSec} of the units; a loaded machine is slower than any host should be. */
    private static final Duration STOPS_WITHIN = Duration.ofSeconds(60);

    private static final Pattern LISTENS = Pattern.compile("(?:controller at|listens at) (http://[0-9.:]+)");

    @TempDir
    private Path folder;

    private final List<Process> processes = new ArrayList<>();
    private final List<Agent> agents = new ArrayList<>();
    private int logs;

    @AfterEach
    void end() {
        agents.forEach(Agent::close);
        processes.forEach(Process::destroyForcibly);
    }

    private record Running(Process process, URI uri) {}

    private Running start(String... arguments) throws IOException {
        Path log = folder.resolve("log-" + logs++);
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                "org.livemigrate.cli.LiveMigrate"));
        line.addAll(List.of(arguments));
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        processes.add(process);
        String[] uri = new String[1];
        await().atMost(PATIENCE).until(() -> {
            Matcher matcher = LISTENS.matcher(Files.readString(log));
            boolean found = matcher.find();
            uri[0] = found ? matcher.group(1) : null;
            return found || !process.isAlive();
        });
        assertThat(uri[0]).as(Files.readString(log)).isNotNull();
        return new Running(process, URI.create(uri[0]));
    }

    private static void stop(Process process) throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(STOPS_WITHIN.toSeconds(), TimeUnit.SECONDS))
                .as("ended within " + STOPS_WITHIN)
                .isTrue();
    }

    private ModelledRuntime agent(String id, URI controller, Path token) throws IOException {
        ModelledRuntime runtime = new ModelledRuntime(id, Clock.systemUTC(), Delay.REAL);
        AgentConfig config = AgentConfig.of(
                id,
                controller,
                token,
                Files.createDirectories(folder.resolve("store")),
                folder.resolve("state-" + id),
                "modelled");
        // two seconds to dump, two to restore: time enough to be stopped in between
        ModelledEngine engine = new ModelledEngine(
                runtime, new ModelledCosts(2_000, 2_000, 1L << 40, 1L << 40), Delay.REAL, Faults.NONE);
        agents.add(Agent.start(
                config,
                new Agent.Machine(
                        runtime,
                        List.of(engine),
                        new HostCapacity(1_000, 4L << 30),
                        port -> true,
                        Map.of(),
                        List.of("checkpoint"),
                        Clock.systemUTC(),
                        Delay.REAL),
                uri -> StatsPublisher.start(uri, id)));
        return runtime;
    }

    @Test
    void aControllerThatIsStoppedWithinAMigrationFinishesOrResolvesIt() throws Exception {
        Path token = folder.resolve("token");
        TokenFile.readOrCreate(token);
        String[] controller = {
            "controller",
            "--listen",
            "127.0.0.1:0",
            "--token-file",
            token.toString(),
            "--state",
            folder.resolve("controller").toString(),
            "--paused",
            "--stats-interval",
            "500ms"
        };
        Running first = start(controller);
        // agents keep to the address: the second life must have it too
        controller[2] = first.uri().getAuthority();
        ModelledRuntime v1 = agent("v1", first.uri(), token);
        ModelledRuntime v2 = agent("v2", first.uri(), token);
        RestClient client = new RestClient(first.uri(), TokenFile.read(token));
        await().atMost(PATIENCE)
                .until(() -> client.get("/v1/nodes", new TypeReference<List<Map<String, Object>>>() {}).stream()
                                .filter(node -> "ready".equals(node.get("state")))
                                .count()
                        == 2);
        String id = client.result(
                        client.post(
                                "/v1/containers",
                                new CreateContainer("a", "localhost/a", null, 100L, null, null, null, null, "v1"),
                                Operation.class),
                        PATIENCE,
                        ContainerFacts.class)
                .id();
        await().atMost(PATIENCE)
                .until(() -> !client.get("/v1/containers", new TypeReference<List<ContainerView>>() {})
                        .isEmpty());
        MigrationView begun = client.post("/v1/migrations", new MoveRequest("a", "v2", null), MigrationView.class);
        await().atMost(PATIENCE)
                .until(() -> client.get("/v1/migrations/" + begun.id(), MigrationView.class)
                        .phase()
                        .equals("freeze"));

        stop(first.process());

        Running second = start(controller);
        RestClient again = new RestClient(second.uri(), TokenFile.read(token));
        await().atMost(PATIENCE)
                .until(() -> again.get("/v1/migrations/" + begun.id(), MigrationView.class)
                                .outcome()
                        != null);
        int copies = (Boolean.TRUE.equals(v1.running().get(id)) ? 1 : 0)
                + (Boolean.TRUE.equals(v2.running().get(id)) ? 1 : 0);
        assertThat(copies).isEqualTo(1);
        stop(second.process());
    }

    @Test
    void anAgentEndsWhenItIsTold() throws Exception {
        Path token = folder.resolve("token");
        TokenFile.readOrCreate(token);
        Running agent = start(
                "agent",
                "--host-id",
                "v1",
                "--runtime",
                "modelled",
                "--listen",
                "127.0.0.1:0",
                "--token-file",
                token.toString(),
                "--store",
                Files.createDirectories(folder.resolve("store")).toString(),
                "--state",
                folder.resolve("state").toString());
        assertThat(new RestClient(agent.uri(), TokenFile.read(token))
                        .get("/v1/host", Map.class)
                        .get("id"))
                .isEqualTo("v1");
        stop(agent.process());
    }
}
