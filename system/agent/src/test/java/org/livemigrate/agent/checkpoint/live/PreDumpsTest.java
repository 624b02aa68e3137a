package org.livemigrate.agent.checkpoint.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.checkpoint.CheckpointEngine.PreCopied;
import org.livemigrate.agent.checkpoint.Job;
import org.livemigrate.agent.runtime.ManualClock;
import org.livemigrate.agent.runtime.ProcessRunner;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.migration.StepResult.PreDumpRound;

/** Chained rounds against a runc that writes as many bytes as the test says, a kilobyte a millisecond. */
class PreDumpsTest {

    private static final long EVERYTHING = 256_000_000;

    @TempDir
    Path images;

    private final ManualClock clock = new ManualClock(Instant.ofEpochMilli(1));

    /** Bytes by round; below 0: it fails. */
    private IntUnaryOperator bytes = round -> 1_000_000;

    private final FakeRunc runc = new FakeRunc();

    private final class FakeRunc implements ProcessRunner {
        private final List<String> commands = new ArrayList<>();

        @Override
        public Result run(Command command) throws IOException {
            commands.add(String.join(" ", command.arguments()).replace(images.toString(), "DIR"));
            int size = bytes.applyAsInt(commands.size());
            if (size < 0) {
                return new Result(1, "", "CRIU is missing features", false, Duration.ZERO);
            }
            Path directory = Path.of(command.arguments().get(command.arguments().indexOf("--image-path") + 1));
            Files.write(directory.resolve("pages-1.img"), new byte[size]);
            clock.pass(Duration.ofMillis(size / 1000));
            return new Result(0, "", "", false, Duration.ofMillis(size / 1000));
        }

        @Override
        public int follow(Command command, Consumer<String> lines) {
            throw new AssertionError(command);
        }

        @Override
        public boolean awaitStrays(String argument, Duration atMost) {
            return true;
        }
    }

    private PreCopied run(boolean canPreDump, int rounds, Long budgetMs) throws InterruptedException {
        return preDumps(canPreDump).run(job(rounds, budgetMs), EVERYTHING);
    }

    private PreDumps preDumps(boolean canPreDump) {
        return new PreDumps(runc, canPreDump, new RestoreCost(), clock, clock::pass);
    }

    private Job job(int rounds, Long budgetMs) {
        MigrationOptions options = new MigrationOptions("live", rounds, 500, "none", false, 1_000, null, budgetMs);
        ContainerFacts container =
                new ContainerFacts("c1", "web", "i", "i", "running", 1, null, 0, 0, null, "none", null, null, null);
        return new Job("m1", new StepRequest(1, container, "a", "b", options, null), images, false, (done, what) -> {});
    }

    @Test
    void eachRoundHangsOnTheOneBefore() throws Exception {
        PreCopied copied = run(true, 3, null);
        assertThat(copied.rounds()).extracting(PreDumpRound::bytes).containsOnly(1_000_000L);
        assertThat(runc.commands)
                .containsExactly(
                        "runc checkpoint --pre-dump --file-locks --image-path DIR/pre-1 --work-path DIR/pre-1 c1",
                        "runc checkpoint --pre-dump --file-locks --image-path DIR/pre-2 --work-path DIR/pre-2"
                                + " --parent-path ../pre-1 c1",
                        "runc checkpoint --pre-dump --file-locks --image-path DIR/pre-3 --work-path DIR/pre-3"
                                + " --parent-path ../pre-2 c1");
        assertThat(parentOfLast()).containsExactly("--parent-path", "../pre-3");
        assertThat(clock.millis()).as("three rounds, two pauses").isEqualTo(1 + 3 * 1_000 + 2 * 500);
    }

    @Test
    void aWorkloadThatRewritesEverythingGetsNoThirdRound() throws Exception {
        PreCopied copied = run(true, 10, 250L);
        assertThat(copied.rounds()).hasSize(2);
        assertThat(copied.note()).contains("not shrinking");
    }

    @Test
    void roundsEndWhenWhatIsLeftFitsTheBudget() throws Exception {
        bytes = round -> 8_000_000 >> round;
        PreCopied copied = run(true, 10, 750L);
        // 4, 2, 1 MB; half of a MB would follow: 500 ms, and 200 ms for the restore
        assertThat(copied.rounds()).hasSize(3);
        assertThat(copied.note()).contains("small enough").contains("700 ms");
    }

    @Test
    void whatIsCopiedSoonAnywayGetsNoPreDump() throws Exception {
        // 20 ms at an assumed 25 MB/s, beside 200 for a restore
        PreCopied copied = preDumps(true).run(job(10, 250L), 500_000);
        assertThat(copied.rounds()).isEmpty();
        assertThat(copied.note()).contains("small enough after 0 pre-dumps");
        assertThat(preDumps(true).run(job(2, null), 500_000).rounds())
                .as("a number that was asked for")
                .hasSize(2);
    }

    @Test
    void whatIsLeftIsWhatWasWrittenSinceTheLastRoundBegan() throws Exception {
        // 400 kB in eight seconds
        bytes = round -> round == 1 ? 8_000_000 : 400_000;
        PreDumps preDumps = preDumps(true);
        Job job = job(2, null);
        preDumps.run(job, EVERYTHING);
        assertThat(preDumps.leftBytes("c1").orElseThrow()).isBetween(10_000L, 30_000L);
        clock.pass(Duration.ofMillis(80_000));
        assertThat(preDumps.leftBytes("c1").orElseThrow()).isBetween(3_500_000L, 4_500_000L);
        preDumps.forget("c1");
        assertThat(preDumps.leftBytes("c1")).isEmpty();
    }

    @Test
    void aFailedRoundIsLeftOutAndTheFinalDumpHangsOnTheLastGoodOne() throws Exception {
        bytes = round -> round == 2 ? -1 : 1_000;
        PreCopied copied = run(true, 5, null);
        assertThat(copied.rounds()).hasSize(1);
        assertThat(copied.note()).contains("pre-dump 2 failed").contains("CRIU is missing features");
        assertThat(parentOfLast()).containsExactly("--parent-path", "../pre-1");
    }

    @Test
    void withoutDirtyTrackingThereIsNoneAndItSaysSo() throws Exception {
        assertThat(run(false, 10, 250L).note()).contains("mem_dirty_track");
        assertThat(runc.commands).isEmpty();
        assertThat(parentOfLast()).isEmpty();
    }

    private List<String> parentOfLast() throws IOException {
        LiveImages all = new LiveImages(images);
        return all.parentOfLast(LiveImages.make(all.last()));
    }
}
