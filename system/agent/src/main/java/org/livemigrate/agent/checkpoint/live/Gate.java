package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where CRIU waits, started and not yet looking at the container, for this container to stand still; see the program
 * {@code criu-gate}.
 *
 * @param directory its own for one container
 */
record Gate(Path directory) {

    Path pipe() {
        return directory.resolve("go");
    }

    /** CRIU has been asked to dump, and waits. */
    boolean reached() {
        return Files.exists(directory.resolve("ready"));
    }

    void open() throws IOException {
        say("go\n");
    }

    /** Whoever waits ends without having done anything. */
    void giveUp() throws IOException {
        say("end\n");
    }

    /** Opened for both ends, so that it does not wait for one that has died. */
    private void say(String word) throws IOException {
        try (RandomAccessFile pipe = new RandomAccessFile(pipe().toFile(), "rw")) {
            pipe.write(word.getBytes(StandardCharsets.US_ASCII));
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(directory.resolve("ready"));
        Files.deleteIfExists(pipe());
        Files.deleteIfExists(directory);
    }
}
