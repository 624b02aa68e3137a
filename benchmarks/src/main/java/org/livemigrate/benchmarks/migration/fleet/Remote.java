package org.livemigrate.benchmarks.migration.fleet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.livemigrate.benchmarks.migration.inventory.Inventory;

/** Runs commands on a host, past the system under measurement. */
public final class Remote {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private Remote() {}

    /**
     * What a command printed.
     *
     * @throws IOException when it could not be started, took too long or ended with another status than 0
     */
    public static String run(Inventory.Node node, String... command) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(node.enter());
        line.addAll(List.of(command));
        Path output = Files.createTempFile("migration-bench-", ".out");
        try {
            Process process = new ProcessBuilder(line)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(output.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean ended = process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (!ended) {
                process.destroyForcibly();
            }
            if (!ended || process.exitValue() != 0) {
                throw new IOException("'" + String.join(" ", command) + "' on " + node.id() + " "
                        + (ended ? "ended with status " + process.exitValue() : "took longer than " + TIMEOUT));
            }
            return Files.readString(output, StandardCharsets.UTF_8);
        } finally {
            Files.delete(output);
        }
    }
}
