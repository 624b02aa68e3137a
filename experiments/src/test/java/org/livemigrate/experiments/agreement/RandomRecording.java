package org.livemigrate.experiments.agreement;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.livemigrate.protocol.host.Heartbeat;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.recording.RecordingHeader;
import org.livemigrate.protocol.recording.RecordingLine;
import org.livemigrate.protocol.recording.RecordingWriter;
import org.livemigrate.protocol.stats.ContainerSample;
import org.livemigrate.protocol.stats.DiffThreshold;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.protocol.stats.StatsDiffer;
import org.livemigrate.scheduler.guard.GuardSettings;

/**
 * Two hours of a fleet in which everything happens that a controller can hear: busy hosts of two sizes and kinds, lost
 * messages and late whole states, agents that start anew, hosts that fall silent, cordons, containers that come and go
 * with constraints, migrations that commit, fail and overlap.
 */
final class RandomRecording {
    private static final long STEP_MS = 5_000;
    private static final int STEPS = 1_440;
    private static final String[] POLICIES = {"greedy", "initial", "thr-mmt", "mad-mc", "lr-rs", "none"};

    private final SplittableRandom random;
    private final Instant start = Instant.parse("2026-01-02T03:04:05.000000001Z");
    private final List<Agent> agents = new ArrayList<>();
    private final Map<String, MigrationView> moving = new HashMap<>();
    private final RecordingWriter writer;
    private Instant now = start;
    private int containers;

    /** A host's agent, and what runs there. */
    private static final class Agent {
        final HostFacts facts;
        final Map<String, ContainerSample> running = new HashMap<>();
        StatsDiffer differ;
        int life;
        int silentSteps;

        Agent(HostFacts facts) {
            this.facts = facts;
            restart();
        }

        void restart() {
            differ = new StatsDiffer(facts.id(), facts.id() + "-" + ++life, DiffThreshold.DEFAULT);
        }
    }

    private RandomRecording(long seed, RecordingWriter writer) {
        random = new SplittableRandom(seed);
        this.writer = writer;
    }

    static void write(long seed, Path file) throws IOException {
        try (RecordingWriter writer = new RecordingWriter(file)) {
            new RandomRecording(seed, writer).write();
        }
    }

    private void write() throws IOException {
        writer.write(new RecordingHeader(
                RecordingHeader.VERSION,
                start,
                true,
                new RecordingHeader.Scheduling(
                        POLICIES[random.nextInt(POLICIES.length)],
                        (50 + random.nextInt(40)) / 100.0,
                        random.nextInt(15) / 100.0,
                        random.nextLong(),
                        30_000,
                        RecordingHeader.Guards.of(random.nextBoolean() ? GuardSettings.LIVE : GuardSettings.OFF)),
                STEP_MS,
                120_000,
                10,
                3_600_000,
                0.95,
                List.of("h1")));
        int hosts = 3 + random.nextInt(6);
        for (int h = 0; h < hosts; h++) {
            agents.add(new Agent(new HostFacts(
                    "h" + h,
                    URI.create("http://127.0.0.1:1"),
                    random.nextInt(6) == 0 ? "podman" : "modelled",
                    random.nextBoolean() ? 1_000 : 2_000,
                    4L << 30,
                    Map.of("zone", random.nextBoolean() ? "a" : "b"),
                    Map.of(),
                    List.of(),
                    List.of("modelled"),
                    "s")));
        }
        for (int k = 0; k < STEPS; k++) {
            now = start.plusMillis(k * STEP_MS + random.nextInt(100));
            step(k);
        }
    }

