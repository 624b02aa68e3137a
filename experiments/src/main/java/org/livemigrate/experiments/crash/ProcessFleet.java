package org.livemigrate.experiments.crash;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.livemigrate.benchmarks.migration.fleet.FleetClient;

/** A controller and agents with modelled containers, each a process as an operator would start it, on loopback. */
final class ProcessFleet implements AutoCloseable {
    private final Path program;
    private final Path directory;
    private final List<Process> agents = new ArrayList<>();
    private final Map<String, URI> hosts = new LinkedHashMap<>();
    private final List<String> controllerLine;
    private final FleetClient client;
    private Process controller;

    ProcessFleet(Path program, Path directory, int agentCount, List<String> controllerOptions) throws IOException {
        this.program = program;
        this.directory = directory;
        String secret = UUID.randomUUID().toString();
        Path token = Files.createFile(
                directory.resolve("token"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(token, secret);
        Path store = Files.createDirectories(directory.resolve("store"));
        List<Integer> ports = freePorts(agentCount + 1);
        URI controllerUri = URI.create("http://127.0.0.1:" + ports.get(agentCount));
        client = new FleetClient(controllerUri, secret);
        controllerLine = new ArrayList<>(List.of(
                "controller",
                "--listen",
                "127.0.0.1:" + controllerUri.getPort(),
                "--token-file",
                token.toString(),
                "--state",
                directory.resolve("controller").toString(),
                "--engine",
                "modelled"));
        controllerLine.addAll(controllerOptions);
        startController();
        for (int k = 0; k < agentCount; k++) {
            String id = "h" + (k + 1);
            hosts.put(id, URI.create("http://127.0.0.1:" + ports.get(k)));
            agents.add(start(
                    id,
                    List.of(
                            "agent",
                            "--host-id",
                            id,
                            "--listen",
                            "127.0.0.1:" + ports.get(k),
                            "--controller",
                            controllerUri.toString(),
                            "--token-file",
                            token.toString(),
                            "--store",
                            store.toString(),
                            "--state",
                            directory.resolve("agent-" + id).toString(),
                            "--runtime",
                            "modelled",
                            "--capacity-millicores",
                            "1000",
                            "--capacity-memory",
                            Long.toString(16L << 30))));
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int k = 0; k < count; k++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return held.stream().map(ServerSocket::getLocalPort).toList();
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
    }

    private Process start(String name, List<String> arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(program.toString()));
        line.addAll(arguments);
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve(name + ".log").toFile()))
                .start();
    }

    /** With the state that it left behind, if any. */
    void startController() throws IOException {
        controller = start("controller", controllerLine);
    }

    /** SIGKILL: it can do nothing about it. */
    void killController() throws InterruptedException {
        controller.destroyForcibly().waitFor();
    }

    FleetClient client() {
        return client;
    }

    /** Agents by their host's id. */
    Map<String, URI> hosts() {
        return hosts;
    }

    @Override
    public void close() throws IOException {
        agents.forEach(Process::destroyForcibly);
        controller.destroyForcibly();
        try {
            controller.waitFor(10, TimeUnit.SECONDS);
            for (Process agent : agents) {
                agent.waitFor(10, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
