package org.livemigrate.experiments.crash;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.livemigrate.benchmarks.migration.fleet.FleetClient;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;

/** One crash: a fleet with one host above target, whose controller is killed at a certain moment and started again. */
final class CrashTrial {
    private static final int HOSTS = 3;
    private static final int CONTAINERS = 6;
    private static final long MILLICORES = 150;
    private static final long MEMORY_BYTES = 512L << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final long PAUSE_MS = 20;

    private static final int TARGET_PERCENT = 71;

    /** What the controller is told; the rest is by default. */
    static final List<String> OPTIONS = List.of(
            "--interval",
            "10s",
            "--stats-interval",
            "1s",
            "--pre-dumps",
            "2",
            "--target",
            Integer.toString(TARGET_PERCENT));

    private final ProcessFleet fleet;
    private final FleetClient client;
    private final Set<String> containers = new HashSet<>();
    private long fewestRunning = CONTAINERS;
    private long mostCopies;

    private CrashTrial(ProcessFleet fleet) {
        this.fleet = fleet;
        client = fleet.client();
    }

    /**
     * What came of it.
     *
     * @param fewestRunning containers, at any time from the crash on
     * @param mostCopies of one container that ran at the same time, ever
     * @param knownBefore migrations that the controller knew when it was killed
     * @param lost of them unknown afterwards
     * @param outcome of the one under way; empty when there was none
     * @param standstillInFlightMs longest of the container that was under way; 0 when there was none
     * @param standstillOthersMs longest of containers that nobody moved
     * @param notOnce containers that do not run exactly once at the end
     * @param readyMs from the new process on until the statistics of all hosts are believed and all containers known
     * @param firstRoundMs from the new process on until its first round
     * @param balancedMs from the new process on until no host is above target and nothing is under way
     */
    record Result(
            long fewestRunning,
            long mostCopies,
            long knownBefore,
            long lost,
            String outcome,
            long standstillInFlightMs,
            long standstillOthersMs,
            long notOnce,
            long readyMs,
            long firstRoundMs,
            long balancedMs) {}

    static int containers() {
        return CONTAINERS;
    }

    static String fleet() {
        return HOSTS + " hosts of 1000 millicores; " + CONTAINERS + " containers of " + MILLICORES + " and "
                + (MEMORY_BYTES >> 20) + " MiB, all on the first";
    }

    /** Plays it; {@code phase} is that of a migration at the crash, or empty for before the first. */
    static Result play(ProcessFleet fleet, String phase, Duration down) throws IOException, InterruptedException {
        return new CrashTrial(fleet).play(phase, down);
    }

    static ProcessFleet start(java.nio.file.Path program, java.nio.file.Path directory) throws IOException {
        return new ProcessFleet(program, directory, HOSTS, OPTIONS);
    }

    private Result play(String phase, Duration down) throws IOException, InterruptedException {
        await("all hosts are ready", () -> ready(0));
        for (int k = 0; k < CONTAINERS; k++) {
            containers.add(client.create(new CreateContainer(
                            "c" + k, "localhost/model:latest", null, MILLICORES, MEMORY_BYTES, null, null, null, "h1"))
                    .id());
        }
        Optional<MigrationView> underWay = Optional.empty();
        if (phase.isEmpty()) {
            await("all containers are known", () -> ready(CONTAINERS));
        } else {
            await("a migration is in its phase " + phase, () -> inPhase(phase).isPresent());
        }
        List<MigrationView> before = client.migrations();
        underWay = before.stream()
                .filter(view -> view.outcome() == null && !view.phase().equals("queued"))
                .findFirst();
        fleet.killController();

        long until = System.nanoTime() + down.toNanos();
        while (System.nanoTime() < until) {
            look();
            Thread.sleep(PAUSE_MS);
        }
        long restarted = System.nanoTime();
        fleet.startController();
        await("it hears of everything again", () -> ready(CONTAINERS));
        long ready = System.nanoTime();
        await("its first round", () -> !client.decisions().isEmpty());
        long round = System.nanoTime();
        await("all is balanced", this::isBalanced);
        long balanced = System.nanoTime();
        return result(before, underWay, ready - restarted, round - restarted, balanced - restarted);
    }

    private Result result(
            List<MigrationView> before, Optional<MigrationView> underWay, long ready, long round, long balanced) {
        List<MigrationView> after = client.migrations();
        Map<String, MigrationView> byId = new HashMap<>();
        after.forEach(view -> byId.put(view.id(), view));
        Set<String> moved = new HashSet<>();
        after.forEach(view -> moved.add(view.container()));
        Map<String, Integer> copies = copies();
        long inFlight = 0;
        long others = 0;
        for (URI agent : fleet.hosts().values()) {
            for (ContainerFacts container : client.running(agent)) {
                long longest = client.ticks(agent, container.id()).gaps().stream()
                        .mapToLong(FleetClient.Gap::gapMs)
                        .max()
                        .orElse(0);
                if (underWay.filter(view -> view.container().equals(container.id()))
                        .isPresent()) {
                    inFlight = Math.max(inFlight, longest);
                } else if (!moved.contains(container.id())) {
                    others = Math.max(others, longest);
                }
            }
        }
        return new Result(
                fewestRunning,
                mostCopies,
                before.size(),
                before.stream().filter(view -> !byId.containsKey(view.id())).count(),
                underWay.map(view -> byId.get(view.id()))
                        .map(MigrationView::outcome)
                        .map(MigrationOutcome::word)
                        .orElse(""),
                inFlight,
                others,
                containers.stream()
                        .filter(id -> copies.getOrDefault(id, 0) != 1)
                        .count(),
                ready / 1_000_000,
                round / 1_000_000,
                balanced / 1_000_000);
    }

    private boolean ready(int known) {
        List<NodeView> nodes = client.nodes();
        return nodes.size() == HOSTS
                && nodes.stream().allMatch(node -> node.state().equals("ready"))
                && nodes.stream().mapToInt(NodeView::containers).sum() >= known;
    }

    private Optional<MigrationView> inPhase(String phase) {
        return client.migrations().stream()
                .filter(view -> view.outcome() == null && view.phase().equals(phase))
                .findFirst();
    }

    private boolean isBalanced() {
        return ready(CONTAINERS)
                && client.migrations().stream().allMatch(view -> view.outcome() != null)
                && client.nodes().stream().allMatch(node -> node.load() <= TARGET_PERCENT / 100.0);
    }

    private Map<String, Integer> copies() {
        Map<String, Integer> copies = new HashMap<>();
        for (URI agent : fleet.hosts().values()) {
            client.running(agent).forEach(container -> copies.merge(container.id(), 1, Integer::sum));
        }
        return copies;
    }

    /** Asks the agents, past the controller, what runs. */
    private void look() {
        Map<String, Integer> copies = copies();
        fewestRunning = Math.min(fewestRunning, copies.size());
        mostCopies = Math.max(
                mostCopies, copies.values().stream().mapToInt(n -> n).max().orElse(0));
    }

    /** Looks at the containers meanwhile, once there are all of them. */
    private void await(String what, Callable<Boolean> holds) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        String last = "";
        while (System.nanoTime() < deadline) {
            try {
                if (containers.size() == CONTAINERS) {
                    look();
                }
                if (holds.call()) {
                    return;
                }
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) { // a controller that is starting does not answer yet
                last = " (" + e.getMessage() + ")";
            }
            Thread.sleep(PAUSE_MS);
        }
        throw new IOException("Waited " + PATIENCE.toSeconds() + " s in vain until " + what + last + ".");
    }
}
