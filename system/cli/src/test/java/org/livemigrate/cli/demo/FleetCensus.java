package org.livemigrate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.ticks.TickLog;

/**
 * Counts what really is: which containers' processes the kernel knows, and what migrations have left behind. It asks
 * neither controller nor agents. While it is open it also looks several times a second whether a container runs twice.
 */
final class FleetCensus implements AutoCloseable {

    private static final long LOOK_EVERY_MS = 250;

    private final RealLab lab;
    private final Map<String, ContainerFacts> containers = new ConcurrentHashMap<>();
    private final Map<String, String> nonces = new ConcurrentHashMap<>();
    private final List<String> doubled = new CopyOnWriteArrayList<>();
    private final Set<String> claimedBefore;
    private final Thread watch;
    private volatile boolean closed;
    private volatile long looks;

    /** @param lab without containers of a test as yet */
    FleetCensus(RealLab lab) throws IOException {
        this.lab = lab;
        claimedBefore = claimHolders().keySet();
        watch = new Thread(this::watch, "census");
        watch.setDaemon(true);
        watch.start();
    }

    /** From now on this container must live, once. */
    void expect(ContainerFacts container) {
        containers.put(container.id(), container);
    }

    private void watch() {
        while (!closed) {
            try {
                Set<String> twice = runningTwice();
                if (!twice.isEmpty()) {
                    // one may have ended, and the other begun, while the processes were read one by one
                    twice.retainAll(runningTwice());
                }
                twice.forEach(id -> doubled.add(containers.get(id).name() + " ran twice"));
                looks++;
                Thread.sleep(LOOK_EVERY_MS);
            } catch (IOException e) {
                doubled.add("the census could not look: " + e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Copies that stand still, as the live engine's frozen source does, are none that run. */
    private Set<String> runningTwice() throws IOException {
        Set<String> twice = new TreeSet<>();
        List<RealLab.LabProcess> processes = lab.processes();
        for (String id : copies(lives(processes))) {
            List<RealLab.LabProcess> run = new ArrayList<>();
            for (RealLab.LabProcess process : processes) {
                if (isTicker(process) && process.group().contains(id) && !lab.standsStill(process)) {
                    run.add(process);
                }
            }
            if (run.size() > 1) {
                twice.add(id);
            }
        }
        return twice;
    }

    private static Set<String> copies(Map<String, List<String>> lives) {
        return lives.entrySet().stream()
                .filter(entry -> entry.getValue().size() > 1)
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isTicker(RealLab.LabProcess process) {
        return process.program().equals("ticker");
    }

    /** Nodes on which a container's ticker is a process, by the container's id; a node twice when it runs there twice. */
    private Map<String, List<String>> lives(Collection<RealLab.LabProcess> processes) {
        Map<String, List<String>> lives = new TreeMap<>();
        for (RealLab.LabProcess process : processes) {
            if (isTicker(process)) {
                containers.keySet().stream()
                        .filter(id -> process.group().contains(id))
                        .forEach(id -> lives.computeIfAbsent(id, none -> new ArrayList<>())
                                .add(process.node()));
            }
        }
        return lives;
    }

    /** Where the container's one process is. */
    String hostOf(ContainerFacts container) throws IOException {
        List<String> hosts = lives(lab.processes()).getOrDefault(container.id(), List.of());
        assertThat(hosts).as("copies of %s", container.name()).hasSize(1);
        return hosts.get(0);
    }

    /** Every container runs once; nothing but them is there; one claim each, held by the host that it runs on. */
    void requireClean() throws IOException, InterruptedException {
        List<RealLab.LabProcess> processes = lab.processes();
        Map<String, List<String>> lives = lives(processes);
        for (ContainerFacts container : containers.values()) {
            assertThat(lives.getOrDefault(container.id(), List.of()))
                    .as("copies of %s", container.name())
                    .hasSize(1);
        }
        assertThat(programs(processes, "criu")).as("CRIU at work").isZero();
        assertThat(programs(processes, "runc")).as("runc at work").isZero();
        // monitors name it too, for as long as the container lives
        assertThat(processes.stream()
                        .filter(process -> process.program().equals("bash")
                                && process.command().stream().anyMatch(word -> word.endsWith("/oci-shim"))))
                .as("shims at work")
                .isEmpty();
        assertThat(programs(processes, "conmon")).as("monitors").isEqualTo(containers.size());
        for (DemoNode node : lab.nodes()) {
            List<String> podmans = processes.stream()
                    .filter(process -> process.node().equals(node.id())
                            && process.program().equals("podman"))
                    .map(process -> String.join(" ", process.command()))
                    .toList();
            assertThat(podmans).as("podmans on %s", node.id()).hasSizeLessThanOrEqualTo(1);
            assertThat(podmans).allMatch(command -> command.contains("stats"));
        }
        assertThat(imageFolders()).as("images in the store").isEmpty();
        for (DemoNode node : lab.nodes()) {
            Path engine = lab.run().resolve("agent-" + node.id()).resolve("live");
            for (String waiting : List.of("work", "gates")) {
                Path directory = engine.resolve(waiting);
                assertThat(Files.isDirectory(directory) ? listed(directory) : List.of())
                        .as("what the live engine left in %s on %s", waiting, node.id())
                        .isEmpty();
            }
        }
        assertThat(lab.containerFolders()).as("containers in podman's storage").isEqualTo(containers.size());
        Map<String, String> holders = claimHolders();
        holders.keySet().removeAll(claimedBefore);
        assertThat(containers.keySet()).as("containers with a claim").containsAll(holders.keySet());
        holders.forEach((id, host) -> assertThat(host)
                .as("holder of the claim on %s", containers.get(id).name())
                .isEqualTo(lives.get(id).get(0)));
        assertThat(doubled).isEmpty();
    }

    /** The same as {@link #requireClean}, as podman tells it. */
    void requireCleanByPodman() throws IOException, InterruptedException {
        Set<String> found = new TreeSet<>();
        int count = 0;
        for (DemoNode node : lab.nodes()) {
            List<String> ids = lab.on(
                            node.id(), "podman", "ps", "--all", "--no-trunc", "--format", "{{.ID}} {{.State}}")
                    .lines()
                    .toList();
            assertThat(ids).allMatch(line -> line.endsWith(" running"));
            ids.forEach(line -> found.add(line.substring(0, line.indexOf(' '))));
            count += ids.size();
        }
        assertThat(found).isEqualTo(new TreeSet<>(containers.keySet()));
        assertThat(count).isEqualTo(containers.size());
    }

    /** It counts on, it is the process that was created, and no number was lost or repeated. */
    void requireOneLife(ContainerFacts container) throws IOException, InterruptedException {
        String host = hostOf(container);
        long before = lab.ticks(host, container).lastCount();
        TickLog ticks;
        do {
            ticks = (TickLog) lab.ticks(host, container);
        } while (ticks.lastCount() <= before);
        assertThat(ticks.restarted()).as("%s restarted", container.name()).isFalse();
        assertThat(ticks.lost()).as("ticks of %s lost", container.name()).isZero();
        assertThat(ticks.repeated())
                .as("ticks of %s repeated", container.name())
                .isZero();
        String nonce = ticks.nonces()[0];
        assertThat(nonces.computeIfAbsent(container.id(), none -> nonce))
                .as("nonce of %s", container.name())
                .isEqualTo(nonce);
    }

    private static long programs(List<RealLab.LabProcess> processes, String program) {
        return processes.stream()
                .filter(process -> process.program().equals(program))
                .count();
    }

    Set<String> imageFolders() throws IOException {
        try (Stream<Path> folders = Files.list(lab.store().resolve("images"))) {
            return folders.map(folder -> folder.getFileName().toString())
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    /** Who holds each claim, by container; fails when the store keeps anything of claims besides these. */
    private Map<String, String> claimHolders() throws IOException {
        Map<String, String> holders = new TreeMap<>();
        Path claims = lab.store().resolve("claims");
        for (Path container : Files.isDirectory(claims) ? listed(claims) : List.<Path>of()) {
            List<Path> files = listed(container);
            assertThat(files).as("claim files of %s", container.getFileName()).hasSize(1);
            String[] claim = files.get(0).getFileName().toString().split(",", -1);
            boolean relinquished = claim.length == 5;
            holders.put(container.getFileName().toString(), relinquished ? claim[3] : claim[1]);
        }
        return holders;
    }

    private static List<Path> listed(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    /** Files in the store, of whatever kind, and their bytes. */
    long[] store() throws IOException {
        long[] sum = new long[2];
        try (Stream<Path> files = Files.walk(lab.store())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try {
                    sum[1] += Files.size(file);
                    sum[0]++;
                } catch (NoSuchFileException e) {
                    // cleaned up meanwhile
                }
            }
        }
        return sum;
    }

    long mounts() throws IOException {
        return lab.mounts();
    }

    /** How often it has looked for doubles. */
    long looks() {
        return looks;
    }

    List<String> doubled() {
        return List.copyOf(doubled);
    }

    /** Removes its containers, wherever they are. */
    @Override
    public void close() throws IOException, InterruptedException {
        closed = true;
        watch.join();
        for (DemoNode node : lab.nodes()) {
            List<String> line = new ArrayList<>(List.of("podman", "rm", "--force", "--time", "0", "--ignore"));
            line.addAll(containers.keySet());
            lab.on(node.id(), line.toArray(String[]::new));
        }
    }
}
