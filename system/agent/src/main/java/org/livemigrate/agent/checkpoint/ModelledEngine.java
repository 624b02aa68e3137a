package org.livemigrate.agent.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.livemigrate.agent.checkpoint.Faults.Moment;
import org.livemigrate.agent.runtime.ContainerModel;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.ModelledImage;
import org.livemigrate.agent.runtime.ModelledRuntime;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepResult.PreDumpRound;
import tools.jackson.core.JacksonException;

/**
 * Checkpoints of {@link ModelledRuntime}'s containers: through the same store and the same steps as real ones, with
 * modelled durations. Pre-dumps here are true pre-copy rounds: each carries what was dirtied during the one before.
 */
public final class ModelledEngine implements CheckpointEngine {

    public static final String IMAGE = "modelled-checkpoint.json";

    private static final String NOTE = "modelled: durations and bytes come from a cost model";

    private final ModelledRuntime runtime;
    private final ModelledCosts costs;
    private final Delay delay;
    private final Faults faults;

    /** What the final dump still has to carry, by migration; all memory where nothing is noted. */
    private final Map<String, Long> remaining = new ConcurrentHashMap<>();

    /** The file in the store: the container and how many bytes its dump stands for. */
    private record Image(ModelledImage container, long bytes) {}

    /** The file of a pre-dump: how many bytes it stands for. */
    private record PreDump(long bytes) {}

    public ModelledEngine(ModelledRuntime runtime, ModelledCosts costs, Delay delay, Faults faults) {
        this.runtime = runtime;
        this.costs = costs;
        this.delay = delay;
        this.faults = faults;
    }

    @Override
    public String name() {
        return "modelled";
    }

    @Override
    public boolean usable() {
        return true;
    }

    @Override
    public PreCopied preCopy(Job job) throws InterruptedException {
        faults.at(MigrationStep.PRECOPY, Moment.BEFORE, job.container());
        MigrationOptions options = job.request().options();
        ContainerModel model = model(job);
        List<PreDumpRound> rounds = new ArrayList<>();
        long toCarry = model.memoryBytes();
        for (int round = 1; round <= options.preDumpRounds(); round++) {
            long ms = costs.dumpMs(toCarry);
            job.progress()
                    .report(
                            (round - 1.0) / options.preDumpRounds(),
                            "pre-dump " + round + " of " + options.preDumpRounds());
            delay.pass(Duration.ofMillis(ms));
            write(job.images().resolve(preDump(round)), new PreDump(toCarry));
            rounds.add(new PreDumpRound(round, ms, toCarry));
            long pause = round < options.preDumpRounds() ? options.preDumpDelayMs() : 0;
            delay.pass(Duration.ofMillis(pause));
            toCarry = Math.min(model.memoryBytes(), Math.round(model.dirtyBytesPerSecond() * ((ms + pause) / 1_000.0)));
        }
        remaining.put(job.migration(), toCarry);
        faults.at(MigrationStep.PRECOPY, Moment.AFTER, job.container());
        return new PreCopied(rounds, rounds.isEmpty() ? null : NOTE);
    }

    @Override
    public List<String> settledFiles(Job job) {
        return IntStream.iterate(1, round -> round + 1)
                .mapToObj(ModelledEngine::preDump)
                .takeWhile(name -> Files.exists(job.images().resolve(name)))
                .toList();
    }

    private static String preDump(int round) {
        return "modelled-pre-dump-" + round + ".json";
    }

    @Override
    public void arm(Job job) {
        faults.at(MigrationStep.ARM, Moment.BEFORE, job.container());
        faults.at(MigrationStep.ARM, Moment.AFTER, job.container());
    }

    @Override
    public Frozen freeze(Job job) throws InterruptedException {
        faults.at(MigrationStep.FREEZE, Moment.BEFORE, job.container());
        Long carried = remaining.remove(job.migration());
        long bytes = carried == null ? model(job).memoryBytes() : carried;
        ModelledImage image = runtime.freeze(job.container());
        job.progress().report(0.1, "dumping");
        delay.pass(Duration.ofMillis(costs.dumpMs(bytes)));
        faults.at(MigrationStep.FREEZE, Moment.DURING, job.container());
        write(job.images().resolve(IMAGE), new Image(image, bytes));
        faults.at(MigrationStep.FREEZE, Moment.AFTER, job.container());
        return new Frozen(List.of(IMAGE), bytes, false, NOTE, null);
    }

    @Override
    public Restored restore(Job job) throws InterruptedException {
        faults.at(MigrationStep.RESTORE, Moment.BEFORE, job.container());
        Image image = read(job.images().resolve(IMAGE));
        job.progress().report(0.5, "restoring");
        delay.pass(Duration.ofMillis(costs.restoreMs(image.container().model().memoryBytes())));
        ContainerFacts facts = runtime.restore(image.container());
        faults.at(MigrationStep.RESTORE, Moment.DURING, job.container());
        return new Restored(facts, null);
    }

    @Override
    public ContainerFacts resume(Job job) throws InterruptedException {
        Optional<ContainerFacts> present = runtime.inspect(job.container());
        if (present.isPresent() && present.get().running()) {
            return present.get();
        }
        faults.at(MigrationStep.RESUME, Moment.BEFORE, job.container());
        delay.pass(Duration.ofMillis(costs.restoreMs(model(job).memoryBytes())));
        ContainerFacts facts = runtime.thaw(job.container());
        faults.at(MigrationStep.RESUME, Moment.AFTER, job.container());
        return facts;
    }

    @Override
    public void awaitEarlier(Job job, Duration atMost) {
        // models die with their agent; there is nothing to wait for
    }

    private ContainerModel model(Job job) {
        return runtime.model(job.container())
                .orElseThrow(() ->
                        new ProblemException(Problem.notFound("this host has no container " + job.container() + ".")));
    }

    private static void write(Path file, Object content) {
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try {
            Files.write(part, Json.mapper().writeValueAsBytes(content));
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new ProblemException(
                    new Problem(
                            "store-failed",
                            "The checkpoint store failed",
                            503,
                            "cannot write " + part + ": " + Failures.why(e)),
                    e);
        }
    }

    private static Image read(Path file) {
        try {
            return Json.mapper().readValue(Files.readAllBytes(file), Image.class);
        } catch (IOException | JacksonException e) {
            throw new ProblemException(
                    new Problem(
                            "restore-failed",
                            "The image cannot be read",
                            500,
                            "cannot read " + file + ": " + Failures.why(e)),
                    e);
        }
    }
}
