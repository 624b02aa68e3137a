package org.livemigrate.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.livemigrate.cli.console.PrerequisiteException;
import org.livemigrate.protocol.json.Json;

/**
 * The lab of native nodes, driven through its command {@code benchmarks/bin/lab} as a process of its own: nothing here
 * depends on how the lab is made.
 */
final class NativeLab implements AutoCloseable {

    /** Where the nodes see the program's jars. */
    static final String LIBRARY = "/opt/live-migrate/lib";

    private final Path command;

    /** What {@code lab status --json} answers, as far as it matters here. */
    record Status(List<Node> nodes, Hub hub, String store) {
        record Node(String id, String address, long capacityMillicores, long memoryBytes) {}

        record Hub(String address) {}
    }

    private NativeLab(Path command) {
        this.command = command;
    }

    /**
     * Sets the lab up and waits for it; its progress goes to standard error.
     *
     * @param home root of the checkout
     * @param nodes how many
     * @param runDirectory shared with the nodes under the same path: token, logs
     * @throws PrerequisiteException when it cannot be set up; the lab has then said why
     */
    static NativeLab up(Path home, int nodes, Path runDirectory) throws IOException, InterruptedException {
        Path command = home.resolve("benchmarks/bin/lab");
        if (!Files.isExecutable(command)) {
            throw new PrerequisiteException(
                    "The lab " + command + " is not there: run the demo from a checkout, or with --runtime modelled.");
        }
        NativeLab lab = new NativeLab(command);
        int status = lab.run(
                "up",
                "--kind",
                "native",
                "--nodes",
                Integer.toString(nodes),
                "--bind",
                home.resolve("system/cli/target/live-migrate") + ":/opt/live-migrate:ro",
                "--bind",
                runDirectory + ":" + runDirectory);
        if (status != 0) {
            lab.close();
            throw new PrerequisiteException("The lab could not be set up ('" + command + " up' ended with status "
                    + status + "); its messages above say why. 'benchmarks/lab/README.md' says what to do about it.");
        }
        return lab;
    }

    Status status() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command.toString(), "status", "--json")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String json = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("'" + command + " status --json' failed");
        }
        return Json.mapper().readValue(json, Status.class);
    }

    /** Arguments that run what follows them on a node, or with {@code hub} in the lab's network on this machine. */
    List<String> enter(String node) {
        return List.of(command.toString(), "exec", node, "--");
    }

    /** Takes the lab down; nothing of it is left. */
    @Override
    public void close() {
        try {
            run("down");
        } catch (IOException e) {
            System.err.println("live-migrate: '" + command + " down' could not be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int run(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(command.toString()));
        line.addAll(List.of(arguments));
        // its messages are progress, not results: both streams to standard error
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.to(Path.of("/dev/stderr").toFile()))
                .start();
        return process.waitFor();
    }
}
