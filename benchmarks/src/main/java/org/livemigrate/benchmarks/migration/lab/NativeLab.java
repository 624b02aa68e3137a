package org.livemigrate.benchmarks.migration.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.livemigrate.benchmarks.migration.fleet.Remote;
import org.livemigrate.benchmarks.migration.inventory.Inventory;
import org.livemigrate.rest.TokenFile;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A lab of native nodes ({@code benchmarks/lab/README.md}) with a controller in its hub and an agent on each node, all
 * processes of their own, as an operator would start them. Closing it leaves nothing.
 */
final class NativeLab implements Lab {

    /** The report's instances have one core and 1 GiB. */
    private static final int MILLICORES = 1_000;

    private static final int CONTROLLER_PORT = 7070;
    private static final int BROKER_PORT = 5672;
    private static final int AGENT_PORT = 7071;
    private static final String PROGRAM = "/opt/live-migrate";
    private static final long GRACE_SECONDS = 60;

    private final Path home;
    private final LabCommand command;
    private final Path runFolder;
    private final List<Process> processes = new ArrayList<>();
    private boolean mine;

    private record Status(List<Node> nodes, Hub hub, String store) {
        record Node(String id, String address) {}

        record Hub(String address) {}
    }

    /** @param home root of the checkout */
    NativeLab(Path home) throws IOException {
        this.home = home;
        this.command = new LabCommand(home.resolve("benchmarks/bin/lab"));
        this.runFolder = Files.createTempDirectory(
                "migration-bench-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    @Override
    public Path up(int nodes) throws IOException, InterruptedException {
        if (lab(ProcessBuilder.Redirect.DISCARD, "status") == 0) {
            throw command.isUpAlready();
        }
        mine = true;
        int status = lab(
                ProcessBuilder.Redirect.INHERIT,
                "up",
                "--kind",
                "native",
                "--nodes",
                Integer.toString(nodes),
                "--millicores",
                Integer.toString(MILLICORES),
                "--bind",
                home.resolve("system/cli/target/live-migrate") + ":" + PROGRAM + ":ro",
                "--bind",
                runFolder + ":" + runFolder);
        if (status != 0) {
            throw command.couldNotBeSetUp(status);
        }
        Path token = runFolder.resolve("token");
        TokenFile.readOrCreate(token);
        Status lab = command.status(Status.class);
        startController(lab, token);
        for (Status.Node node : lab.nodes()) {
            startAgent(lab, node, token);
        }
        return writeInventory(lab, token);
    }

    @Override
    public List<String> hub() {
        return command.enter("hub");
    }

    @Override
    public Path logs() {
        return runFolder;
    }

    private void startController(Status lab, Path token) throws IOException {
        start(
                "controller",
                "hub",
                home.resolve("system/cli/target/live-migrate/lib").toString(),
                "controller",
                "--listen",
                lab.hub().address() + ":" + CONTROLLER_PORT,
                "--broker-listen",
                lab.hub().address() + ":" + BROKER_PORT,
                "--token-file",
                token.toString(),
                "--state",
                runFolder.resolve("controller").toString(),
                "--stats-interval",
                "1s",
                // moves come from the harness alone
                "--paused");
    }

    private void startAgent(Status lab, Status.Node node, Path token) throws IOException {
        start(
                "agent-" + node.id(),
                node.id(),
                PROGRAM + "/lib",
                "agent",
                "--host-id",
                node.id(),
                "--listen",
                node.address() + ":" + AGENT_PORT,
                "--controller",
                "http://" + lab.hub().address() + ":" + CONTROLLER_PORT,
                "--token-file",
                token.toString(),
                "--store",
                lab.store(),
                "--state",
                runFolder.resolve("agent-" + node.id()).toString(),
                "--cgroup-parent",
                "/containers");
    }

    private void start(String name, String where, String library, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(command.enter(where));
        line.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                library + "/*",
                "org.livemigrate.cli.LiveMigrate"));
        line.addAll(List.of(arguments));
        processes.add(new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(runFolder.resolve(name + ".log").toFile())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .start());
    }

    private Path writeInventory(Status lab, Path token) throws IOException, InterruptedException {
        Status.Node first = lab.nodes().get(0);
        String fs = Remote.run(
                        new Inventory.Node(first.id(), command.enter(first.id())),
                        "findmnt",
                        "--noheadings",
                        "--output",
                        "FSTYPE",
                        "--target",
                        lab.store())
                .strip();
        Map<String, Object> inventory = new LinkedHashMap<>();
        inventory.put("lab", "native");
        inventory.put("controller", "http://" + lab.hub().address() + ":" + CONTROLLER_PORT);
        inventory.put("tokenFile", token.toString());
        inventory.put("image", Inventory.DEFAULT_IMAGE);
        // all nodes share one page cache, so that a restore reads what has just been written
        inventory.put("store", Map.of("fs", fs, "cache", "warm", "delayMs", 0));
        inventory.put("sharedClock", true);
        inventory.put("nodes", command.nodes(lab.nodes().stream().map(Status.Node::id)));
        Path file = runFolder.resolve("inventory.yaml");
        YAMLMapper.builder().build().writeValue(file.toFile(), inventory);
        return file;
    }

    private int lab(ProcessBuilder.Redirect errors, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = command.messages(errors, arguments);
        // the nodes run the program with the JDK that runs it here
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        processes.add(process);
        return process.waitFor();
    }

    /** Takes everything down, also while it is being set up. */
    @Override
    public void close() {
        if (!mine) {
            return;
        }
        mine = false;
        try {
            for (Process process : List.copyOf(processes)) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
            }
            for (Process process : List.copyOf(processes)) {
                process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
            }
            lab(ProcessBuilder.Redirect.INHERIT, "down");
        } catch (IOException e) {
            System.err.println("migration-bench: '" + command + " down' could not be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
