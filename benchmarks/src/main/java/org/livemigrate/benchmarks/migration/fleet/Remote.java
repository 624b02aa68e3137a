package org.livemigrate.benchmarks.migration.fleet;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.livemigrate.benchmarks.migration.inventory.Inventory;

/** Runs commands on a host, past the system under measurement. */
public final class Remote {

    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final String SSH = "ssh";

    private Remote() {}

    /**
     * What a command printed.
     *
     * @throws IOException when it could not be started, took too long or ended with another status than 0
     */
    public static String run(Inventory.Node node, String... command) throws IOException, InterruptedException {
        List<String> line = line(node, command);
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

    /**
     * The arguments that carry a command to a host. ssh joins those of a command with spaces and gives them to the login
     * shell there, so each is quoted for it; other ways in hand them on as they are.
     */
    static List<String> line(Inventory.Node node, String... command) {
        boolean byShell = node.enter().stream().anyMatch(word -> word.equals(SSH) || word.endsWith("/" + SSH));
        List<String> line = new ArrayList<>(node.enter());
        Stream.of(command).map(word -> byShell ? quoted(word) : word).forEach(line::add);
        return line;
    }

    /** One word to every POSIX shell: nothing but a quote means anything between quotes (POSIX.1-2017, XCU 2.2.2). */
    private static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** Starts a command that answers each line of its standard input with one line, and ends with it. */
    static Dialogue dialogue(Inventory.Node node, String... command) throws IOException {
        return new Dialogue(
                node.id(),
                new ProcessBuilder(line(node, command))
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start());
    }

    /** Questions and answers over one connection. */
    static final class Dialogue implements AutoCloseable {
        private final String host;
        private final Process process;
        private final Writer questions;
        private final BufferedReader answers;

        private Dialogue(String host, Process process) {
            this.host = host;
            this.process = process;
            this.questions = process.outputWriter(StandardCharsets.UTF_8);
            this.answers = process.inputReader(StandardCharsets.UTF_8);
            // a host that hangs ends the wait for its answer
            process.onExit()
                    .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(late -> {
                        process.descendants().forEach(ProcessHandle::destroyForcibly);
                        return process.destroyForcibly();
                    });
        }

        String ask(String question) throws IOException {
            questions.write(question + "\n");
            questions.flush();
            String answer = answers.readLine();
            if (answer == null) {
                throw new IOException(host + " does not answer: it cannot be entered, or takes longer than " + TIMEOUT);
            }
            return answer;
        }

        @Override
        public void close() throws InterruptedException {
            try {
                questions.close();
            } catch (IOException e) {
                // it has ended already
            }
            if (!process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        }
    }
}
