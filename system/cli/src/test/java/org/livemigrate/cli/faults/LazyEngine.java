package org.livemigrate.cli.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.livemigrate.agent.checkpoint.CheckpointEngine;
import org.livemigrate.agent.checkpoint.Faults;
import org.livemigrate.agent.checkpoint.Faults.Moment;
import org.livemigrate.agent.checkpoint.Job;
import org.livemigrate.agent.runtime.ModelledImage;
import org.livemigrate.agent.runtime.ModelledRuntime;
import org.livemigrate.agent.store.Manifests;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationStep;
import tools.jackson.core.JacksonException;

/**
 * What matters of the {@code live} engine to the rest of the live path ({@link
 * org.livemigrate.agent.checkpoint.live.LiveEngine}, step by step): an armed target, a frozen source that is kept in
 * memory until COMMIT and never synced, a copy that runs before its pages are in.
 */
final class LazyEngine implements CheckpointEngine {

    private static final String IMAGE = "lazy-checkpoint.json";
    private static final String PRE_DUMP_FILE = "lazy-pre-dump";
    private static final Duration PRE_DUMP = Duration.ofMillis(400);
    private static final Duration ARM = Duration.ofMillis(300);
    private static final Duration DUMP = Duration.ofMillis(250);
    private static final Duration LONGEST_RESTORE = Duration.ofSeconds(2);
    private static final Duration THAW = Duration.ofMillis(20);
    private static final Duration RESTORED_WITHIN = Duration.ofMinutes(11);
    private static final Duration PAGES_WITHIN = Duration.ofMinutes(10);

    private final EventLoop loop;
    private final ModelledRuntime runtime;
    private final LazyWindows windows;
    private final Faults faults;

    /** Of an agent that starts. */
    LazyEngine(EventLoop loop, ModelledRuntime runtime, LazyWindows windows, Faults faults) {
        this.loop = loop;
        this.runtime = runtime;
        this.windows = windows;
        this.faults = faults;
        windows.sendHome();
    }

    @Override
    public String name() {
        return "live";
    }

    @Override
    public boolean usable() {
        return true;
    }

    @Override
    public boolean surelyRuns(ContainerFacts seen) {
        return runtime.inspect(seen.id()).filter(ContainerFacts::running).isPresent();
    }

    @Override
    public PreCopied preCopy(Job job) throws InterruptedException {
        faults.at(MigrationStep.PRECOPY, Moment.BEFORE, job.container());
        loop.sleep(PRE_DUMP);
        try {
            Files.write(job.images().resolve(PRE_DUMP_FILE), new byte[] {1});
        } catch (IOException e) {
            throw storeFailed("write", job.images(), e);
        }
        faults.at(MigrationStep.PRECOPY, Moment.AFTER, job.container());
        return new PreCopied(List.of(), null);
    }

    @Override
    public List<String> settledFiles(Job job) {
        return Files.exists(job.images().resolve(PRE_DUMP_FILE)) ? List.of(PRE_DUMP_FILE) : List.of();
    }

    @Override
    public void arm(Job job) throws InterruptedException {
        faults.at(MigrationStep.ARM, Moment.BEFORE, job.container());
        makeReady(job);
        faults.at(MigrationStep.ARM, Moment.AFTER, job.container());
    }

    private void makeReady(Job job) throws InterruptedException {
        disarm(job);
        runtime.remove(job.container());
        windows.arm(job.container());
        loop.sleep(ARM);
    }

    @Override
    public void disarm(Job job) {
        windows.disarm(job.container());
    }

    @Override
    public Frozen freeze(Job job) throws InterruptedException {
        faults.at(MigrationStep.FREEZE, Moment.BEFORE, job.container());
        ModelledImage image = runtime.pause(job.container());
        loop.sleep(DUMP);
        faults.at(MigrationStep.FREEZE, Moment.DURING, job.container());
        byte[] bytes = Json.mapper().writeValueAsBytes(image);
        try {
            Files.write(job.images().resolve(IMAGE), bytes);
        } catch (IOException e) {
            throw storeFailed("write", job.images(), e);
        }
        faults.at(MigrationStep.FREEZE, Moment.AFTER, job.container());
        return new Frozen(List.of(IMAGE), bytes.length, true, null, null);
    }

