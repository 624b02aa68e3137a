package org.livemigrate.experiments.command;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where the checkout and the results are. */
final class Places {
    @Option(
            names = "--results",
            paramLabel = "DIR",
            description = "Folder of the results; the checkout's results/ when not said.")
    private Path results;

    Path home() {
        String told = System.getProperty("livemigrate.home");
        Path folder = Path.of(told == null ? "" : told).toAbsolutePath().normalize();
        while (folder != null && !Files.isDirectory(folder.resolve("experiments/src/main"))) {
            folder = folder.getParent();
        }
        if (folder == null) {
            throw new IllegalArgumentException(
                    "This is no checkout of Live Container Migration. Start experiments/bin/experiments, or run inside"
                            + " one.");
        }
        return folder;
    }

    Path results() {
        return results == null ? home().resolve("results") : results.toAbsolutePath();
    }
}
