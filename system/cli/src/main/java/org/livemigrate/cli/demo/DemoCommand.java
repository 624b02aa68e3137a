package org.livemigrate.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.livemigrate.cli.console.ExitStatus;
import org.livemigrate.cli.console.InputException;
import org.livemigrate.cli.console.PrerequisiteException;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.scheduler.model.Fraction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One command that shows the whole: a fleet, an uneven load, and the scheduler that evens it out. */
@Command(
        name = "demo",
        description = "Sets up a fleet on this machine, loads it unevenly, and watches the scheduler move running"
                + " containers until every node is under target.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  sudo live-migrate demo                        real containers, frozen by CRIU, on Debian as root",
            "  live-migrate demo --runtime modelled          no root, no kernel support; models of containers",
            "  sudo live-migrate demo --report report.json   the same figures for a program",
            "  sudo live-migrate demo --lab vm --nodes 2     virtual machines, set up as real hosts are",
            "",
            "Exit status: 0 balance was reached and every container proved that it lived on, 1 it was not, 2 bad input,",
            "3 a prerequisite is missing (the message says which, and what to do)."
        })
public final class DemoCommand implements Callable<Integer> {

    private static final int CONTROLLER_PORT = 7070;
    private static final int BROKER_PORT = 5672;
    private static final int AGENT_PORT = 7071;

    @Option(
            names = "--runtime",
            paramLabel = "NAME",
            description = "podman or modelled; default: podman on Debian as root, else modelled")
    private String runtime;

    @Option(
            names = "--lab",
            paramLabel = "KIND",
            defaultValue = "native",
            converter = LabKind.class,
            description = "native: nodes in namespaces of this machine; vm: virtual machines with an NFS store, without"
                    + " KVM emulated and then slow; default ${DEFAULT-VALUE}")
    private Lab.Kind labKind;

    @Option(names = "--nodes", defaultValue = "3", description = "2 to 9; default ${DEFAULT-VALUE}")
    private int nodes;

