package org.livemigrate.agent.runtime;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Programs of this machine. */
public final class SystemProcessRunner implements ProcessRunner {

    private static final Logger LOG = LoggerFactory.getLogger(SystemProcessRunner.class);

    /** Far beyond what podman prints for thousands of containers; a bound against a runaway. */
    private static final int MOST_OUTPUT_BYTES = 64 << 20;

    private static final int STDERR_KEPT = 4_000;

    /** A container's monitor may hold the pipes open a little after its podman has ended. */
    private static final Duration AFTER_END = Duration.ofSeconds(2);

    @Override
    public Result run(Command command) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        Process process = start(command, Redirect.PIPE);
        CompletableFuture<byte[]> stdout = readAll(process.getInputStream(), "stdout");
        CompletableFuture<byte[]> stderr = readAll(process.getErrorStream(), "stderr");
        boolean ended;
        try {
            ended = process.waitFor(command.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            kill(process);
            throw e;
        }
        if (!ended) {
            kill(process);
        }
        String errors = text(stderr);
        Result result = new Result(
                ended ? process.exitValue() : -1,
                text(stdout),
                errors.length() > STDERR_KEPT ? errors.substring(errors.length() - STDERR_KEPT) : errors,
                !ended,
                Duration.ofNanos(System.nanoTime() - begun));
        LOG.debug(
                "{} -> {} in {} ms",
                command.arguments(),
                result.exitStatus(),
                result.elapsed().toMillis());
        return result;
    }

    @Override
    public int follow(Command command, Consumer<String> lines) throws IOException, InterruptedException {
        Process process = start(command, Redirect.DISCARD);
        // reading a pipe cannot be interrupted, so it is done by a helper that ends with the process
        CompletableFuture<Void> reading = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader in = new BufferedReader(
                            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                        for (String line = in.readLine(); line != null; line = in.readLine()) {
                            lines.accept(line);
                        }
                        reading.complete(null);
                    } catch (IOException | RuntimeException e) {
                        reading.completeExceptionally(e);
                    }
                },
                "follow " + command.arguments().get(0));
        reader.setDaemon(true);
        reader.start();
        try {
            reading.get();
            if (!process.waitFor(AFTER_END.toMillis(), TimeUnit.MILLISECONDS)) {
                return -1;
            }
            return process.exitValue();
        } catch (ExecutionException e) {
            throw new IOException("output of " + command.arguments() + " cannot be used", e.getCause());
        } finally {
            kill(process);
        }
    }

    @Override
    public boolean awaitStrays(String argument, Duration atMost) throws InterruptedException {
        List<ProcessHandle> strays = ProcessHandle.allProcesses()
                .filter(handle -> handle.pid() != ProcessHandle.current().pid())
                .filter(handle -> handle.info()
                        .arguments()
                        .map(arguments -> Arrays.asList(arguments).contains(argument))
                        .orElse(false))
                .toList();
        long deadline = System.nanoTime() + atMost.toNanos();
        boolean allEnded = true;
        for (ProcessHandle stray : strays) {
            LOG.info("waiting for process {} of an earlier life of this agent", stray.pid());
            try {
                stray.onExit().get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            } catch (TimeoutException | ExecutionException e) {
                stray.destroyForcibly();
                allEnded = false;
            }
        }
        return allEnded;
    }

    private static Process start(Command command, Redirect stderr) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command.arguments());
        builder.environment().putAll(command.environment());
        builder.redirectInput(Redirect.from(new java.io.File("/dev/null")));
        builder.redirectError(stderr);
        return builder.start();
    }

    private static CompletableFuture<byte[]> readAll(InputStream stream, String name) {
        CompletableFuture<byte[]> all = new CompletableFuture<>();
        Thread reader = new Thread(
                () -> {
                    try (stream) {
                        byte[] bytes = stream.readNBytes(MOST_OUTPUT_BYTES);
                        stream.skip(Long.MAX_VALUE);
                        all.complete(bytes);
                    } catch (IOException e) {
                        all.complete(new byte[0]);
                    }
                },
                name);
        reader.setDaemon(true);
        reader.start();
        return all;
    }

    private static String text(CompletableFuture<byte[]> bytes) throws InterruptedException {
        try {
            return new String(bytes.get(AFTER_END.toMillis(), TimeUnit.MILLISECONDS), StandardCharsets.UTF_8);
        } catch (TimeoutException | ExecutionException e) {
            return "";
        }
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
