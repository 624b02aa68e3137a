package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.livemigrate.protocol.json.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * What a source knows before the freeze of what its final dump will say. With it the target starts runc while the container
 * still runs.
 *
 * @param descriptors what the first process has as standard input, output and error: runc reads them at its start
 * @param memoryBytes that a dump of everything would hold: whether to restore lazily is settled at runc's start
 */
record Forecast(List<String> descriptors, long memoryBytes) {

    /** runc's file of them among a dump's images. */
    private static final String DESCRIPTORS = "descriptors.json";

    void write(Path file) throws IOException {
        Files.write(file, Json.mapper().writeValueAsBytes(this));
    }

    /** Empty where there is none that can be read. */
    static Optional<Forecast> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Json.mapper().readValue(Files.readAllBytes(file), Forecast.class));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    /** Writes the file that runc reads at its start. */
    void putDescriptors(Path images) throws IOException {
        Files.write(images.resolve(DESCRIPTORS), Json.mapper().writeValueAsBytes(descriptors));
    }

    /** Whether a dump says the same of the descriptors. */
    boolean holdsFor(Path images) throws IOException {
        try {
            return descriptors.equals(Json.mapper()
                    .readValue(Files.readAllBytes(images.resolve(DESCRIPTORS)), new TypeReference<List<String>>() {}));
        } catch (JacksonException e) {
            return false;
        }
    }
}
