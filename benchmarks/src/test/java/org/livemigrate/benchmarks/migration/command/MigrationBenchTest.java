package org.livemigrate.benchmarks.migration.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.benchmarks.migration.inventory.Inventory;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.row.RowFile;
import org.livemigrate.benchmarks.migration.row.Rows;
import org.livemigrate.benchmarks.migration.sweep.Run;
import org.livemigrate.benchmarks.migration.sweep.Sweep;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.json.Json;
import picocli.CommandLine;

class MigrationBenchTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine command = MigrationBench.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        return command.execute(arguments);
    }

    @Test
    void theExampleInventoryIsOne() {
        Inventory example = Inventory.read(Path.of("inventory.example.yaml"));
        assertThat(example.nodes()).hasSize(2);
        assertThat(example.sharedClock()).isFalse();
    }

    @Test
    void theLabThatTheReportsTableIsMadeInHasPreDumps() {
        assertThat(run("--help")).isEqualTo(0);
        assertThat(out.toString().lines().filter(line -> line.contains("the report's table")))
                .singleElement()
                .asString()
                .contains("--lab vm");
        assertThat(out.toString().lines().filter(line -> line.contains("--lab native")))
                .allMatch(line -> line.contains("--rounds 0"));
    }

    @Test
    void badInputIsOneSentenceAndStatus2() throws Exception {
        assertThat(run()).isEqualTo(2);
        assertThat(run("--lab", "native", "--workload", "cpus")).isEqualTo(2);
        assertThat(err.toString()).contains("--inventory FILE").contains("no workload 'cpus'");
        Path inventory = Files.writeString(
                folder.resolve("i.yaml"), Files.readString(Path.of("inventory.example.yaml")) + "nods: []\n");
        assertThat(run(
                        "--inventory",
                        inventory.toString(),
                        "--out",
                        folder.resolve("o.jsonl").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("i.yaml, line ").contains("nods").doesNotContain("\tat ");
    }

    @Test
    void aPlanIsReadAndTheCommandLineWins() throws Exception {
        Path rows = folder.resolve("rows.jsonl");
        RowFile file = new RowFile(rows);
        file.append(Rows.committed("cpu", 1, 340, 298, 651_776));
        file.append(Rows.committed("cpu", 2, 340, 298, 651_776));
        Path plan =
                Files.writeString(folder.resolve("plan.yaml"), "workload: [cpu]\nrounds: 2\nrepeat: 3\nwarmup: 0\n");
        assertThat(run("check", rows.toString(), "--plan", plan.toString())).isEqualTo(1);
        assertThat(out.toString()).contains("no row of cpu/podman/2/1000ms/none/3");
        assertThat(run("check", rows.toString(), "--plan", plan.toString(), "--repeat", "2"))
                .isEqualTo(0);
        assertThat(out.toString()).contains("2 rows: complete and plausible");
    }

    @Test
    void anEmptyItemOfAPlanIsNamed() throws Exception {
        Path plan = Files.writeString(folder.resolve("plan.yaml"), "workload:\n  - cpu\n  -\n");
        Path rows = folder.resolve("rows.jsonl");
        new RowFile(rows).append(Rows.committed("cpu", 1, 340, 298, 651_776));
        assertThat(run("check", rows.toString(), "--plan", plan.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("plan.yaml").contains("workload has an item that is empty");
    }

    @Test
    void rowsOfAnotherLabAreNotGoneOnWith() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "0123456789abcdef0123456789abcdef\n");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
        Path inventory = Files.writeString(
                folder.resolve("i.yaml"),
                "{lab: vm, controller: 'http://127.0.0.1:1', tokenFile: '" + token + "',"
                        + " store: {fs: ext4, cache: warm}, nodes: [{id: node1}, {id: node2}]}");
        Path rows = folder.resolve("rows.jsonl");
        new RowFile(rows).append(Rows.committed("cpu", 1, 340, 298, 651_776));
        assertThat(run("--inventory", inventory.toString(), "--out", rows.toString(), "--resume"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains(rows.toString())
                .contains("lab 'native'")
                .contains("'vm'");
    }

    @Test
    void whatWasTriedAgainInOneFileIsInNoTable() throws Exception {
        Path rows = folder.resolve("rows.jsonl");
        RowFile file = new RowFile(rows);
        file.append(Rows.failed());
        file.append(Rows.committed("cpu", 1, 340, 298, 651_776));
        assertThat(run("show", rows.toString())).isEqualTo(0);
        assertThat(out.toString()).doesNotContain("Without success");
        Path other = folder.resolve("other.jsonl");
        new RowFile(other).append(Rows.failed());
        assertThat(run("show", rows.toString(), other.toString())).isEqualTo(0);
        assertThat(out.toString()).contains("Without success");
    }

    @Test
    void theExamplePlanIsTheGridWhoseRowsAreKept() throws Exception {
        SweepOptions options = new SweepOptions();
        new CommandLine(options).parseArgs("--plan", "plan.example.yaml");
        Sweep sweep = options.sweep();
        assertThat(sweep.settings()).hasSize(40);
        assertThat(sweep.repeat()).isEqualTo(3);
        assertThat(sweep.order().stream().map(Run::key))
                .containsExactlyInAnyOrderElementsOf(
                        RowFile.read(Path.of("../results/migrations-vm/rows.jsonl")).stream()
                                .map(Row::key)
                                .toList());
    }

    @Test
    void rowsThatAreThereAreNotOverwritten() throws Exception {
        Path rows = Files.writeString(folder.resolve("rows.jsonl"), "precious");
        assertThat(run("--inventory", "x", "--out", rows.toString())).isEqualTo(2);
        assertThat(rows).hasContent("precious");
        assertThat(err.toString()).contains("--resume");
    }

    @Test
    void aSweepThatGivesUpLeavesItsTableAndWhatIsTriedAgainNoLongerCounts() throws Exception {
        HttpServer controller = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        String address = "http://127.0.0.1:" + controller.getAddress().getPort();
        // it has hosts, and knows nothing of containers
        controller.createContext("/v1/nodes", exchange -> {
            byte[] body = Json.mapper()
                    .writeValueAsBytes(Stream.of("node1", "node2")
                            .map(id -> new HostFacts(
                                    id, URI.create(address), "podman", 1000, 1, null, null, null, null, null))
                            .map(facts -> new NodeView(facts, "ready", Instant.now(), 0, 0, 0, 0))
                            .toList());
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        controller.start();
        try {
            Path token = Files.writeString(folder.resolve("token"), "0123456789abcdef0123456789abcdef\n");
            Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-------"));
            Path inventory = Files.writeString(
                    folder.resolve("i.yaml"),
                    "{lab: native, controller: '" + address + "', tokenFile: '" + token + "', sharedClock: true,"
                            + " store: {fs: ext4, cache: warm}, nodes: [{id: node1}, {id: node2}]}");
            Path rows = folder.resolve("rows.jsonl");
            String[] options = "--workload cpu --rounds 2 --repeat 3 --warmup 0".split(" ");
            String[] sweep = with(options, "--inventory", inventory.toString(), "--out", rows.toString(), "--resume");
            assertThat(run(sweep)).as(err.toString()).isEqualTo(3);
            assertThat(err.toString()).contains("3 runs one after the other could not be measured");
            assertThat(Files.readAllLines(folder.resolve("rows.csv"))).hasSize(1 + 3);

            RowFile file = new RowFile(rows);
            for (int i = 1; i <= 3; i++) {
                file.append(Rows.committed("cpu", i, 340, 298, 651_776));
            }
            assertThat(run(sweep)).as(err.toString()).isEqualTo(0);
            assertThat(Files.readAllLines(folder.resolve("rows.csv"))).hasSize(1 + 6);
            assertThat(run(with(options, "check", rows.toString()))).isEqualTo(0);
            file.append(Rows.failed());
            assertThat(run(sweep)).as("tried last, it did not commit").isEqualTo(1);
        } finally {
            controller.stop(0);
        }
    }

    private static String[] with(String[] options, String... before) {
        return Stream.concat(Stream.of(before), Stream.of(options)).toArray(String[]::new);
    }

    @Test
    void theTableHasTheReportsColumnsAndTheRatiosBesideIts() throws Exception {
        Path rows = folder.resolve("rows.jsonl");
        RowFile file = new RowFile(rows);
        for (int i = 1; i <= 5; i++) {
            file.append(Rows.committed("cpu", i, 300 + i, 290 + i, 651_776));
            file.append(Rows.committed("memory", i, 1_200 + i, i == 5 ? 9_000 : 800 + i, 268_925_440));
        }
        file.append(Rows.failed());
        assertThat(run("show", rows.toString())).isEqualTo(0);
        assertThat(out.toString())
                .contains("engine podman, 2 pre-dump rounds every 1000 ms, compression none, lab native, store ext4")
                .contains("303 [301, 305]")
                .contains("memory: checkpoint 3.97 (Cliff's delta +1.00, p 0.008 exact)")
                .contains("the report: 5.78 and 3.66")
                .contains("memory/podman/2/1000ms/none/5: restoreMs 9000")
                .contains("not-measured, host node1 is not in the fleet.");
    }
}
