package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.ProcessRunner;

/**
 * A named pipe on which one of this engine's programs, the shim or the gate, waits for the agent's word.
 *
 * @param path of the pipe, in a directory of the container's own
 */
record WordPipe(Path path) {

    /** A reader that reads no more must not be drowned. */
    private static final Duration BETWEEN_WORDS = Duration.ofMillis(100);

    /** What the pipe is called wherever a program waits, and the word by which it goes on. */
    static final String GO = "go";

    private static final String END = "end";

    static WordPipe in(Path directory) {
        return new WordPipe(directory.resolve(GO));
    }

    void make(ProcessRunner processes, Duration atMost) throws IOException, InterruptedException {
        processes.run(new ProcessRunner.Command(List.of("mkfifo", "--mode=600", path.toString()), atMost));
    }

    /** Opened for both ends, so that it does not wait for a program that has died. */
    void say(String word) throws IOException {
        try (RandomAccessFile pipe = new RandomAccessFile(path.toFile(), "rw")) {
            pipe.write((word + "\n").getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Whoever waits ends without having done anything; nothing when there is no pipe. */
    void giveUp() throws IOException {
        sayIfThere(END);
    }

    /** The same, said until it is heard. */
    void giveUp(Background.Work<?> whoWaits, Delay delay) throws IOException, InterruptedException {
        insist(END, whoWaits, delay, BETWEEN_WORDS);
    }

    /** The word by which it goes on, said until who waits for it has ended. */
    void go(Background.Work<?> whoWaits, Delay delay, Duration between) throws IOException, InterruptedException {
        insist(GO, whoWaits, delay, between);
    }

    /** A word that comes before its reader is lost. */
    private void insist(String word, Background.Work<?> whoWaits, Delay delay, Duration between)
            throws IOException, InterruptedException {
        while (!whoWaits.ended()) {
            sayIfThere(word);
            delay.pass(between);
        }
    }

    private void sayIfThere(String word) throws IOException {
        if (Files.exists(path)) {
            say(word);
        }
    }
}
