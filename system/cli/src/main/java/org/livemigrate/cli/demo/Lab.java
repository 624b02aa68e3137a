package org.livemigrate.cli.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.livemigrate.cli.console.PrerequisiteException;
import org.livemigrate.protocol.json.Json;

/**
 * A lab, driven through its command {@code benchmarks/bin/lab} as a process of its own: nothing here depends on how the
 * lab is made.
 */
final class Lab implements AutoCloseable {

    /** What a node is made of. */
    enum Kind {
        NATIVE,
        /** Its nodes are set up as hosts are: an agent runs on each, with a token that they have made. */
        VM;

        /** As the command line has it. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Where the nodes see the program's jars. */
    static final String LIBRARY = "/opt/live-migrate/lib";

    /** An interrupted set-up removes what it has made so far. */
    private static final Duration CLEANS_UP_WITHIN = Duration.ofSeconds(60);

    private final Path command;
    private final Kind kind;
    private volatile Process running;

    /**
     * What {@code lab status --json} answers, as far as it matters here.
     *
     * @param tokenFile absent where the nodes are given theirs
     */
    record Status(List<Node> nodes, Hub hub, String store, String tokenFile) {
        record Node(String id, String address, long capacityMillicores, long memoryBytes) {}

        record Hub(String address) {}
    }

    /**
     * @param home root of the checkout
     * @throws PrerequisiteException when there is no lab in it
     */
    Lab(Path home, Kind kind) {
        this.kind = kind;
        this.command = home.resolve("benchmarks/bin/lab");
        if (!Files.isExecutable(command)) {
            throw new PrerequisiteException(
                    "The lab " + command + " is not there: run the demo from a checkout, or with --runtime modelled.");
        }
    }

    /** @throws PrerequisiteException when somebody's lab is up: it is not the demo's to take down */
    void requireNoneUp() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command.toString(), "status")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (process.waitFor() == 0) {
            throw new PrerequisiteException(
                    "A lab is up already. When nobody needs it, take it down: " + command + " down");
        }
    }

    /**
     * Sets the lab up and waits for it; its progress goes to standard error.
     *
     * @param home root of the checkout, whose jars the nodes shall see
     * @param nodes how many
     * @param runDirectory shared with the nodes under the same path: token, logs
     * @throws PrerequisiteException when it cannot be set up; the lab has then said why
     */
    void up(Path home, int nodes, Path runDirectory) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("up", "--kind", kind.word(), "--nodes", Integer.toString(nodes)));
        line.addAll(
                switch (kind) {
                    case NATIVE ->
                        List.of(
                                "--bind",
                                home.resolve("system/cli/target/live-migrate") + ":/opt/live-migrate:ro",
                                "--bind",
                                runDirectory + ":" + runDirectory);
                    // the controller is the demo's own; what is left of each CPU is for agent and podman
                    case VM -> List.of("--no-controller", "--millicores", "600");
                });
        int status = run(line);
        if (status != 0) {
            throw new PrerequisiteException("The lab could not be set up ('" + command + " up' ended with status "
                    + status + "); its messages above say why. 'benchmarks/lab/README.md' says what to do about it.");
        }
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

    /** Takes the lab down, also when it is being set up: Ctrl-C reaches that too. Nothing of it is left. */
    @Override
    public void close() {
        try {
            Process last = running;
            if (last != null) {
                last.waitFor(CLEANS_UP_WITHIN.toSeconds(), TimeUnit.SECONDS);
            }
            run(List.of("down"));
        } catch (IOException e) {
            System.err.println("live-migrate: '" + command + " down' could not be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int run(List<String> arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(command.toString()));
        line.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        // the nodes run the program with the JDK that runs it here
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        running = process;
        return process.waitFor();
    }
}
