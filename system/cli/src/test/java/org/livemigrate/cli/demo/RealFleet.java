package org.livemigrate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.ContainerView;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.event.FleetEvent;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.migration.MoveRequest;
import org.livemigrate.protocol.operation.Operation;
import org.livemigrate.rest.RestClient;
import org.livemigrate.rest.UnreachableException;
import tools.jackson.core.type.TypeReference;

/**
 * A controller and an agent on every node of a lab, as processes that can be killed and started again, and what there is
 * to see of them: by their REST interface, and past it.
 */
final class RealFleet implements AutoCloseable {

    static final String CONTROLLER = "controller";

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int CONTROLLER_PORT = 7070;
    private static final int BROKER_PORT = 5672;

    private final RealLab lab;
    private final AgentGates gates;
    private final Optional<Path> amqpUriFile;
    private final Map<String, Process> processes = new LinkedHashMap<>();
    private final Map<String, Integer> lives = new HashMap<>();
    private final RestClient controller;

    /** @param amqpUriFile names the broker; empty for the one inside the controller */
    RealFleet(RealLab lab, Optional<Path> amqpUriFile) throws IOException {
        this.lab = lab;
        this.amqpUriFile = amqpUriFile;
        gates = new AgentGates(lab);
        controller = new RestClient(URI.create("http://" + lab.hubAddress() + ":" + CONTROLLER_PORT), lab.token());
        try {
            start(CONTROLLER);
            for (DemoNode node : lab.nodes()) {
                start(node.id());
            }
            awaitReady();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    AgentGates gates() {
        return gates;
    }

    /** Starts the controller or a node's agent, by name. */
    synchronized void start(String name) throws IOException {
        int life = lives.merge(name, 1, Integer::sum);
        List<String> line = name.equals(CONTROLLER) ? controllerLine() : agentLine(lab.node(name));
        processes.put(
                name,
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(
                                lab.run().resolve(name + "-" + life + ".log").toFile())
                        .redirectInput(Path.of("/dev/null").toFile())
                        .start());
    }

    /** By SIGKILL, and it alone: what it has started lives on, as it would on a host. */
    synchronized void kill(String name) throws InterruptedException {
        Process process = processes.get(name);
        java(process).destroyForcibly();
        assertThat(process.waitFor(10, TimeUnit.SECONDS))
                .as("%s has ended", name)
                .isTrue();
    }

    /** The JVM itself: on a node, the child of what entered it. */
    private static ProcessHandle java(Process process) {
        return Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .filter(handle -> handle.info()
                        .command()
                        .map(path -> path.endsWith("/java"))
                        .orElse(false))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("process " + process.pid() + " runs no java"));
    }

    private List<String> controllerLine() {
        List<String> line =
                java(RealLab.HOME.resolve("system/cli/target/live-migrate/lib").toString());
        line.addAll(List.of(
                "controller",
                "--listen",
                lab.hubAddress() + ":" + CONTROLLER_PORT,
                "--token-file",
                lab.run().resolve("token").toString(),
                "--state",
                lab.run().resolve("controller").toString(),
                "--stats-interval",
                "1s",
                "--silence",
                "5s",
                "--paused"));
        line.addAll(
                amqpUriFile.isPresent()
                        ? List.of("--amqp-uri-file", amqpUriFile.get().toString())
                        : List.of("--broker-listen", lab.hubAddress() + ":" + BROKER_PORT));
        return line;
    }

    private List<String> agentLine(DemoNode node) {
        List<String> line = new ArrayList<>(node.enter());
        line.addAll(java(node.library()));
        line.addAll(List.of(
                "agent",
                "--host-id",
                node.id(),
                "--listen",
                node.address() + ":" + node.port(),
                "--advertise",
                gates.uri(node.id()).toString(),
                "--controller",
                controller.base().toString(),
                "--heartbeat-interval",
                "1s",
                "--token-file",
                lab.run().resolve("token").toString(),
                "--store",
                RealLab.STORE,
                "--state",
                lab.run().resolve("agent-" + node.id()).toString(),
                "--cgroup-parent",
                "/containers",
                "--capacity-millicores",
                Long.toString(node.capacityMillicores()),
                "--capacity-memory",
                Long.toString(node.memoryBytes())));
        return line;
    }

    private static List<String> java(String library) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                library + "/*",
                "org.livemigrate.cli.LiveMigrate"));
    }

    /** All hosts take part, with statistics that came since. */
    void awaitReady() {
        patiently("all hosts to be ready").until(() -> {
            List<NodeView> nodes = controller.get("/v1/nodes", new TypeReference<List<NodeView>>() {});
            return nodes.size() == lab.nodes().size()
                    && nodes.stream().allMatch(node -> node.state().equals("ready"));
        });
    }

    /**
     * Creates a ticking container and waits until the controller knows it.
     *
     * @param memory besides the ticker's own, as it takes it: {@code 4M}
     */
    ContainerFacts create(String name, String host, String memory) {
        CreateContainer wanted = new CreateContainer(
                name,
                "localhost/ticker:latest",
                List.of("--interval-ms", "20", "--memory", memory),
                50L,
                0L,
                null,
                null,
                "none",
                host);
        Operation started = controller.post("/v1/containers", wanted, Operation.class);
        ContainerFacts container = controller.result(started, PATIENCE, ContainerFacts.class);
        awaitKnown(container, host);
        return container;
    }

    private void awaitKnown(ContainerFacts container, String host) {
        patiently(container.name() + " to be known on " + host).until(() -> {
            ContainerView view = controller.get("/v1/containers/" + container.id(), ContainerView.class);
            return view.host().equals(host) && view.movingTo() == null;
        });
    }

    /** Orders a migration once everything is in place for it, clean-up of an earlier one too. */
    String move(ContainerFacts container, String from, String to, MigrationOptions options) {
        awaitReady();
        awaitKnown(container, from);
        return patiently(container.name() + " to be let go to " + to)
                .until(
                        () -> controller.post(
                                "/v1/migrations", new MoveRequest(container.id(), to, options), MigrationView.class),
                        ordered -> ordered.problem() == null
                                || !ordered.problem().type().equals("dropped"))
                .id();
    }

    /** The migration now; empty while no controller answers. */
    Optional<MigrationView> migration(String id) {
        try {
            return Optional.of(controller.get("/v1/migrations/" + id, MigrationView.class));
        } catch (UnreachableException | ProblemException noAnswer) {
            return Optional.empty();
        }
    }

    /** Waits for its outcome, through restarts of the controller. */
    MigrationView awaitEnd(String id) {
        return patiently("migration " + id + " to end")
                .until(
                        () -> controller.get("/v1/migrations/" + id + "?waitMs=1000", MigrationView.class),
                        migration -> migration.outcome() != null);
    }

    /** Of the controller's present life. */
    List<FleetEvent> events() {
        return controller.get("/v1/events", new TypeReference<List<FleetEvent>>() {});
    }

    ConditionFactory patiently(String what) {
        return await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).ignoreExceptions();
    }

    /** Open files of the controller and of each agent, by name. */
    synchronized Map<String, Long> openFiles() throws IOException {
        Map<String, Long> files = new LinkedHashMap<>();
        for (Map.Entry<String, Process> entry : processes.entrySet()) {
            try (Stream<Path> open = Files.list(
                    Path.of("/proc", Long.toString(java(entry.getValue()).pid()), "fd"))) {
                files.put(entry.getKey(), open.count());
            }
        }
        return files;
    }

    /** Resident memory of the controller and of each agent, by name. */
    synchronized Map<String, Long> residentBytes() throws IOException {
        Map<String, Long> bytes = new LinkedHashMap<>();
        for (Map.Entry<String, Process> entry : processes.entrySet()) {
            Path status = Path.of("/proc", Long.toString(java(entry.getValue()).pid()), "status");
            bytes.put(
                    entry.getKey(),
                    Files.readAllLines(status).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                            .findFirst()
                            .orElseThrow());
        }
        return bytes;
    }

    /** How often each was started. */
    synchronized Map<String, Integer> lives() {
        return Map.copyOf(lives);
    }

    @Override
    public synchronized void close() {
        gates.close();
        for (Process process : processes.values()) {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        for (Process process : processes.values()) {
            try {
                if (!process.waitFor(30, TimeUnit.SECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
        processes.clear();
    }
}
