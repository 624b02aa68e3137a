package org.livemigrate.experiments.experiment;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A file that an experiment reads and that is not made by its own code.
 *
 * @param path from the checkout, the folder that holds it, or one above that: {@code shared/traces/…}
 * @param what what it is, for the message when it is not there
 * @param where to get it, in words that end that message
 */
public record Input(String path, String what, String where) {

    /** One that lies beside the checkout, where the project does not bring it. */
    public Input(String path, String what) {
        this(path, what, "at ../" + path + " (beside the checkout)");
    }

    /** The file, for a checkout that lies there. */
    public Optional<Path> find(Path home) {
        for (Path at = home.toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.isReadable(at.resolve(path))) {
                return Optional.of(at.resolve(path));
            }
        }
        return Optional.empty();
    }

    /** The file. */
    public Path locate(Path home) {
        return find(home).orElseThrow(() -> new IllegalStateException(what + " is no longer at " + path + "."));
    }
}
