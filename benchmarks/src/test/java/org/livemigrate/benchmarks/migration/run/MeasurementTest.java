package org.livemigrate.benchmarks.migration.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.benchmarks.migration.fleet.FleetClient;
import org.livemigrate.benchmarks.migration.inventory.Inventory;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.sweep.Run;
import org.livemigrate.benchmarks.migration.sweep.Setting;
import org.livemigrate.benchmarks.migration.sweep.Workload;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.ContainerView;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.operation.Operation;

/** Against a controller and agents that are made up, and a host whose podman is a script. */
class MeasurementTest {

    private static final Run RUN =
            new Run(new Setting(Workload.parse("cpu"), "podman", 0, 1000, "none", null, null), 1, false);

    @TempDir
    Path folder;

    private HttpServer server;
    private URI address;
    private Inventory inventory;
    private Measurement measurement;
    private volatile boolean ended;
    private volatile boolean endedWhenRemoved = true;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        Path host = Files.writeString(folder.resolve("host"), """
                n=$(($(date +%s%N) / 5000000))
                awk -v n=$n 'BEGIN { for (i = 699; i >= 0; i--) printf "a %.0f %.0f000000\\n", n - i, (n - i) * 5 }'
                """);
        List<String> enter = List.of("sh", host.toString());
        inventory = new Inventory(
                "test",
                address,
                host,
                null,
                new Inventory.Store("ext4", "warm", 0.0, null, null),
                true,
                null,
                List.of(new Inventory.Node("node1", enter), new Inventory.Node("node2", enter)));
        measurement = measurement(Duration.ofSeconds(5));
    }

    private Measurement measurement(Duration timeout) {
        return new Measurement(
                inventory,
                new FleetClient(address, "token"),
                new Row.Environment("x", "6.18", Map.of(), "none", "abc", 1, null),
                timeout);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** @param answer to a request's method; an Integer is a status without a body */
    private void answers(String path, Function<String, Object> answer) {
        server.createContext(path, exchange -> {
            Object content = answer.apply(exchange.getRequestMethod());
            byte[] body = content instanceof Integer
                    ? new byte[0]
                    : Json.mapper().writeValueAsString(content).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(
                    content instanceof Integer status ? status : 200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    private NodeView node(String id) {
        HostFacts facts = new HostFacts(id, address, "podman", 1000, 1L << 30, null, null, null, null, null);
        return new NodeView(facts, "ready", Instant.now(), 0, 0, 0, 0);
    }

    /** @param outcome null: it goes on for ever */
    private static MigrationView migration(MigrationOutcome outcome) {
        Instant now = Instant.now();
        return new MigrationView(
                "m1",
                "c1",
                "bench",
                "node2",
                "node1",
                "podman",
                "by hand",
                "precopy",
                outcome,
                Map.of(),
                1,
                10L,
                1,
                now,
                outcome == null ? null : now,
                outcome == null ? null : now,
                outcome == null ? null : now,
                null,
                null);
    }

    private void aFleetWhoseAgentsTellNoSteps(MigrationOutcome outcome) {
        aFleet();
        boolean[] told = {false};
        // controller and agents share one address here: the controller is asked until the end, agents after that
        answers("/v1/migrations/m1", method -> {
            if (told[0]) {
                return 500;
            }
            told[0] = outcome != null;
            return migration(outcome);
        });
    }

    private int removed() {
        endedWhenRemoved &= ended;
        return 204;
    }

    private void aFleet() {
        answers("/v1/nodes", method -> List.of(node("node1"), node("node2")));
        ContainerFacts facts = new ContainerFacts(
                "c1", "bench", "i", "i", "running", 1, null, 1000, 0, null, "none", null, null, null);
        answers(
                "/v1/containers",
                method -> new Operation(
                        "o1",
                        "create",
                        Operation.State.SUCCEEDED,
                        1,
                        "",
                        Instant.now(),
                        Instant.now(),
                        Json.mapper().valueToTree(facts),
                        null));
        answers(
                "/v1/containers/c1",
                method -> method.equals("GET")
                        ? new ContainerView("c1", "bench", "node2", "running", 998, 1L << 20, null, null)
                        : removed());
        answers("/v1/migrations", method -> migration(null));
    }

    @Test
    void anOutcomeThatIsKnownStaysWhenAgentsDoNotTellTheirSteps() throws Exception {
        aFleetWhoseAgentsTellNoSteps(MigrationOutcome.COMMITTED);
        Row row = measurement.measure(RUN);
        assertThat(row.outcome()).isEqualTo("committed");
        assertThat(row.reason()).contains("what node2 measured is not known").contains("what node1 measured");
        assertThat(row.checkpointMs()).isNull();
        assertThat(row.downtimeApiMs()).isEqualTo(10);
        assertThat(row.ticks()).isEqualTo(new Row.Ticks(0, 0, false));
    }

    @Test
    void aMigrationThatTakesTooLongIsWaitedForBeforeItsContainerIsRemoved() throws Exception {
        aFleet();
        long[] begun = {0};
        answers("/v1/migrations/m1", method -> {
            begun[0] = begun[0] == 0 ? System.nanoTime() : begun[0];
            ended = System.nanoTime() - begun[0] > Duration.ofMillis(1_500).toNanos();
            return migration(ended ? MigrationOutcome.COMMITTED : null);
        });
        Row row = measurement(Duration.ofSeconds(1)).measure(RUN);
        assertThat(row.outcome()).isEqualTo(Row.TIMED_OUT);
        assertThat(row.reason()).contains("still in phase precopy after 1 s").contains("it ended later: committed");
        assertThat(endedWhenRemoved).isTrue();
    }

    @Test
    void aFaultOfTheProgramIsARowWithItsReason() throws Exception {
        answers("/v1/nodes", method -> List.of(new NodeView(null, "ready", Instant.now(), 0, 0, 0, 0)));
        Row row = measurement.measure(RUN);
        assertThat(row.outcome()).isEqualTo(Row.NOT_MEASURED);
        assertThat(row.reason()).contains("NullPointerException");
    }

    @Test
    void anInterruptionIsNoRow() {
        answers("/v1/nodes", method -> List.of());
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> measurement.measure(RUN)).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
