package org.livemigrate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.ticks.Ticking;

/** A native lab that is up, seen from this machine, past the system under test: its nodes, what runs there, the store. */
final class RealLab {

    static final String STORE = "/var/lib/live-migrate/store";
    static final Path HOME = home();

    private static final Pattern LAB_GROUP = Pattern.compile(":(/live-migrate-lab[^/]*)/(node\\d+)(/.*)$");

    /** For one command on a node; every one of these tests takes seconds. */
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** The bit of the signal in {@code /proc/PID/status}. */
    private static final long SIGKILL = 1L << 8;

    private final Status status;
    private final String group;
    private final Map<String, DemoNode> nodes = new LinkedHashMap<>();
    private final Path run;
    private final String token = UUID.randomUUID().toString();
    private final TickReader ticks = new PodmanTickReader();

    /** What {@code lab status --json} answers, as far as it matters here. */
    private record Status(List<Node> nodes, Hub hub) {
        record Node(String id, String address, long capacityMillicores, long memoryBytes, long initPid) {}

        record Hub(String address) {}
    }

    /**
     * A process on a node.
     *
     * @param pid as this machine counts
     * @param group control group as the node sees it
     * @param command its arguments
     */
    record LabProcess(long pid, String node, String group, List<String> command) {
        /** The program's name, without its folder. */
        String program() {
            return command.isEmpty() ? "" : command.get(0).replaceFirst("^.*/", "");
        }

        boolean has(String argument) {
            return command.contains(argument);
        }
    }

