package org.livemigrate.experiments.agreement;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.controller.fleet.Fleet;
import org.livemigrate.controller.fleet.HeartbeatRegistry;
import org.livemigrate.controller.migration.AgentClient;
import org.livemigrate.controller.migration.MigrationBudget;
import org.livemigrate.controller.migration.MigrationExecutor;
import org.livemigrate.controller.migration.MigrationJournal;
import org.livemigrate.controller.migration.MigrationLimits;
import org.livemigrate.controller.migration.MigrationListener;
import org.livemigrate.controller.schedule.LivePolicy;
import org.livemigrate.controller.schedule.SchedulingLoop;
import org.livemigrate.controller.schedule.SchedulingSettings;
import org.livemigrate.controller.time.Timeline;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.migration.ClaimView;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.migration.StepResult;
import org.livemigrate.protocol.plan.PlanDocument;
import org.livemigrate.protocol.recording.RecordingHeader;
import org.livemigrate.protocol.recording.RecordingLine;
import org.livemigrate.protocol.recording.RecordingReader;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.simulator.recorded.Replay;

/**
 * The same recording gives the same decisions, round by round, in the controller and in the simulator: the file goes
 * into the controller's own classes ({@link Fleet}, {@link SchedulingLoop}) and into the simulator's {@link Replay}.
 */
class SameDecisionsTest {
    /** What a real controller with modelled agents wrote; its own decisions are in it, too. */
    private static final Path REAL = Path.of("../simulator/src/test/resources/recordings/modelled-fleet.jsonl.gz");

    @TempDir
    Path dir;

    @Test
    void aRealControllersRecording() throws IOException {
        assertThat(REAL).isRegularFile();
        List<Replay.Round> simulator = Replay.of(REAL, null);
        List<PlanDocument> controller = controller(REAL);

        assertThat(controller).hasSize(43).isEqualTo(plans(simulator));
        assertThat(simulator.stream().map(Replay.Round::recorded))
                .as("as it was live")
                .isEqualTo(controller);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void anythingThatCanBeHeard(long seed) throws IOException {
        Path file = dir.resolve("random-" + seed + ".jsonl.gz");
        RandomRecording.write(seed, file);
        List<PlanDocument> controller = controller(file);
        List<PlanDocument> simulator = plans(Replay.of(file, null));

        assertThat(controller).hasSize(240);
        for (int round = 0; round < controller.size(); round++) {
            assertThat(simulator.get(round))
                    .as("seed %d, round %d", seed, round)
                    .isEqualTo(controller.get(round));
        }
        assertThat(controller)
                .as("something was to decide")
                .anyMatch(plan -> !plan.loadBefore().isEmpty());
        Files.delete(file);
    }

    private static List<PlanDocument> plans(List<Replay.Round> rounds) {
        return rounds.stream().map(Replay.Round::replayed).toList();
    }

    /** Time is what the line says; nothing happens by itself. */
    private static final class LineTime implements Timeline {
        private final Instant start;
        private Instant now;

        LineTime(Instant start) {
            this.start = start;
            now = start;
        }

        @Override
        public Instant now() {
            return now;
        }

        @Override
        public long nanos() {
            return Duration.between(start, now).toNanos();
        }

        @Override
        public Cancellation after(Duration delay, Runnable task) {
            return () -> {};
        }
    }

    /** What the controller's classes decide when they hear it. */
    private static List<PlanDocument> controller(Path file) throws IOException {
        List<PlanDocument> plans = new ArrayList<>();
        try (RecordingReader reader = RecordingReader.open(file)) {
            RecordingHeader header = reader.header();
            LineTime time = new LineTime(header.at());
            HeartbeatRegistry registry = new HeartbeatRegistry();
            Fleet fleet = new Fleet(
                    header.fleetSettings(),
                    registry,
                    time,
                    host -> {},
                    Set.copyOf(header.cordoned()),
                    (host, cordoned) -> {});
            SchedulingLoop loop = loop(header, time, registry, fleet);
            for (RecordingLine line = reader.next(); line != null; line = reader.next()) {
                time.now = line.at();
                if (line instanceof RecordingLine.RoundBegan) {
                    plans.add(PlanDocument.of(loop.dryRun()));
                } else {
                    hear(fleet, line);
                }
            }
        }
        return plans;
    }

    private static void hear(Fleet fleet, RecordingLine line) {
        if (line instanceof RecordingLine.HeartbeatHeard heard) {
            fleet.heartbeat(heard.heartbeat());
        } else if (line instanceof RecordingLine.StatsHeard heard) {
            fleet.apply(heard.diff());
        } else if (line instanceof RecordingLine.Sampled) {
            fleet.sample();
        } else if (line instanceof RecordingLine.Cordoned cordon) {
            fleet.cordon(cordon.host(), cordon.cordoned());
        } else if (line instanceof RecordingLine.MigrationStarted started) {
            fleet.migrationStarted(started.migration());
        } else if (line instanceof RecordingLine.MigrationEnded ended) {
            fleet.migrationEnded(ended.migration());
        }
    }

    private static SchedulingLoop loop(RecordingHeader header, Timeline time, HeartbeatRegistry registry, Fleet fleet) {
        RecordingHeader.Scheduling recorded = header.scheduling();
        SchedulingSettings settings = new SchedulingSettings(
                Duration.ofMillis(recorded.intervalMs()),
                recorded.policy(),
                Fraction.ofDecimal(recorded.target()),
                Fraction.ofDecimal(recorded.headroom()),
                recorded.seed(),
                recorded.guards().settings(),
                false);
        MigrationExecutor nobody = new MigrationExecutor(
                MigrationJournal.inMemory(),
                new Silent(),
                time,
                MigrationLimits.DEFAULT,
                MigrationBudget.DEFAULT,
                MigrationListener.NONE);
        return new SchedulingLoop(
                fleet,
                registry,
                nobody,
                time,
                new SchedulingLoop.Settings(
                        settings.interval(),
                        Duration.ofMillis(header.statsIntervalMs()),
                        LivePolicy.guarded(settings),
                        MigrationOptions.DEFAULT));
    }

    /** Nothing is carried out: what was is in the recording. */
    private static final class Silent implements AgentClient {
        @Override
        public CompletableFuture<ContainerFacts> container(String host, String container) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletableFuture<StepResult> step(
                String host, String migration, MigrationStep step, StepRequest request) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletableFuture<ClaimView> claim(String host, String container, long epoch) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletableFuture<Long> newestEpoch(String host, String container) {
            return new CompletableFuture<>();
        }
    }
}
