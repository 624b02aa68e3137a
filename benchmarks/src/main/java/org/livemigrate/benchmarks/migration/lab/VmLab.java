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
import org.livemigrate.benchmarks.migration.inventory.Inventory;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * A lab of virtual machines ({@code benchmarks/lab/README.md}), which comes up with a controller in its hub and with
 * agents that its guests were set up with, as real hosts are.
 */
final class VmLab implements Lab {

    /** Of the guest's one CPU; the rest is for its agent and podman, which an emulated machine would starve. */
    private static final String MILLICORES = "800";

    private static final long GRACE_SECONDS = 60;

    private final LabCommand command;
    private final Path runFolder;
    private volatile Process running;
    private boolean mine;

    private record Status(
            List<Node> nodes, Storage storage, Inventory.Network network, String controller, String tokenFile) {
        record Node(String id) {}

        record Storage(String fs, String cache, double delayMs, double rateMBps) {}
    }

    /** @param home root of the checkout */
    VmLab(Path home) throws IOException {
        this.command = new LabCommand(home.resolve("benchmarks/bin/lab"));
        this.runFolder = Files.createTempDirectory(
                "migration-bench-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    @Override
    public Path up(int nodes) throws IOException, InterruptedException {
        if (lab(ProcessBuilder.Redirect.DISCARD, "status", "--json") == 0) {
            throw command.isUpAlready();
        }
        mine = true;
        int status = lab(
                ProcessBuilder.Redirect.INHERIT,
                "up",
                "--kind",
                "vm",
                "--nodes",
                Integer.toString(nodes),
                "--millicores",
                MILLICORES);
        if (status != 0) {
            throw command.couldNotBeSetUp(status);
        }
        return writeInventory(command.status(Status.class));
    }

    @Override
    public List<String> hub() {
        return command.enter("hub");
    }

    @Override
    public Path logs() {
        return runFolder;
    }

    private Path writeInventory(Status lab) {
        Status.Storage store = lab.storage();
        Map<String, Object> inventory = new LinkedHashMap<>();
        inventory.put("lab", "vm");
        inventory.put("controller", lab.controller());
        inventory.put("tokenFile", lab.tokenFile());
        inventory.put("image", Inventory.DEFAULT_IMAGE);
        Map<String, Object> known =
                new LinkedHashMap<>(Map.of("fs", store.fs(), "cache", store.cache(), "delayMs", store.delayMs()));
        if (store.rateMBps() > 0) {
            known.put("rateMBps", store.rateMBps());
        }
        List<String> setDelay = new ArrayList<>(command.enter("storage"));
        setDelay.addAll(List.of(
                "lab-store",
                "--rate-mbps",
                Long.toString(Math.round(store.rateMBps())),
                "--cache",
                store.cache(),
                "--delay-ms"));
        known.put("setDelay", setDelay);
        inventory.put("store", known);
        inventory.put("sharedClock", false);
        inventory.put("network", lab.network());
        inventory.put("nodes", command.nodes(lab.nodes().stream().map(Status.Node::id)));
        Path file = runFolder.resolve("inventory.yaml");
        YAMLMapper.builder().build().writeValue(file.toFile(), inventory);
        return file;
    }

    private int lab(ProcessBuilder.Redirect errors, String... arguments) throws IOException, InterruptedException {
        running = command.messages(errors, arguments).start();
        return running.waitFor();
    }

    @Override
    public void close() {
        if (!mine) {
            return;
        }
        mine = false;
        try {
            Process last = running;
            last.destroy();
            last.waitFor(GRACE_SECONDS, TimeUnit.SECONDS);
            lab(ProcessBuilder.Redirect.INHERIT, "down");
        } catch (IOException e) {
            System.err.println("migration-bench: '" + command + " down' could not be started: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