    /** Skips the test when there is no lab, or fails it where {@code LIVE_MIGRATE_REQUIRE_REAL} is 1. */
    static RealLab find() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command(), "status", "--json")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String json = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        boolean up = process.waitFor() == 0;
        if ("1".equals(System.getenv("LIVE_MIGRATE_REQUIRE_REAL"))) {
            assertThat(up).as("a lab must be up: benchmarks/bin/lab up").isTrue();
        }
        Assumptions.assumeTrue(up, "skipped: no native lab is up (benchmarks/bin/lab up, as root)");
        return new RealLab(Json.mapper().readValue(json, Status.class));
    }

    private RealLab(Status status) throws IOException {
        this.status = status;
        for (Status.Node node : status.nodes()) {
            nodes.put(
                    node.id(),
                    new DemoNode(
                            node.id(),
                            node.address(),
                            7071,
                            node.capacityMillicores(),
                            node.memoryBytes(),
                            List.of(command(), "exec", node.id(), "--"),
                            Lab.LIBRARY));
        }
        group = Files.readAllLines(
                        Path.of("/proc", Long.toString(status.nodes().get(0).initPid()), "cgroup"))
                .stream()
                .map(LAB_GROUP::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .findFirst()
                .orElseThrow();
        Path base = Files.createDirectories(HOME.resolve("system/cli/target/real"));
        run = Files.createTempDirectory(
                base, "run-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createFile(
                run.resolve("token"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(run.resolve("token"), token);
    }

    /** This run's logs, state and token; the nodes see it under the same path. */
    Path run() {
        return run;
    }

    /** Of a fleet of this run. */
    String token() {
        return token;
    }

    List<DemoNode> nodes() {
        return List.copyOf(nodes.values());
    }

    DemoNode node(String id) {
        return nodes.get(id);
    }

    String hubAddress() {
        return status.hub().address();
    }

    /** The checkpoint store as this machine sees it. */
    Path store() {
        return rootOf(status.nodes().get(0)).resolve(STORE.substring(1));
    }

    private static Path rootOf(Status.Node node) {
        return Path.of("/proc", Long.toString(node.initPid()), "root");
    }

    Ticking ticks(String node, ContainerFacts container) throws IOException, InterruptedException {
        return ticks.read(nodes.get(node), container);
    }

    /** Pulls a node's cable out of the hub, or plugs it in. */
    void cable(String node, boolean plugged) throws IOException, InterruptedException {
        run(List.of(command(), "exec", "hub", "--", "ip", "link", "set", node, plugged ? "up" : "down"), new byte[0]);
    }

    /** Runs a command on a node; it must end with status 0. */
    String on(String node, String... command) throws IOException, InterruptedException {
        return feed(node, new byte[0], command);
    }

    /** Likewise, with this on its standard input. */
    String feed(String node, byte[] input, String... command) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(nodes.get(node).enter());
        line.addAll(List.of(command));
        return run(line, input);
    }

    private String run(List<String> line, byte[] input) throws IOException, InterruptedException {
        Path errors = Files.createTempFile(run, "stderr", null);
        Path output = Files.createTempFile(run, "stdout", null);
        Process process = new ProcessBuilder(line)
                .redirectError(errors.toFile())
                .redirectOutput(output.toFile())
                .start();
        try (OutputStream stdin = process.getOutputStream()) {
            stdin.write(input);
        } catch (IOException theProgramDoesNotRead) {
            // its exit status tells whether that matters
        }
        try {
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as(line + " within " + LIMIT + ": " + Files.readString(errors, StandardCharsets.ISO_8859_1))
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .as(line + ": " + Files.readString(errors, StandardCharsets.ISO_8859_1))
                .isZero();
        String answer = Files.readString(output, StandardCharsets.ISO_8859_1);
        Files.delete(errors);
        Files.delete(output);
        return answer;
    }

    /** Every process on every node, as the kernel knows them. */
    List<LabProcess> processes() throws IOException {
        List<LabProcess> all = new ArrayList<>();
        List<Path> entries;
        try (Stream<Path> proc = Files.list(Path.of("/proc"))) {
            entries = proc.filter(entry -> entry.getFileName().toString().matches("\\d+"))
                    .toList();
        }
        for (Path entry : entries) {
            try {
                for (String line : Files.readAllLines(entry.resolve("cgroup"))) {
                    Matcher matcher = LAB_GROUP.matcher(line);
                    if (matcher.find() && matcher.group(1).equals(group)) {
                        String command = Files.readString(entry.resolve("cmdline"), StandardCharsets.ISO_8859_1);
                        all.add(new LabProcess(
                                Long.parseLong(entry.getFileName().toString()),
                                matcher.group(2),
                                matcher.group(3),
                                command.isEmpty() ? List.of() : List.of(command.split("\0", -1))));
                        break;
                    }
                }
            } catch (NoSuchFileException e) {
                // ended meanwhile
            } catch (IOException e) {
                if (Files.exists(entry)) { // "No such process" comes as a plain IOException
                    throw e;
                }
            }
        }
        return all;
    }

    /** Whether no instruction of it can run: its control group is frozen, or it has yet to see that it was killed. */
    boolean standsStill(LabProcess process) throws IOException {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try {
            boolean killed = Files.readAllLines(proc.resolve("status")).stream()
                    .filter(line -> line.startsWith("SigPnd:") || line.startsWith("ShdPnd:"))
                    .anyMatch(line -> (Long.parseUnsignedLong(line.substring(7).strip(), 16) & SIGKILL) != 0);
            return killed || isFrozen(proc);
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            if (Files.exists(proc)) {
                throw e;
            }
            return true;
        }
    }

    /** By the freezer of version 1, or of version 2. */
    private static boolean isFrozen(Path proc) throws IOException {
        for (String line : Files.readAllLines(proc.resolve("cgroup"))) {
            String[] parts = line.split(":", 3);
            Path versionOne = Path.of("/sys/fs/cgroup/freezer" + parts[2], "freezer.state");
            Path versionTwo = Path.of("/sys/fs/cgroup" + parts[2], "cgroup.events");
            if (parts[1].equals("freezer") && Files.exists(versionOne)) {
                return Files.readString(versionOne).strip().equals("FROZEN");
            }
            if (parts[1].isEmpty() && Files.exists(versionTwo)) {
                return Files.readString(versionTwo).contains("frozen 1");
            }
        }
        return false;
    }

    /** Mounts on all nodes together, but for the one that podman's storage has wherever there is a container at all. */
    long mounts() throws IOException {
        long mounts = 0;
        for (Status.Node node : status.nodes()) {
            mounts += Files.readAllLines(Path.of("/proc", Long.toString(node.initPid()), "mountinfo")).stream()
                    .filter(line -> !line.split(" ")[4].equals("/var/lib/containers/storage/overlay"))
                    .count();
        }
        return mounts;
    }

    /** Folders of containers in the podman storage of all nodes together: one a container, also a half-made one. */
    long containerFolders() throws IOException {
        long folders = 0;
        for (Status.Node node : status.nodes()) {
            Path containers = rootOf(node).resolve("var/lib/containers/storage/overlay-containers");
            if (Files.isDirectory(containers)) {
                try (Stream<Path> inside = Files.list(containers)) {
                    folders += inside.filter(Files::isDirectory).count();
                }
            }
        }
        return folders;
    }

    private static String command() {
        return HOME.resolve("benchmarks/bin/lab").toString();
    }

    private static Path home() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("benchmarks/bin/lab"))) {
            folder = folder.getParent();
        }
        return folder;
    }
}
