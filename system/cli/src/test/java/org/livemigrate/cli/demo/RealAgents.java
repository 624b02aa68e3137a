package org.livemigrate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.operation.Operation;
import org.livemigrate.protocol.ticks.Ticking;
import org.livemigrate.rest.RestClient;

/** Agents on the nodes of a native lab that is up, each a process as an operator would start it. */
final class RealAgents implements AutoCloseable {

    private final RealLab lab;
    private final FleetProcesses processes;
    private final List<String> made = new ArrayList<>();

    /** Skips the test when there is no lab, or fails it where {@code LIVE_MIGRATE_REQUIRE_REAL} is 1. */
    static RealAgents start() throws IOException, InterruptedException {
        RealAgents agents = new RealAgents(RealLab.find());
        for (DemoNode node : agents.lab.nodes()) {
            agents.processes.startAgent(node);
        }
        for (DemoNode node : agents.lab.nodes()) {
            await(node.id() + "'s agent to answer")
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> {
                        assertThat(agents.processes.dead()).isEmpty();
                        try {
                            return agents.client(node.id()).get("/v1/host", Object.class) != null;
                        } catch (RuntimeException notYet) {
                            return false;
                        }
                    });
        }
        return agents;
    }

    private RealAgents(RealLab lab) {
        this.lab = lab;
        processes = new FleetProcesses(
                new DemoSpec(
                        "podman",
                        lab.nodes(),
                        lab.hubAddress(),
                        7070,
                        5672,
                        lab.run().toString(),
                        RealLab.STORE,
                        false,
                        "71",
                        5,
                        60,
                        null,
                        false),
                RealLab.HOME);
    }

    String token() {
        return lab.token();
    }

    /** Where the agents keep their state, each in {@code agent-NODE}. */
    Path directory() {
        return lab.run();
    }

    RestClient client(String node) {
        return new RestClient(uri(node).orElseThrow(), lab.token());
    }

    Optional<URI> uri(String node) {
        return Optional.ofNullable(lab.node(node))
                .map(found -> URI.create("http://" + found.address() + ":" + found.port()));
    }

    /** Makes a container on a node by its agent, and waits until it has counted a little. */
    ContainerFacts create(String node, CreateContainer wanted) {
        made.add(wanted.name());
        Operation started = client(node).post("/v1/containers", wanted, Operation.class);
        ContainerFacts container = client(node).result(started, Duration.ofSeconds(60), ContainerFacts.class);
        awaitTicks(node, container, 20);
        return container;
    }

    /** Makes one past the agent, for what the agent has no words for; otherwise the same. */
    ContainerFacts create(String node, String name, String network, List<String> options, String... command)
            throws IOException, InterruptedException {
        made.add(name);
        List<String> run = new ArrayList<>(List.of("podman", "run", "--detach", "--name", name));
        run.addAll(List.of("--cpu-period", "10000", "--cpu-quota", "1000", "--cgroup-parent", "/containers"));
        run.addAll(List.of("--network", network));
        run.addAll(options);
        run.addAll(List.of("localhost/stress:latest", "--"));
        run.addAll(List.of(command));
        String id = on(node, run.toArray(String[]::new)).strip();
        ContainerFacts container = client(node).get("/v1/containers/" + id, ContainerFacts.class);
        awaitTicks(node, container, 20);
        return container;
    }

    /** Everything that was made, wherever it is now. */
    void removeContainers() throws IOException, InterruptedException {
        for (DemoNode node : lab.nodes()) {
            for (String name : made) {
                on(node.id(), "podman", "rm", "--force", "--time", "0", "--ignore", name);
            }
        }
        made.clear();
    }

    static String name(String prefix) {
        return prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** Clean-up may still be under way when a migration's outcome is known. */
    void awaitCopies(String node, ContainerFacts container, long expected) {
        await(expected + " copies on " + node).atMost(Duration.ofSeconds(30)).until(() -> {
            long found = on(node, "podman", "ps", "--all", "--no-trunc", "--format", "{{.ID}}")
                    .lines()
                    .filter(container.id()::equals)
                    .count();
            return found == expected;
        });
    }

    void awaitTicks(String node, ContainerFacts container, long count) {
        await(container.name() + " to count to " + count)
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> ticks(node, container).lastCount() >= count);
    }

    /** Counting on, the same process, no number lost or repeated. */
    void assertOneLife(String node, ContainerFacts container) throws IOException, InterruptedException {
        awaitTicks(node, container, ticks(node, container).lastCount() + 20);
        Ticking ticks = ticks(node, container);
        assertThat(ticks.restarted()).as("restarted").isFalse();
        assertThat(ticks.lost()).as("ticks lost").isZero();
        assertThat(ticks.repeated()).as("ticks repeated").isZero();
    }

    Ticking ticks(String node, ContainerFacts container) throws IOException, InterruptedException {
        return lab.ticks(node, container);
    }

    /** Runs a command on a node; it must end with status 0. */
    String on(String node, String... command) throws IOException, InterruptedException {
        return lab.on(node, command);
    }

    /** Likewise, with this on its standard input. */
    String feed(String node, byte[] input, String... command) throws IOException, InterruptedException {
        return lab.feed(node, input, command);
    }

    @Override
    public void close() {
        processes.close();
    }
}