    @Option(
            names = "--target",
            paramLabel = "PERCENT",
            defaultValue = "71",
            description = "load that no node shall exceed; default ${DEFAULT-VALUE}")
    private String target;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "between scheduling rounds; default 10, with --lab vm 60 (a fleet's default). Rounds shorter"
                    + " than the migrations of the one before see load that is on its way as still there")
    private Integer interval;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "to reach balance; default 120, with --lab vm 1800")
    private Integer timeout;

    @Option(names = "--report", paramLabel = "FILE", description = "write what happened as JSON")
    private Path report;

    @Option(names = "--keep", description = "leave the fleet running until Ctrl-C")
    private boolean keep;

    @Override
    public Integer call() throws IOException, InterruptedException {
        interval = interval != null ? interval : isVm() ? 60 : 10;
        timeout = timeout != null ? timeout : isVm() ? 1800 : 120;
        check();
        String chosen = chooseRuntime();
        Path run = runDirectory();
        Path token = run.resolve("token");
        Files.createFile(token, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(token, randomToken());
        int status = chosen.equals("modelled") ? modelled(run) : real(run);
        if (status == ExitStatus.DONE) {
            delete(run);
        } else {
            System.err.println("live-migrate: the logs of this run are in " + run);
        }
        return status;
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private int modelled(Path run) throws IOException, InterruptedException {
        Path store = Files.createDirectory(
                run.resolve("store"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        String lib = home().resolve("system/cli/target/live-migrate/lib").toString();
        List<Integer> ports = FreePorts.take(nodes + 2);
        List<DemoNode> fleet = IntStream.range(0, nodes)
                .mapToObj(n ->
                        new DemoNode("node" + (n + 1), "127.0.0.1", ports.get(n + 2), 600, 4L << 30, List.of(), lib))
                .toList();
        DemoSpec spec = spec("modelled", fleet, "127.0.0.1", ports.get(0), ports.get(1), run, store);
        return SessionCommand.run(spec, home());
    }

    private int real(Path run) throws IOException, InterruptedException {
        Lab lab = new Lab(home(), labKind);
        lab.requireNoneUp();
        // also when this process is interrupted, whatever it is doing then
        Thread down = new Thread(lab::close, "lab down");
        Runtime.getRuntime().addShutdownHook(down);
        try {
            lab.up(home(), nodes, run);
            return session(lab, run);
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(down);
                lab.close();
            } catch (IllegalStateException shuttingDown) {
                // then the hook takes it down
            }
        }
    }

    private int session(Lab lab, Path run) throws IOException, InterruptedException {
        Lab.Status status = lab.status();
        if (status.tokenFile() != null) {
            Files.writeString(run.resolve("token"), Files.readString(Path.of(status.tokenFile())));
        }
        List<DemoNode> fleet = status.nodes().stream()
                .map(node -> new DemoNode(
                        node.id(),
                        node.address(),
                        AGENT_PORT,
                        node.capacityMillicores(),
                        node.memoryBytes(),
                        lab.enter(node.id()),
                        Lab.LIBRARY))
                .toList();
        DemoSpec spec = spec(
                "podman", fleet, status.hub().address(), CONTROLLER_PORT, BROKER_PORT, run, Path.of(status.store()));
        Path file = run.resolve("session.json");
        Files.writeString(file, Json.mapper().writeValueAsString(spec));
        // the session lives in the lab's own network, so that nothing of it touches this machine's
        List<String> line = new ArrayList<>(lab.enter("hub"));
        line.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dlivemigrate.home=" + home(),
                "-Dlivemigrate.terminal=" + Boolean.getBoolean("livemigrate.terminal"),
                "-cp",
                home().resolve("system/cli/target/live-migrate/lib") + "/*",
                "org.livemigrate.cli.LiveMigrate",
                "demo-session",
                file.toString()));
        Process session = new ProcessBuilder(line).inheritIO().start();
        try {
            return session.waitFor();
        } finally {
            session.destroy();
        }
    }

    private DemoSpec spec(
            String chosen, List<DemoNode> fleet, String address, int port, int brokerPort, Path run, Path store) {
        return new DemoSpec(
                chosen,
                fleet,
                address,
                port,
                brokerPort,
                run.toString(),
                store.toString(),
                isVm(),
                target,
                interval,
                timeout,
                report == null ? null : report.toAbsolutePath().toString(),
                keep);
    }

    private void check() {
        if (nodes < 2 || nodes > 9) {
            throw new InputException("--nodes " + nodes + ": a fleet of the demo has 2 to 9 nodes.");
        }
        if (interval < 1 || timeout < 1) {
            throw new InputException("--interval " + interval + " --timeout " + timeout + ": write 1 or more seconds.");
        }
        if (runtime != null && !List.of("podman", "modelled").contains(runtime)) {
            throw new InputException("--runtime " + runtime + ": write podman or modelled.");
        }
        if (isVm() && "modelled".equals(runtime)) {
            throw new InputException(
                    "--lab vm --runtime modelled: virtual machines run real containers; leave one out.");
        }
        try {
            Fraction.parsePercent(target);
        } catch (IllegalArgumentException e) {
            throw new InputException("--target " + target + ": " + e.getMessage(), e);
        }
        if (report != null) {
            Path folder = report.toAbsolutePath().getParent();
            if (Files.isDirectory(report) || !Files.isWritable(folder)) {
                throw new InputException("--report " + report + ": cannot be written; name a file in a folder that is"
                        + " there and writable.");
            }
        }
    }

    private String chooseRuntime() throws IOException {
        String missing = Files.exists(Path.of("/etc/debian_version")) ? isRoot() ? null : "not root" : "not Debian";
        if (missing == null) {
            return runtime == null ? "podman" : runtime;
        }
        if ("podman".equals(runtime)) {
            throw new PrerequisiteException("--runtime podman needs Debian and root; this is " + missing
                    + ". Run it with sudo on Debian, or use --runtime modelled.");
        }
        if (runtime == null) {
            System.err.println("live-migrate: " + missing
                    + ", so no real containers: going on with --runtime modelled (everything below is a model's).");
        }
        return "modelled";
    }

    private boolean isVm() {
        return labKind == Lab.Kind.VM;
    }

    private static boolean isRoot() throws IOException {
        return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    }

    private static Path home() {
        String home = System.getProperty("livemigrate.home");
        if (home == null) {
            throw new PrerequisiteException("Start the demo with system/bin/live-migrate.");
        }
        return Path.of(home);
    }

    private static Path runDirectory() throws IOException {
        return Files.createTempDirectory(
                "live-migrate-demo-",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    private static String randomToken() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
