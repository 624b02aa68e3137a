package org.livemigrate.cli.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.cli.LiveMigrate;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.plan.PlanDocument;
import picocli.CommandLine;

class PlanCommandTest {

    /** The report's placement example. */
    private static final String GOLDEN = """
            {"hosts":[{"id":"v1","capacityMillicores":1000,"memoryBytes":1000},
                      {"id":"v2","capacityMillicores":1000,"memoryBytes":1000},
                      {"id":"v3","capacityMillicores":1000,"memoryBytes":1000}],
             "containers":[{"id":"c1","host":"v1","cpuMillicores":600,"memoryBytes":1},
                           {"id":"c2","host":"v1","cpuMillicores":50,"memoryBytes":1},
                           {"id":"c3","host":"v1","cpuMillicores":200,"memoryBytes":1},
                           {"id":"c4","host":"v1","cpuMillicores":50,"memoryBytes":1},
                           {"id":"c6","host":"v2","cpuMillicores":680,"memoryBytes":1},
                           {"id":"c5","host":"v3","cpuMillicores":250,"memoryBytes":1},
                           {"id":"c7","host":"v3","cpuMillicores":250,"memoryBytes":1}]}
            """;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path folder;

    private int run(String... arguments) {
        CommandLine command =
                LiveMigrate.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return command.execute(arguments);
    }

    private String file(String content) throws IOException {
        return Files.writeString(folder.resolve("snapshot.json"), content).toString();
    }

    @Test
    void theReportsExampleIsOneMigration() throws IOException {
        int status = run("plan", "--snapshot", file(GOLDEN), "--policy", "greedy", "--target", "71", "--json");
        assertThat(status).as(err.toString()).isZero();
        PlanDocument plan = Json.mapper().readValue(out.toString(), PlanDocument.class);
        assertThat(plan.migrations()).singleElement().satisfies(move -> {
            assertThat(move.container()).isEqualTo("c3");
            assertThat(move.from()).isEqualTo("v1");
            assertThat(move.to()).isEqualTo("v3");
            assertThat(move.reason()).isNotBlank();
        });
        assertThat(plan.overTarget()).isEmpty();
        assertThat(plan.loadBefore())
                .containsEntry("v1", 0.9)
                .containsEntry("v2", 0.68)
                .containsEntry("v3", 0.5);
        assertThat(plan.loadAfter())
                .containsEntry("v1", 0.7)
                .containsEntry("v2", 0.68)
                .containsEntry("v3", 0.7);
    }

    @Test
    void peopleGetATable() throws IOException {
        assertThat(run("plan", "--snapshot", file(GOLDEN))).isZero();
        assertThat(out.toString()).contains("90 %", "70 %", "c3: v1 -> v3");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --policy greedy --target abc     | 'abc' is not a percentage
            --policy greedy --target 101     | 101
            --policy greedy --target -1      | -1
            --policy greedy --headroom 100   | headroom
            --policy nonesuch                | nonesuch
            """)
    void badOptionsAreNamed(String options, String expected) throws IOException {
        String line = "plan --snapshot " + file(GOLDEN) + " " + options;
        assertThat(run(line.split(" +"))).isEqualTo(2);
        assertThat(err.toString()).contains(expected).doesNotContain("Exception");
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"hosts":[                                                         | line 1
            {"hosts":[],"containers":[{"id":"a","host":"x","cpuMillicores":1}]} | 'x'
            {"hosts":[{"id":"h","capacityMillicores":0}],"containers":[]}       | 'h'
            {"hosts":[{"id":"h","capacityMillicores":1},{"id":"h","capacityMillicores":1}],"containers":[]} | twice
            """)
    void badSnapshotsAreNamed(String json, String expected) throws IOException {
        assertThat(run("plan", "--snapshot", file(json))).isEqualTo(2);
        assertThat(err.toString()).contains(expected).doesNotContain("Exception");
    }

    @Test
    void aMissingFileIsNamed() {
        assertThat(run("plan", "--snapshot", folder.resolve("nowhere").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("nowhere");
    }
}
