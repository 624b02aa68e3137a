package org.livemigrate.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.scheduler.cost.Calibration;
import tools.jackson.databind.JsonNode;

class CalibrationFileTest {
    private static final Path DEFAULTS = Path.of("calibration.json");

    @TempDir
    Path dir;

    @Test
    void theFileThatShowsTheDefaultsIsThem() throws IOException {
        assertThat(CalibrationFile.read(DEFAULTS)).isEqualTo(Calibration.DEFAULT);
        assertThat(CalibrationFile.read(null)).isEqualTo(Calibration.DEFAULT);
    }

    @Test
    void theSchemaKnowsEveryFieldAndTheDefaultsAreWithinItsBounds() throws IOException {
        JsonNode schema = Json.mapper().readTree(Files.readString(Path.of("calibration.schema.json")));
        JsonNode defaults = Json.mapper().readTree(Files.readString(DEFAULTS));
        List<String> fields = Arrays.stream(Calibration.class.getRecordComponents())
                .map(RecordComponent::getName)
                .toList();

        assertThat(schema.get("properties").propertyNames()).containsExactlyInAnyOrderElementsOf(fields);
        assertThat(schema.get("required").valueStream().map(JsonNode::stringValue))
                .containsExactlyInAnyOrderElementsOf(fields);
        for (String field : fields) {
            JsonNode rule = schema.get("properties").get(field);
            assertThat(rule.get("description").stringValue()).isNotBlank();
            if (!rule.get("type").stringValue().equals("boolean")) {
                assertThat(defaults.get(field).asDouble())
                        .isGreaterThanOrEqualTo(rule.get("minimum").asDouble());
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "degradation": 0.1           | "degradation": 1.5          | degradation is 1.5
            "storeBytesPerSecond": 118100000 | "storeBytesPerSecond": 0 | storeBytesPerSecond is 0
            "freezeFixedMs": 475.52      | "freezeFixedMs": -1         | freezeFixedMs is -1
            "freezeFixedMs": 475.52      | "freezeFixedMs": 1e999      | freezeFixedMs is Infinity
            "freezeFixedMs": 475.52      | "freezeFixedMs": NaN        | NaN
            "freezeFixedMs": 475.52,     | ''                          | 'freezeFixedMs' is missing
            "lazyRestore": false         | "lazyRestore": "perhaps"    | true or false is needed
            "sourceOverheadMillicores": 100 | "sourceOverheadMillicores": 1.5 | a whole number is needed
            """)
    void whatIsWrongIsNamed(String from, String to, String message) throws IOException {
        String text = Files.readString(DEFAULTS);
        assertThat(text).contains(from);
        Path file = Files.writeString(dir.resolve("c.json"), text.replace(from, to));
        assertThatThrownBy(() -> CalibrationFile.read(file))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("c.json")
                .hasMessageContaining(message);
    }
}
