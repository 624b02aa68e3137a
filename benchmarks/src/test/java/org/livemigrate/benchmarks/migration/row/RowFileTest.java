package org.livemigrate.benchmarks.migration.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.protocol.json.Json;

class RowFileTest {

    @TempDir
    Path folder;

    @Test
    void anInterruptedLineIsCutOffAndTheNextRowStandsAlone() throws Exception {
        Path path = folder.resolve("rows.jsonl");
        RowFile file = new RowFile(path);
        assertThat(file.recover()).isEmpty();
        Row first = Rows.committed("cpu", 1, 340, 298, 651_776);
        file.append(first);
        Files.writeString(path, "{\"key\":\"cut", StandardOpenOption.APPEND);
        assertThat(file.recover()).containsExactly(first);
        file.append(Rows.failed());
        assertThat(RowFile.read(path)).containsExactly(first, Rows.failed());
    }

    @Test
    void aLineThatIsNoRowIsNamed() throws Exception {
        Path path = Files.writeString(folder.resolve("rows.jsonl"), "{\"key\":1}\n");
        assertThatThrownBy(() -> RowFile.read(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rows.jsonl, line 1");
    }

    @Test
    void theCsvHasALineARow() throws Exception {
        Path path = folder.resolve("rows.csv");
        RowCsv.write(path, java.util.List.of(Rows.committed("cpu", 1, 340, 298, 651_776), Rows.failed()));
        assertThat(Files.readAllLines(path)).hasSize(3);
        assertThat(Files.readString(path)).contains(",340,298,90.5,").contains("host node1 is not in the fleet.");
    }

    @Test
    void whatCannotBeIsFound() {
        assertThat(RowCheck.problems(Rows.committed("cpu", 1, 340, 298, 651_776)))
                .isEmpty();
        assertThat(RowCheck.problems(Rows.failed())).hasSize(1);
        assertThat(RowCheck.problems(Rows.committed("cpu", 1, 340, 298, 0)))
                .as("nothing written by the freeze, nothing by the pre-dumps")
                .hasSize(2);
    }

    @Test
    void whatACommittedRowCouldNotMeasureIsSaid() {
        Row row = Rows.committed("cpu", 1, 340, 298, 651_776);
        assertThat(RowCheck.problems(Rows.with(row, "reason", "the host was silent")))
                .singleElement()
                .asString()
                .contains("the host was silent");
    }

    @Test
    void aServersRowHasReplies() {
        Row row = Rows.with(Rows.committed("redis", 1, 340, 298, 651_776), "replies", null);
        assertThat(RowCheck.problems(row)).containsExactly("replies is missing");
        assertThat(RowCheck.problems(Rows.with(row, "workload", "cpu"))).isEmpty();
    }

    @Test
    void aFrozenServerAnswersNobody() {
        Row row = Rows.committed("redis", 1, 340, 298, 651_776);
        assertThat(RowCheck.problems(row)).isEmpty();
        assertThat(RowCheck.problems(Rows.with(row, "replies", new Row.Replies(1, 1L, 3, 0, 90.0))))
                .as("frozen for 90.5 ms")
                .hasSize(1);
    }

    @Test
    void whatACommittedRowMustHaveIsNamedWhenItIsNotThere() {
        String whole = Json.mapper().writeValueAsString(Rows.committed("cpu", 1, 340, 298, 651_776));
        Map.of(
                        "\"freezeMs\":90.5,", "freezeMs is missing",
                        "\"bytesWritten\":1955328,", "bytesWritten is missing",
                        ",\"delayMs\":0.0", "store.delayMs is missing",
                        "\"pages\":159,", "pages of pre-dump 1 is missing")
                .forEach((field, problem) -> {
                    assertThat(whole).contains(field);
                    Row row = Json.mapper().readValue(whole.replace(field, ""), Row.class);
                    assertThat(RowCheck.problems(row)).contains(problem);
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"migrations-native", "migrations-vm"})
    void theKeptRowsOfTheGridsHold(String folder) throws Exception {
        for (Row row : RowFile.read(Path.of("..", "results", folder, "rows.jsonl"))) {
            assertThat(RowCheck.problems(row)).as(row.key()).isEmpty();
        }
    }
}
