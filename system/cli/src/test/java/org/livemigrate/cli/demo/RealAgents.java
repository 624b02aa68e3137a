package org.livemigrate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.ticks.Ticking;
import org.livemigrate.rest.RestClient;

/** Agents on the nodes of a native lab that is up, each a process as an operator would start it. */
final class RealAgents implements AutoCloseable {

    private final RealLab lab;
    private final FleetProcesses processes;

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
