package org.livemigrate.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.livemigrate.agent.checkpoint.Faults;
import org.livemigrate.agent.checkpoint.ModelledCosts;
import org.livemigrate.agent.checkpoint.ModelledEngine;
import org.livemigrate.agent.migration.HostCapacity;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.ModelledRuntime;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.migration.ImageManifest;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.migration.StepResult;
import org.livemigrate.protocol.operation.Operation;
import org.livemigrate.rest.RestClient;
import org.livemigrate.rest.TokenFile;

/** Agents "a" and "b" over one store, spoken to by HTTP as a controller does. Runtimes outlive their agents. */
final class ModelledFleet implements AutoCloseable {

    static final String SOURCE = "a";
    static final String TARGET = "b";
    static final Duration PATIENCE = Duration.ofSeconds(60);

    final Path store;
    private final Path folder;
    private final Path token;
    private final Map<String, ModelledRuntime> runtimes = new TreeMap<>();
    private final Map<String, Faults> faults = new TreeMap<>();
    private final Map<String, Agent> agents = new TreeMap<>();

    ModelledFleet(Path folder) {
        this.folder = folder;
        this.store = folder.resolve("store");
        this.token = folder.resolve("token");
        try {
            Files.createDirectory(store);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        TokenFile.readOrCreate(token);
        for (String host : List.of(SOURCE, TARGET)) {
            runtimes.put(host, new ModelledRuntime(host, Clock.systemUTC(), Delay.REAL));
            faults.put(host, Faults.NONE);
            start(host);
        }
    }

    void start(String host) {
        ModelledRuntime runtime = runtimes.get(host);
        Faults late = (step, moment, container) -> faults.get(host).at(step, moment, container);
        Agent.Machine machine = new Agent.Machine(
                runtime,
                List.of(new ModelledEngine(runtime, ModelledCosts.INSTANT, Delay.REAL, late)),
                new HostCapacity(4_000, 8L << 30),
                port -> !port.equals("80/tcp"),
                Map.of(),
                List.of(),
                Clock.systemUTC(),
                Delay.REAL);
        AgentConfig config = AgentConfig.of(host, null, token, store, folder.resolve("state-" + host), "modelled")
                .withStopGraceMs(50);
        agents.put(host, Agent.start(config, machine, uri -> diff -> true));
    }

    void stop(String host) {
        agents.remove(host).close();
    }

    void fail(String host, Faults with) {
        faults.put(host, with);
    }

    ModelledRuntime runtime(String host) {
        return runtimes.get(host);
    }

    RestClient client(String host) {
        return new RestClient(agents.get(host).uri(), TokenFile.read(token));
    }

    URI uri(String host) {
        return agents.get(host).uri();
    }

    ContainerFacts create(String name) {
        CreateContainer create =
                new CreateContainer(name, "localhost/stress:latest", List.of(), 300L, 1L << 20, null, null, null, null);
        return client(SOURCE)
                .result(client(SOURCE).post("/v1/containers", create, Operation.class), PATIENCE, ContainerFacts.class);
    }

    static StepRequest request(ContainerFacts container, long epoch) {
        MigrationOptions options = new MigrationOptions("modelled", 2, 0, "none", true, 2_000);
        return new StepRequest(epoch, container, SOURCE, TARGET, options, null);
    }

    StepResult step(String host, String migration, MigrationStep step, StepRequest request) {
        Operation operation =
                client(host).put("/v1/migrations/" + migration + "/" + step.word(), request, Operation.class);
        return client(host).result(operation, PATIENCE, StepResult.class);
    }

    ImageManifest freeze(String migration, StepRequest request) {
        step(TARGET, migration, MigrationStep.PREPARE, request);
        step(SOURCE, migration, MigrationStep.PRECOPY, request);
        return step(SOURCE, migration, MigrationStep.FREEZE, request).images();
    }

    /** Hosts on which the container runs. */
    List<String> runningOn(ContainerFacts container) {
        return runtimes.entrySet().stream()
                .filter(entry -> entry.getValue().running().getOrDefault(container.id(), false))
                .map(Map.Entry::getKey)
                .toList();
    }

    List<Path> imagesLeft() {
        try (Stream<Path> left = Files.list(store.resolve("images"))) {
            return left.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        agents.values().forEach(Agent::close);
    }
}
