package org.livemigrate.experiments.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file that an experiment reads and that is not part of the repository.
 *
 * @param path from the folder that holds the checkout, or from one above it: {@code shared/traces/…}
 * @param what what it is, for the message when it is not there
 */
public record Input(String path, String what) {

    /** The file, for a checkout that lies there. */
    public Optional<Path> find(Path home) {
        for (Path at = home.toAbsolutePath().getParent(); at != null; at = at.getParent()) {
            if (Files.isReadable(at.resolve(path))) {
                return Optional.of(at.resolve(path));
            }
        }
        return Optional.empty();
    }

    /** The file. */
    public Path locate(Path home) {
        return find(home).orElseThrow(() -> new IllegalStateException(what + " is no longer at ../" + path + "."));
    }
}
