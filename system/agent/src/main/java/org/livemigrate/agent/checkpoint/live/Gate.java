package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.livemigrate.agent.store.Trees;

/**
 * Where CRIU waits, started and not yet looking at the container, for this container to stand still; see the program
 * {@code criu-gate}.
 *
 * @param directory its own for one container
 */
record Gate(Path directory) {

    WordPipe pipe() {
        return WordPipe.in(directory);
    }

    /** On which the hold of the network waits for the container to stand still. */
    WordPipe hold() {
        return new WordPipe(directory.resolve("hold"));
    }

    /** CRIU has been asked to dump, and waits. */
    boolean reached() {
        return Files.exists(directory.resolve("ready"));
    }

    void open() throws IOException {
        pipe().say(WordPipe.GO);
    }

    /** Where a dump is written that is to be packed. */
    Path images() {
        return directory.resolve("images");
    }

    void delete() throws IOException {
        Trees.delete(directory);
    }
}
