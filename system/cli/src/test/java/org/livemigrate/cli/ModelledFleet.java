package org.livemigrate.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.livemigrate.agent.Agent;
import org.livemigrate.agent.AgentConfig;
import org.livemigrate.agent.checkpoint.Faults;
import org.livemigrate.agent.checkpoint.ModelledCosts;
import org.livemigrate.agent.checkpoint.ModelledEngine;
import org.livemigrate.agent.migration.HostCapacity;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.ModelledRuntime;
import org.livemigrate.agent.stats.StatsPublisher;
import org.livemigrate.controller.Controller;
import org.livemigrate.controller.ControllerConfig;
import org.livemigrate.controller.schedule.SchedulingSettings;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.ContainerView;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.migration.MoveRequest;
import org.livemigrate.protocol.operation.Operation;
import org.livemigrate.rest.RestClient;
import tools.jackson.core.type.TypeReference;

/**
 * A controller, a broker (the controller's own, or one that is named) and three agents with modelled containers, in one
 * process, over real HTTP.
 */
public final class ModelledFleet implements AutoCloseable {

    public static final String TOKEN = "a-token-of-the-modelled-fleet";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path directory;
    private final Path token;
    private final SchedulingSettings scheduling;
    private final ControllerConfig.Broker broker;
    private final Map<String, ModelledRuntime> runtimes = new LinkedHashMap<>();
    private final Map<String, Agent> agents = new LinkedHashMap<>();
    private final Map<String, Faults> faults = new ConcurrentHashMap<>();
    private final HttpClient http = RestClient.newHttpClient();
    private Controller controller;
    private RestClient client;

    public ModelledFleet(Path directory, SchedulingSettings scheduling, ModelledCosts costs) throws IOException {
        this(directory, scheduling, costs, ControllerConfig.Broker.EMBEDDED);
    }

    ModelledFleet(Path directory, SchedulingSettings scheduling, ModelledCosts costs, ControllerConfig.Broker broker)
            throws IOException {
        this.directory = directory;
        this.scheduling = scheduling;
        this.broker = broker;
        token = Files.createFile(
                directory.resolve("token"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(token, TOKEN);
        startController(0);
        for (String id : List.of("v1", "v2", "v3")) {
            runtimes.put(id, new ModelledRuntime(id, Clock.systemUTC(), Delay.REAL));
            startAgent(id, costs);
        }
    }

    private void startController(int port) {
        controller = Controller.start(ControllerConfig.defaults(directory.resolve("controller"), token)
                .withListen("127.0.0.1", port)
                .withBroker(broker)
                .withScheduling(scheduling)
                .withStatsInterval(Duration.ofMillis(200))
                .withRecordDirectory(directory.resolve("recordings"))
                .withShutdownGrace(Duration.ZERO));
        client = new RestClient(controller.uri(), TOKEN);
    }

    private void startAgent(String id, ModelledCosts costs) throws IOException {
        ModelledRuntime runtime = runtimes.get(id);
        ModelledEngine engine = new ModelledEngine(
                runtime,
                costs,
                Delay.REAL,
                (step, moment, container) ->
                        faults.getOrDefault(id, Faults.NONE).at(step, moment, container));
        AgentConfig config = new AgentConfig(
                id,
                "127.0.0.1",
                0,
                null,
                controller.uri(),
                null,
                token,
                Files.createDirectories(directory.resolve("store")),
                directory.resolve("agent-" + id),
                "modelled",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                300L,
                2_000L,
                null);
        agents.put(
                id,
                Agent.start(
                        config,
                        new Agent.Machine(
                                runtime,
                                List.of(engine),
                                new HostCapacity(1_000, 4L << 30),
                                port -> true,
                                Map.of("kernel", "modelled"),
                                List.of("checkpoint", "pre-dump"),
                                Clock.systemUTC(),
                                Delay.REAL),
                        uri -> StatsPublisher.start(uri, id)));
    }

    /** As after a crash: no grace, the same journal, the same address; the broker inside it is a new one. */
    public void restartController() {
        restartController(() -> {});
    }

    /** As above, with something that happens while it is away. */
    void restartController(Runnable meanwhile) {
        int port = controller.port();
        controller.close();
        meanwhile.run();
        startController(port);
    }

    /** The figures of a host's agent. */
    String metrics(String host) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(agents.get(host).uri().resolve("/metrics"))
                .header("Authorization", "Bearer " + TOKEN)
                .build();
        return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }

    public void fail(String host, Faults value) {
        faults.put(host, value);
    }

    public ModelledRuntime runtime(String host) {
        return runtimes.get(host);
    }

    public URI uri() {
        return controller.uri();
    }

    public RestClient client() {
        return client;
    }

    public Controller controller() {
        return controller;
    }

    /** In the order of their hosts. */
    public List<Agent> agents() {
        return List.copyOf(agents.values());
    }

    public ContainerFacts create(String name, String host, long cpuMillicores) {
        return create(name, host, cpuMillicores, Map.of());
    }

    public ContainerFacts create(String name, String host, long cpuMillicores, Map<String, String> labels) {
        Operation operation = client.post(
                "/v1/containers",
                new CreateContainer(
                        name, "localhost/stress:latest", null, cpuMillicores, 16L << 20, null, labels, null, host),
                Operation.class);
        return client.result(operation, PATIENCE, ContainerFacts.class);
    }

    public List<NodeView> nodes() {
        return client.get("/v1/nodes", new TypeReference<List<NodeView>>() {});
    }

    public List<ContainerView> containers() {
        return client.get("/v1/containers", new TypeReference<List<ContainerView>>() {});
    }

    public List<MigrationView> migrations() {
        return client.get("/v1/migrations", new TypeReference<List<MigrationView>>() {});
    }

    public MigrationView order(String container, String to) {
        return client.post("/v1/migrations", new MoveRequest(container, to, null), MigrationView.class);
    }

    public MigrationView ended(String id) {
        MigrationView view;
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        do {
            view = client.get("/v1/migrations/" + id + "?waitMs=5000", MigrationView.class);
        } while (view.outcome() == null && System.nanoTime() < deadline);
        return view;
    }

    /** Hosts whose runtime runs the container, asked past all pictures. */
    public List<String> runningOn(String container) {
        List<String> hosts = new ArrayList<>();
        runtimes.forEach((host, runtime) -> {
            if (Boolean.TRUE.equals(runtime.running().get(container))) {
                hosts.add(host);
            }
        });
        return hosts;
    }

    /** Hosts whose runtime has the container, running or not. */
    public List<String> presentOn(String container) {
        return runtimes.entrySet().stream()
                .filter(entry -> entry.getValue().running().containsKey(container))
                .map(Map.Entry::getKey)
                .toList();
    }

    @Override
    public void close() {
        agents.values().forEach(Agent::close);
        controller.close();
    }
}
