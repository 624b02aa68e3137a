package org.livemigrate.simulator.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.livemigrate.protocol.json.Json;
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
            return Json.mapper().readValue(Files.readString(file), Calibration.class);
        } catch (JacksonException e) {
            throw new IllegalArgumentException(
                    "--calibration " + file + ": " + e.getOriginalMessage() + ". simulator/calibration.json shows every"
                            + " field.",
                    e);
        }
    }
}
