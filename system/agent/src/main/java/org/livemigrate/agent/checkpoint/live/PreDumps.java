package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.livemigrate.agent.checkpoint.CheckpointEngine.PreCopied;
import org.livemigrate.agent.checkpoint.CriuFigures;
import org.livemigrate.agent.checkpoint.Job;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.ProcessRunner;
import org.livemigrate.agent.store.Trees;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.StepResult.PreDumpRound;
import org.livemigrate.scheduler.cost.PreCopyRounds;
import org.livemigrate.scheduler.cost.PreCopyRule;

/**
 * Chained pre-dumps: each holds what was dirtied since the one before, and names it as its parent (criu(8)). A failed one
 * is left out with all that would have followed; the final dump then hangs on the last good one.
 */
final class PreDumps {

    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private final ProcessRunner processes;
    private final boolean canPreDump;
    private final RestoreCost restores;
    private final Clock clock;
    private final Delay delay;

    /** What the latest rounds of a container have measured, until its freeze. */
    private final Map<String, PreCopyRounds> latest = new ConcurrentHashMap<>();

    PreDumps(ProcessRunner processes, boolean canPreDump, RestoreCost restores, Clock clock, Delay delay) {
        this.processes = processes;
        this.canPreDump = canPreDump;
        this.restores = restores;
        this.clock = clock;
        this.delay = delay;
    }

    /** @param memoryBytes that a dump of everything would hold now */
    PreCopied run(Job job, long memoryBytes) throws InterruptedException {
        forget(job.container());
        MigrationOptions options = job.request().options();
        int most = options.preDumpRounds();
        if (most == 0) {
            return new PreCopied(List.of(), null);
        }
        if (!canPreDump) {
            return new PreCopied(
                    List.of(),
                    "no pre-dumps: this kernel cannot track dirty pages (criu check --feature mem_dirty_track fails); all"
                            + " memory is dumped while the container stands still.");
        }
        boolean adaptive = options.downtimeBudgetMs() != null;
        PreCopyRule rule =
                new PreCopyRule(adaptive ? options.downtimeBudgetMs() : 0, most, PreCopyRule.DEFAULT.minShrink());
        PreCopyRounds measured = new PreCopyRounds(rule, restores.ms(), memoryBytes);
        List<PreDumpRound> rounds = new ArrayList<>();
        String why = null;
        while (rounds.size() < most) {
            if (adaptive && measured.decide(clock.millis()).freezes()) {
                break;
            }
            if (!adaptive && !rounds.isEmpty()) {
                delay.pass(Duration.ofMillis(options.preDumpDelayMs()));
            }
            int round = rounds.size() + 1;
            job.progress().report((round - 1.0) / most, "pre-dump " + round + " of at most " + most);
            long begun = clock.millis();
            why = dump(job, round);
            if (why != null) {
                break;
            }
            PreDumpRound done = measured(job, round, clock.millis() - begun);
            rounds.add(done);
            measured.add(new PreCopyRounds.Round(begun, done.elapsedMs(), done.bytes()));
        }
        if (why == null) {
            latest.put(job.container(), measured);
        }
        return new PreCopied(rounds, why != null ? why : adaptive ? reason(measured, rounds.size()) : null);
    }

    void forget(String container) {
        latest.remove(container);
    }

    /** About what a dump would hold now; empty where rounds have not told. */
    OptionalLong leftBytes(String container) {
        PreCopyRounds known = latest.get(container);
        return known == null || known.size() < 2
                ? OptionalLong.empty()
                : OptionalLong.of(Math.round(known.leftBytes(clock.millis())));
    }

    private String reason(PreCopyRounds measured, int rounds) {
        double now = clock.millis();
        String decision = measured.decide(now).name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return rounds < 2
                ? decision + " after " + rounds + " pre-dumps"
                : decision + " after " + rounds + " pre-dumps: a downtime of about "
                        + Math.round(measured.predictedDowntimeMs(now)) + " ms is expected";
    }

    /** @return why it failed, for people; null when it did not */
    private String dump(Job job, int round) throws InterruptedException {
        LiveImages images = new LiveImages(job.images());
        Path directory = images.preDump(round);
        try {
            LiveImages.make(directory);
            List<String> command = new ArrayList<>(List.of(
                    "runc",
                    "checkpoint",
                    "--pre-dump",
                    "--file-locks",
                    "--image-path",
                    directory.toString(),
                    "--work-path",
                    directory.toString()));
            command.addAll(images.parentOf(round));
            if (job.request().options().tcpEstablished()) {
                command.add("--tcp-established");
            }
            command.add(job.container());
            ProcessRunner.Result result = processes.run(new ProcessRunner.Command(command, TIMEOUT));
            if (result.succeeded()) {
                return null;
            }
            Trees.delete(directory);
            return "pre-dump " + round + " failed and the rest was left out: "
                    + result.stderr().strip();
        } catch (IOException e) {
            throw LiveImages.storeFailed(directory, e);
        }
    }

    private static PreDumpRound measured(Job job, int round, long ms) {
        Path directory = new LiveImages(job.images()).preDump(round);
        try {
            return new PreDumpRound(round, ms, LiveImages.bytes(directory), CriuFigures.dumpIn(directory));
        } catch (IOException e) {
            throw LiveImages.storeFailed(directory, e);
        }
    }
}
