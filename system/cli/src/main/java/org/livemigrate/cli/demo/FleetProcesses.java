package org.livemigrate.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.livemigrate.agent.doctor.Finding;
import org.livemigrate.protocol.json.Json;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

/**
 * The controller (with its broker) and the agents of a demo, each a process as an operator would start it, each with a
 * log of its own in the run directory. Closing ends them by id: first asked, then made to.
 */
final class FleetProcesses implements AutoCloseable {

    private static final Duration GRACE = Duration.ofSeconds(10);

    private final DemoSpec spec;
    private final Path home;
    private final Map<String, Process> processes = new LinkedHashMap<>();

    FleetProcesses(DemoSpec spec, Path home) {
        this.spec = spec;
        this.home = home;
    }

    void startController() throws IOException {
        List<String> line = new ArrayList<>(
                java(home.resolve("system/cli/target/live-migrate/lib").toString()));
        line.addAll(List.of(
                "controller",
                "--listen",
                spec.controllerAddress() + ":" + spec.controllerPort(),
                "--broker-listen",
                spec.controllerAddress() + ":" + spec.brokerPort(),
                "--token-file",
                spec.runDirectory() + "/token",
                "--state",
                spec.runDirectory() + "/controller",
                "--engine",
                spec.runtime(),
                "--target",
                spec.target(),
                "--interval",
                spec.intervalSeconds() + "s",
                "--stats-interval",
                "2s",
                "--sustained",
                "2/3",
                "--cool-down",
                "30s",
                "--paused"));
        if (spec.hostsRun()) {
            // podman takes seconds in an emulated machine
            line.addAll(List.of("--answer-within", "2m", "--silence", "5m"));
        }
        start("controller", line);
    }

    void startAgent(DemoNode node) throws IOException {
        List<String> line = new ArrayList<>(node.enter());
        line.addAll(java(node.library()));
        line.addAll(List.of(
                "agent",
                "--host-id",
                node.id(),
                "--listen",
                node.address() + ":" + node.port(),
                "--controller",
                "http://" + spec.controllerAddress() + ":" + spec.controllerPort(),
                "--token-file",
                spec.runDirectory() + "/token",
                "--store",
                spec.storeDirectory(),
                "--state",
                spec.runDirectory() + "/agent-" + node.id(),
                "--runtime",
                spec.runtime(),
                "--capacity-millicores",
                Long.toString(node.capacityMillicores())));
        if (node.memoryBytes() > 0) {
            line.addAll(List.of("--capacity-memory", Long.toString(node.memoryBytes())));
        }
        if (spec.runtime().equals("podman")) {
            line.addAll(List.of("--cgroup-parent", "/containers"));
        }
        start("agent-" + node.id(), line);
    }

    /** What the doctor finds on a node; empty when it could not be asked, its log then says why. */
    List<Finding> examine(DemoNode node) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(node.enter());
        line.addAll(java(node.library()));
        line.addAll(List.of(
                "doctor",
                "--json",
                "--runtime",
                spec.runtime(),
                "--store",
                spec.storeDirectory(),
                "--controller",
                "http://" + spec.controllerAddress() + ":" + spec.controllerPort(),
                "--token-file",
                spec.runDirectory() + "/token"));
        Process process = new ProcessBuilder(line)
                .redirectError(log("doctor").toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start();
        try {
            byte[] findings = process.getInputStream().readAllBytes();
            process.waitFor();
            return Json.mapper().readValue(findings, new TypeReference<List<Finding>>() {});
        } catch (JacksonException e) {
            return List.of();
        } finally {
            process.destroy();
        }
    }

    /** Names of processes that have ended although they should run, each with where its log is. */
    List<String> dead() {
        List<String> dead = new ArrayList<>();
        processes.forEach((name, process) -> {
            if (!process.isAlive()) {
                dead.add(name + " (exit status " + process.exitValue() + "; log: " + log(name) + ")");
            }
        });
        return dead;
    }

    Path log(String name) {
        return Path.of(spec.runDirectory()).resolve(name + ".log");
    }

    private static List<String> java(String library) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return List.of(
                java,
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                library + "/*",
                "org.livemigrate.cli.LiveMigrate");
    }

    private void start(String name, List<String> line) throws IOException {
        Files.createDirectories(log(name).getParent());
        processes.put(
                name,
                new ProcessBuilder(line)
                        .redirectErrorStream(true)
                        .redirectOutput(log(name).toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(
                                Path.of("/dev/null").toFile()))
                        .start());
    }

    @Override
    public void close() {
        List<Process> all = new ArrayList<>(processes.values());
        all.forEach(process -> process.descendants().forEach(ProcessHandle::destroy));
        all.forEach(Process::destroy);
        long deadline = System.nanoTime() + GRACE.toNanos();
        for (Process process : all) {
            try {
                if (!process.waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
        processes.clear();
    }
}
