package org.livemigrate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.rest.RestClient;

/** Agents on the nodes of a native lab that is up, each a process as an operator would start it. */
final class RealAgents implements AutoCloseable {

    static final String STORE = "/var/lib/live-migrate/store";

    private static final Path HOME = home();

    private final Path run;
    private final String token = UUID.randomUUID().toString();
    private final Map<String, DemoNode> nodes;
    private final FleetProcesses processes;
    private final TickReader ticks = new PodmanTickReader();

    /** Skips the test when there is no lab, or fails it where {@code LIVE_MIGRATE_REQUIRE_REAL} is 1. */
    static RealAgents start() throws IOException, InterruptedException {
        RealAgents agents = new RealAgents(lab());
        for (DemoNode node : agents.nodes.values()) {
            agents.processes.startAgent(node);
        }
        for (String node : agents.nodes.keySet()) {
            await(node + "'s agent to answer").atMost(Duration.ofSeconds(60)).until(() -> {
                assertThat(agents.processes.dead()).isEmpty();
                try {
                    return agents.client(node).get("/v1/host", Object.class) != null;
                } catch (RuntimeException notYet) {
                    return false;
                }
            });
        }
        return agents;
    }

    private RealAgents(NativeLab.Status lab) throws IOException {
        Path base = Files.createDirectories(HOME.resolve("system/cli/target/real"));
        run = Files.createTempDirectory(
                base, "run-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createFile(
                run.resolve("token"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(run.resolve("token"), token);
        String command = HOME.resolve("benchmarks/bin/lab").toString();
        nodes = lab.nodes().stream()
                .map(node -> new DemoNode(
                        node.id(),
                        node.address(),
                        7071,
                        node.capacityMillicores(),
                        node.memoryBytes(),
                        List.of(command, "exec", node.id(), "--"),
                        NativeLab.LIBRARY))
                .collect(Collectors.toMap(DemoNode::id, node -> node));
        processes = new FleetProcesses(
                new DemoSpec(
                        "podman",
                        List.copyOf(nodes.values()),
                        lab.hub().address(),
                        7070,
                        5672,
                        run.toString(),
                        STORE,
                        "71",
                        5,
                        60,
                        null,
                        false),
                HOME);
    }

    String token() {
        return token;
    }

    RestClient client(String node) {
        return new RestClient(uri(node).orElseThrow(), token);
    }

    Optional<URI> uri(String node) {
        return Optional.ofNullable(nodes.get(node))
                .map(found -> URI.create("http://" + found.address() + ":" + found.port()));
    }

    Ticking ticks(String node, ContainerFacts container) throws IOException, InterruptedException {
        return ticks.read(nodes.get(node), container);
    }

    /** Runs a command on a node; it must end with status 0. */
    String on(String node, String... command) throws IOException, InterruptedException {
        return feed(node, new byte[0], command);
    }

    /** Likewise, with this on its standard input. */
    String feed(String node, byte[] input, String... command) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(nodes.get(node).enter());
        line.addAll(List.of(command));
        Path errors = Files.createTempFile(run, "stderr", null);
        Path output = Files.createTempFile(run, "stdout", null);
        Process process = new ProcessBuilder(line)
                .redirectError(errors.toFile())
                .redirectOutput(output.toFile())
                .start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input);
        } catch (IOException theProgramDoesNotRead) {
            // its exit status tells whether that matters
        }
        assertThat(process.waitFor())
                .as(line + ": " + Files.readString(errors, StandardCharsets.ISO_8859_1))
                .isZero();
        return Files.readString(output, StandardCharsets.ISO_8859_1);
    }

    private static NativeLab.Status lab() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(HOME.resolve("benchmarks/bin/lab").toString(), "status", "--json")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String json = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean up = process.waitFor() == 0;
        if ("1".equals(System.getenv("LIVE_MIGRATE_REQUIRE_REAL"))) {
            assertThat(up).as("a lab must be up: benchmarks/bin/lab up").isTrue();
        }
        Assumptions.assumeTrue(up, "skipped: no native lab is up (benchmarks/bin/lab up, as root)");
        return Json.mapper().readValue(json, NativeLab.Status.class);
    }

    private static Path home() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("benchmarks/bin/lab"))) {
            folder = folder.getParent();
        }
        return folder;
    }

    @Override
    public void close() {
        processes.close();
    }
}
