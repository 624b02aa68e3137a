package org.livemigrate.agent.checkpoint.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForecastTest {

    private static final Forecast FORECAST = new Forecast(List.of("/dev/null", "pipe:[7]", "pipe:[8]"), 4096);

    @TempDir
    Path folder;

    @Test
    void whatTheSourceWritesTheTargetReads() throws IOException {
        Path file = folder.resolve("forecast.json");
        assertThat(Forecast.read(file)).isEmpty();
        FORECAST.write(file);
        assertThat(Forecast.read(file)).contains(FORECAST);
        Files.writeString(file, "{\"descriptors\": [");
        assertThat(Forecast.read(file)).as("half a file").isEmpty();
    }

    @Test
    void itHoldsForADumpOfTheSameDescriptorsAlone() throws IOException {
        FORECAST.putDescriptors(folder);
        assertThat(FORECAST.holdsFor(folder)).isTrue();
        // as runc writes it
        Files.writeString(folder.resolve("descriptors.json"), "[\"/dev/null\", \"pipe:[7]\",\"pipe:[8]\"]");
        assertThat(FORECAST.holdsFor(folder)).isTrue();
        for (String other : List.of("[\"/dev/null\",\"pipe:[7]\",\"pipe:[9]\"]", "[]", "{}", "")) {
            Files.writeString(folder.resolve("descriptors.json"), other);
            assertThat(FORECAST.holdsFor(folder)).as(other).isFalse();
        }
    }
}
