package org.livemigrate.simulator.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.JsonMessages;
import org.livemigrate.scheduler.cost.Calibration;
import tools.jackson.core.JacksonException;

/** Reads {@code calibration.json}; benchmarks write it. */
final class CalibrationFile {
    private CalibrationFile() {}

    /** The file's constants, or the documented defaults when there is no file. */
    static Calibration read(Path file) throws IOException {
        if (file == null) {
            return Calibration.DEFAULT;
        }
        if (!Files.isRegularFile(file)) {
            throw new IllegalArgumentException("--calibration " + file + ": no such file.");
        }
        try {
            Calibration calibration = Json.mapper().readValue(Files.readString(file), Calibration.class);
            if (calibration == null) {
                throw new IllegalArgumentException("--calibration " + file + " holds no JSON object.");
            }
            return calibration;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "--calibration " + file + ": " + JsonMessages.describe(e)
                            + ". simulator/calibration.json shows every"
                            + " field, calibration.schema.json says what each means.",
                    e);
        }
    }
}