    private void step(int k) throws IOException {
        for (Agent agent : agents) {
            if (agent.silentSteps > 0) {
                agent.silentSteps--;
                continue;
            }
            if (random.nextInt(400) == 0) {
                agent.silentSteps = random.nextInt(60);
            }
            if (random.nextInt(300) == 0) {
                agent.restart();
            }
            live(agent);
            if (k % 2 == 0) {
                writer.write(new RecordingLine.HeartbeatHeard(
                        now, new Heartbeat(agent.facts, agent.facts.id() + "-" + agent.life, now)));
            }
            if (random.nextInt(30) == 0) {
                agent.differ.forget();
            }
            StatsDiff diff = agent.differ.next(agent.running.values(), now);
            if (!diff.isEmpty() && random.nextInt(25) != 0) {
                writer.write(new RecordingLine.StatsHeard(now, diff));
                if (random.nextInt(50) == 0) {
                    writer.write(new RecordingLine.StatsHeard(now, diff)); // the broker says it twice
                }
            }
        }
        if (random.nextInt(200) == 0) {
            writer.write(new RecordingLine.Cordoned(now, agents.get(0).facts.id(), random.nextBoolean()));
        }
        migrate();
        writer.write(new RecordingLine.Sampled(now));
        if (k % 6 == 5) {
            writer.write(new RecordingLine.RoundBegan(now, k / 6));
        }
    }

    private void live(Agent agent) {
        if (agent.running.size() < 6 && random.nextInt(12) == 0) {
            String id = String.format("c%03d", containers++);
            agent.running.put(id, new ContainerSample(id, id, 0, 1 << 20, labels()));
        }
        agent.running.replaceAll((id, sample) -> new ContainerSample(
                id,
                sample.name(),
                random.nextInt(3) == 0 ? random.nextInt(450) : sample.cpuMillicores(),
                sample.memoryBytes(),
                sample.labels()));
        if (random.nextInt(150) == 0 && !agent.running.isEmpty()) {
            agent.running.remove(agent.running.keySet().iterator().next());
        }
    }

    private Map<String, String> labels() {
        return switch (random.nextInt(8)) {
            case 0 -> Map.of("livemigrate.pinned", "true");
            case 1 -> Map.of("livemigrate.pinned", "perhaps"); // not to be read
            case 2 -> Map.of("app", "web");
            default -> Map.of();
        };
    }

    private void migrate() throws IOException {
        if (random.nextInt(15) == 0) {
            Agent from = agents.get(random.nextInt(agents.size()));
            Agent to = agents.get(random.nextInt(agents.size()));
            if (from != to && !from.running.isEmpty()) {
                String id = from.running.keySet().iterator().next();
                if (!moving.containsKey(id)) {
                    MigrationView move = view(id, from.facts.id(), to.facts.id(), null);
                    moving.put(id, move);
                    writer.write(new RecordingLine.MigrationStarted(now, move));
                }
            }
        }
        for (MigrationView move : new ArrayList<>(moving.values())) {
            if (random.nextInt(5) == 0) {
                moving.remove(move.container());
                boolean committed = random.nextInt(4) != 0;
                writer.write(new RecordingLine.MigrationEnded(
                        now,
                        view(
                                move.container(),
                                move.from(),
                                move.to(),
                                committed ? MigrationOutcome.COMMITTED : MigrationOutcome.ROLLED_BACK)));
                ContainerSample moved = agent(move.from()).running.get(move.container());
                if (committed && moved != null) {
                    agent(move.to()).running.put(move.container(), moved);
                    if (random.nextInt(3) != 0) {
                        agent(move.from()).running.remove(move.container()); // else both tell it for a while
                    }
                }
            }
        }
    }

    private Agent agent(String host) {
        return agents.stream()
                .filter(agent -> agent.facts.id().equals(host))
                .findFirst()
                .orElseThrow();
    }

    private MigrationView view(String container, String from, String to, MigrationOutcome outcome) {
        return new MigrationView(
                "m-" + container,
                container,
                container,
                from,
                to,
                "modelled",
                "at random",
                "queued",
                outcome,
                Map.of(),
                0,
                null,
                1,
                now,
                null,
                null,
                null,
                null,
                List.of());
    }
}
