package org.livemigrate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.livemigrate.controller.agents.RestAgents;
import org.livemigrate.controller.migration.MigrationLimits;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;

/**
 * A PostgreSQL under load moves there and back: {@code -Dlivemigrate.postgres.moves=40}. Its image is not the lab's own,
 * {@code lab postgres} makes it. What the load does and how it is checked: {@code benchmarks/lab/probe/postgres-load}.
 */
@Tag("real")
@EnabledIfSystemProperty(named = "livemigrate.postgres.moves", matches = "[1-9][0-9]*")
class PostgresMigrationTest {

    private static final int MOVES = Integer.getInteger("livemigrate.postgres.moves", 0);

    private final List<Long> downtimesMs = new ArrayList<>();

    @Test
    void aPostgresUnderLoadLosesNoRowThatItHasAcknowledged() throws Exception {
        MigrationOptions live = MigrationOptions.DEFAULT.withEngine("live");
        try (RealAgents agents = RealAgents.start();
                RestAgents network = new RestAgents(
                        agents::uri, agents.token(), Duration.ofMinutes(5), MigrationLimits.DEFAULT.answer());
                Moves moves = new Moves(network, live)) {
            try {
                moveThereAndBack(agents, moves);
            } finally {
                agents.removeContainers();
            }
        }
        System.out.println("PostgreSQL: downtime of " + MOVES + " moves, ms: " + downtimesMs);
    }

    private void moveThereAndBack(RealAgents agents, Moves moves) throws IOException, InterruptedException {
        ContainerFacts container = agents.create(
                "node1",
                new CreateContainer(
                        RealAgents.name("postgres"),
                        "localhost/postgres:latest",
                        List.of("--interval-ms", "10", "--", "postgres-load", "run", "100"),
                        300L,
                        0L,
                        Map.of(),
                        null,
                        "none",
                        null));
        awaitRows(agents, "node1", container, 500);
        String started = load(agents, "node1", container, "started");
        String here = "node1";
        for (int move = 1; move <= MOVES; move++) {
            String there = here.equals("node1") ? "node2" : "node1";
            MigrationView view = moves.move(container, here, there);
            assertThat(view.outcome()).as("move " + move + ": " + view).isEqualTo(MigrationOutcome.COMMITTED);
            downtimesMs.add(view.downtimeApiMs());
            here = there;
            awaitRows(agents, here, container, rows(agents, here, container) + 100);
            agents.assertOneLife(here, container);
            load(agents, here, container, "check");
        }
        assertThat(load(agents, here, container, "started")).isEqualTo(started);
    }

    private static void awaitRows(RealAgents agents, String node, ContainerFacts container, long count) {
        await("PostgreSQL to have acknowledged " + count + " rows")
                .atMost(Duration.ofSeconds(120))
                .ignoreExceptions()
                .until(() -> rows(agents, node, container) >= count);
    }

    private static long rows(RealAgents agents, String node, ContainerFacts container)
            throws IOException, InterruptedException {
        return Long.parseLong(load(agents, node, container, "count"));
    }

    private static String load(RealAgents agents, String node, ContainerFacts container, String what)
            throws IOException, InterruptedException {
        return agents.on(node, "podman", "exec", container.id(), "postgres-load", what)
                .strip();
    }
}