    @Override
    public Restored restore(Job job) throws InterruptedException {
        faults.at(MigrationStep.RESTORE, Moment.BEFORE, job.container());
        if (windows.find(job.container()).isEmpty()) {
            makeReady(job);
        }
        Path file = job.images().resolve(IMAGE);
        ModelledImage image;
        try {
            image = Json.mapper().readValue(Files.readAllBytes(file), ModelledImage.class);
        } catch (IOException | JacksonException e) {
            throw storeFailed("read", file, e);
        }
        boolean lazily = !MigrationOptions.EAGER.equals(job.request().options().restore());
        LazyWindows.Window window =
                windows.go(job.container(), image, file.toString(), lazily, loop.upTo(LONGEST_RESTORE));
        if (!loop.await(window.restored, RESTORED_WITHIN)) {
            throw failed("restore-failed", "container " + job.container() + " was not restored in time");
        }
        try {
            ContainerFacts facts = window.restored.join();
            faults.at(MigrationStep.RESTORE, Moment.DURING, job.container());
            return new Restored(facts, null);
        } catch (CompletionException e) {
            throw failed("restore-failed", e.getCause().getMessage());
        }
    }

    @Override
    public String settle(Job job) throws InterruptedException {
        String container = job.container();
        Optional<LazyWindows.Window> window = windows.find(container);
        if (window.isEmpty()) {
            return null;
        }
        if (!loop.await(window.get().pages, PAGES_WITHIN)) {
            windows.lose(container, "its pages did not come in within " + PAGES_WITHIN.toMinutes() + " min");
        }
        Optional<LazyWindows.Lost> lost = window.get().pages.join();
        if (lost.isPresent()) {
            throw failed(
                    "pages-lost",
                    "container " + container + " ran here from " + lost.get().since() + " until "
                            + lost.get().how() + " at " + lost.get().at() + ": what it did meanwhile is lost");
        }
        windows.over(container);
        return null;
    }

    @Override
    public Optional<String> missingMemory(String container) {
        return windows.find(container)
                .filter(window -> !window.pages.isDone() || window.pages.join().isPresent())
                .map(window -> "pages are missing");
    }

    @Override
    public void discard(Job job, ContainerFacts present) {
        if (present.state().equals("paused")) {
            runtime.end(job.container());
        }
    }

    @Override
    public ContainerFacts resume(Job job) throws InterruptedException {
        faults.at(MigrationStep.RESUME, Moment.BEFORE, job.container());
        settleEarlier(job);
        Optional<ContainerFacts> here = runtime.inspect(job.container());
        if (here.filter(ContainerFacts::running).isPresent()) {
            windows.unfreeze(job.container());
            return here.get();
        }
        if (here.filter(facts -> facts.state().equals("exited")).isPresent()) {
            if (!imagesAreWhole(job.images())) {
                throw failed(
                        "resume-failed",
                        "the frozen processes of " + job.container() + " are gone, and its images are not whole");
            }
            restore(job);
            settle(job);
            return runtime.inspect(job.container()).orElseThrow();
        }
        loop.sleep(THAW);
        ContainerFacts facts = runtime.thaw(job.container());
        faults.at(MigrationStep.RESUME, Moment.AFTER, job.container());
        return facts;
    }

    private void settleEarlier(Job job) throws InterruptedException {
        try {
            settle(job);
        } catch (ProblemException lost) {
            disarm(job);
        }
    }

    private static boolean imagesAreWhole(Path images) {
        try {
            return Manifests.damage(images).isEmpty();
        } catch (IOException e) {
            throw storeFailed("read", images, e);
        }
    }

    @Override
    public void awaitEarlier(Job job, Duration atMost) throws InterruptedException {
        Optional<LazyWindows.Window> window = windows.find(job.container());
        if (window.isPresent() && !loop.await(window.get().restored, atMost)) {
            disarm(job);
        }
    }

    private static ProblemException storeFailed(String what, Path path, Exception e) {
        return new ProblemException(
                new Problem(
                        "store-failed", "The checkpoint store failed", 503, "cannot " + what + " " + path + ": " + e),
                e);
    }

    private static ProblemException failed(String type, String detail) {
        return new ProblemException(new Problem(type, "The live engine failed", 500, detail));
    }
}
