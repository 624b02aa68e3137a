package org.livemigrate.simulator;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** The public traces, which lie beside the repository where they are there at all. */
public final class Traces {
    private Traces() {}

    /** The file, or the test is skipped with a message that says what is missing. */
    public static Path file(String name) {
        Path root = Path.of("").toAbsolutePath();
        for (Path at = root; at != null; at = at.getParent()) {
            Path file = at.resolve("shared/traces").resolve(name);
            if (Files.exists(file)) {
                return file;
            }
        }
        assumeTrue(false, "skipped: no ../shared/traces/" + name + " beside the repository");
        throw new AssertionError("not reached");
    }
}
