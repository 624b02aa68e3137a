package org.livemigrate.simulator.whatif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Container;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.power.PowerModel;
import org.livemigrate.simulator.cli.Simulate;
import org.livemigrate.simulator.fleet.HostSpec;
import org.livemigrate.simulator.report.Reports;
import picocli.CommandLine;

class SnapshotWorkloadTest {
    /** v1 is over target and has one container that is pinned; v3 is cordoned. */
    private static final String SNAPSHOT = """
            {"time":"2026-01-02T03:04:05Z",
             "hosts":[{"id":"v1","capacityMillicores":1000,"memoryBytes":4294967296},
                      {"id":"v2","capacityMillicores":1000,"memoryBytes":4294967296},
                      {"id":"v3","capacityMillicores":1000,"memoryBytes":4294967296,"schedulable":false}],
             "containers":[{"id":"c1","host":"v1","cpuMillicores":500,"memoryBytes":1048576,"pinned":true},
                           {"id":"c2","name":"web","host":"v1","cpuMillicores":300,"memoryBytes":1048576},
                           {"id":"c3","host":"v2","cpuMillicores":100,"memoryBytes":1048576}],
             "history":[
               {"time":"2026-01-02T03:03:05Z","hosts":{"v1":700,"v2":100},"containers":{"c1":450,"c2":250,"c3":100}},
               {"time":"2026-01-02T03:03:35Z","hosts":{"v1":750,"v2":100},"containers":{"c1":475,"c2":275}}]}
            """;

    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int simulate(String... args) {
        CommandLine line = Simulate.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return Simulate.run(line, args);
    }

    @Test
    void eachPolicySaysWhatItWouldDoInTheNextHour() throws IOException {
        Path file = Files.writeString(dir.resolve("fleet.json"), SNAPSHOT);
        assertThat(simulate(
                        "--snapshot",
                        file.toString(),
                        "--policy",
                        "none,greedy",
                        "--target",
                        "71",
                        "--forecast",
                        "last",
                        "--json"))
                .as(err.toString())
                .isZero();
        Reports.Document document = Reports.document(out.toString());

        assertThat(document.hosts()).isEqualTo("snapshot");
        assertThat(document.runs()).extracting(run -> run.policy()).containsExactly("none", "greedy");
        // 30 s a step: the present and 120 more
        assertThat(document.runs().get(0).vmSamples()).isEqualTo(3 * 121);
        assertThat(document.moves()).singleElement().satisfies(move -> {
            assertThat(move.policy()).isEqualTo("greedy");
            assertThat(move.container()).as("c1 is pinned").isEqualTo("c2");
            assertThat(move.to()).as("v3 is cordoned").isEqualTo("v2");
        });
        out.getBuffer().setLength(0);
        assertThat(simulate("--snapshot", file.toString(), "--policy", "greedy", "--target", "71"))
                .isZero();
        assertThat(out.toString()).as("people are told its name").contains("web: v1 -> v2");
    }

    @Test
    void aControllerIsAskedWithTheFleetsToken() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/snapshot", exchange -> {
            boolean known = "Bearer s3cret".equals(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = (known ? SNAPSHOT : "{}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(known ? 200 : 401, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            String address = "http://127.0.0.1:" + server.getAddress().getPort();
            Path token = Files.writeString(dir.resolve("token"), "s3cret\n");
            Path wrong = Files.writeString(dir.resolve("wrong"), "other\n");
            assertThat(simulate("--snapshot", address, "--token-file", token.toString(), "--policy", "none", "--json"))
                    .as(err.toString())
                    .isZero();
            assertThat(simulate("--snapshot", address, "--token-file", wrong.toString()))
                    .isEqualTo(2);
            assertThat(err.toString()).contains("the token is not this fleet's").doesNotContain("other");
            assertThat(simulate("--snapshot", address, "--token-file", "/no/such/token"))
                    .isEqualTo(2);
        } finally {
            server.stop(0);
        }
        assertThat(simulate(
                        "--snapshot",
                        "http://127.0.0.1:1",
                        "--token-file",
                        dir.resolve("token").toString()))
                .isEqualTo(2);
    }

    @Test
    void aHostDrawsWhatItsLabelSays() {
        Map<String, String> labels = Map.of(PowerModel.LABEL, "ml110-g4");
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .time(Instant.EPOCH)
                .host(new Host("v1", 1000, 1 << 30, labels, true))
                .host(new Host("v2", 1000, 1 << 30, Map.of(), true))
                .container(Container.of("c1", "v1", 500, 1 << 20))
                .build();

        assertThat(SnapshotWorkload.of(snapshot, Forecast.LAST, 60_000).fleet().hosts())
                .extracting(HostSpec::power)
                .containsExactly(PowerModel.ML110_G4, PowerModel.ML110_G5);
    }

    @Test
    void forecastsAreWhatTheySay() {
        long[][] past = {{100, 40}, {200, 40}, {300, 40}, {400, 40}};

        assertThat(Forecast.LAST.after(past, 3)).isDeepEqualTo(new long[][] {{400, 40}, {400, 40}, {400, 40}});
        assertThat(Forecast.TREND.after(past, 6))
                .as("a line for four samples more, but no more than twice the most, then level")
                .isDeepEqualTo(new long[][] {{500, 40}, {600, 40}, {700, 40}, {800, 40}, {800, 40}, {800, 40}});
        long[][] drawn = Forecast.bootstrap(7).after(past, 50);
        assertThat(drawn)
                .hasDimensions(50, 2)
                .isDeepEqualTo(Forecast.bootstrap(7).after(past, 50));
        assertThat(Arrays.stream(drawn).mapToLong(row -> row[0]).distinct().sorted())
                .containsExactly(100L, 200L, 300L, 400L);
        assertThat(Forecast.bootstrap(8).after(past, 50)).isNotEqualTo(drawn);
        assertThat(Forecast.bootstrap(1).after(new long[][] {{5}}, 3)).isDeepEqualTo(new long[][] {{5}, {5}, {5}});
        assertThatThrownBy(() -> Forecast.parse("oracle")).hasMessageContaining("--forecast");
    }

    @Test
    void whatIsNoSnapshotIsExplained() throws IOException {
        assertThat(simulate("--snapshot", "/no/such/file")).isEqualTo(2);
        Path broken = Files.writeString(dir.resolve("broken.json"), "{\"hosts\":[");
        assertThat(simulate("--snapshot", broken.toString())).isEqualTo(2);
        Path empty = Files.writeString(dir.resolve("empty.json"), "{\"hosts\":[],\"containers\":[]}");
        assertThat(simulate("--snapshot", empty.toString())).isEqualTo(2);
        assertThat(err.toString().lines()).hasSize(3).allMatch(line -> line.contains("--snapshot"));
        assertThat(out.toString()).isEmpty();
    }
}
