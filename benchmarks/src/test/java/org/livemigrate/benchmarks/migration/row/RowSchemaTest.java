package org.livemigrate.benchmarks.migration.row;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.protocol.json.Json;

class RowSchemaTest {

    private final Schema schema = schema();

    private static Schema schema() {
        try {
            return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(Files.readString(Path.of("row.schema.json")));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> problems(String json) {
        return schema.validate(json, InputFormat.JSON).stream()
                .map(Object::toString)
                .toList();
    }

    @Test
    void whatIsWrittenIsWhatTheSchemaSays() {
        assertThat(problems(Json.mapper().writeValueAsString(Rows.committed("cpu", 1, 340, 298, 651_776))))
                .isEmpty();
        assertThat(problems(Json.mapper().writeValueAsString(Rows.failed()))).isEmpty();
    }

    @Test
    void aRowWithAWrongOutcomeOrAFieldThatNobodyKnowsIsNone() {
        String row = Json.mapper().writeValueAsString(Rows.failed());
        assertThat(problems(row.replace("not-measured", "fine"))).hasSize(1);
        assertThat(problems(row.replace("\"repeat\"", "\"repetition\""))).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../results/migrations-native", "../results/migrations-vm"})
    void theMeasuredRowsThatAreKeptAreRows(String folder) throws IOException {
        try (Stream<Path> kept = Files.list(Path.of(folder))) {
            List<Path> files =
                    kept.filter(path -> path.toString().endsWith(".jsonl")).toList();
            assertThat(files).isNotEmpty();
            for (Path file : files) {
                for (String line : Files.readAllLines(file)) {
                    assertThat(problems(line)).as("%s: %s", file, line).isEmpty();
                }
                assertThat(RowFile.read(file)).isNotEmpty();
            }
        }
    }
}
