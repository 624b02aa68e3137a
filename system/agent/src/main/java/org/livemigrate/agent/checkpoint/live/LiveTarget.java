package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.livemigrate.agent.checkpoint.CheckpointEngine.Restored;
import org.livemigrate.agent.checkpoint.CriuFigures;
import org.livemigrate.agent.checkpoint.Job;
import org.livemigrate.agent.checkpoint.files.FileCarrier;
import org.livemigrate.agent.checkpoint.files.Volumes;
import org.livemigrate.agent.checkpoint.files.Volumes.Volume;
import org.livemigrate.agent.checkpoint.network.NetworkHold;
import org.livemigrate.agent.runtime.ContainerRuntime;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.Podman;
import org.livemigrate.agent.runtime.ProcessRunner;
import org.livemigrate.agent.store.Trees;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.ImageManifest;
import org.livemigrate.protocol.migration.Measures;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The target's half. Armed: podman has imported the container and made its storage and network, and its runtime, the
 * shim, waits. What is left for the downtime is the writable layer and CRIU's restore of the process tree; the memory
 * comes in afterwards, served from the store.
 */
final class LiveTarget {

    private static final Logger LOG = LoggerFactory.getLogger(LiveTarget.class);

    private static final Duration RESTORE_TIMEOUT = Duration.ofMinutes(11);
    private static final Duration ARMED_WITHIN = Duration.ofSeconds(60);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(20);
    private static final Duration DESCRIPTION_VISIBLE_WITHIN = Duration.ofSeconds(5);
    private static final Duration PAGES_WITHIN = Duration.ofMinutes(10);
    private static final Duration PAUSE = Duration.ofMillis(5);

    /** Less memory is there sooner than a server of pages has started; about 40 ms at the 100 MB/s of a slow store. */
    private static final long WORTH_SERVING_BYTES = 4L << 20;

    private final String me;
    private final Podman shimmed;
    private final Shim shim;
    private final ContainerRuntime runtime;
    private final Freezer freezer;
    private final FileCarrier files;
    private final CopiedVolumes volumes;
    private final RestoreCost restores;
    private final Background background;
    private final boolean canRestoreLazily;
    private final Clock clock;
    private final Delay delay;

    /** Podmans whose shims wait for this agent's word, by container. */
    private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();

    /** @param ahead how the restore was begun; null where it was not */
    private record Waiting(Background.Work<ProcessRunner.Result> podman, Ahead ahead) {}

    /** What runc cannot be told any more once it has started. */
    private record Ahead(Forecast forecast, boolean lazy) {}

    LiveTarget(
            String me,
            Podman shimmed,
            Shim shim,
            ContainerRuntime runtime,
            Freezer freezer,
            CopiedVolumes volumes,
            RestoreCost restores,
            Background background,
            boolean canRestoreLazily,
            Clock clock,
            Delay delay) {
        this.me = me;
        this.shimmed = shimmed;
        this.shim = shim;
        this.runtime = runtime;
        this.freezer = freezer;
        this.files = new FileCarrier(shimmed.processes(), shim.jail());
        this.volumes = volumes;
        this.restores = restores;
        this.background = background;
        this.canRestoreLazily = canRestoreLazily;
        this.clock = clock;
        this.delay = delay;
    }

    void arm(Job job) throws InterruptedException {
        makeReady(job);
        job.progress().report(0.5, "reading the pre-dumps ahead");
        PreDumpCache.warm(new LiveImages(job.images()));
    }

    private void makeReady(Job job) throws InterruptedException {
        Armed armed = armed(job);
        boolean again = Files.exists(armed.directory());
        disarm(job);
        if (again || !arrives(job)) { // podman still has it
            runtime.remove(job.container());
        }
        LiveImages images = new LiveImages(job.images());
        try {
            awaitDescription(images.description());
            if (arrives(job)) {
                volumes.makeRoom(job.request().container());
            }
            for (Volume volume : Volumes.copied(job.request().container())) {
                files.applyEarly(images.root(), volume.name(), volume.path());
            }
            LiveImages.make(armed.directory());
            armed.pipe().make(shimmed.processes(), ARMED_WITHIN);
            List<String> arguments = importing(job, images);
            Background.Work<ProcessRunner.Result> podman =
                    background.start(() -> shimmed.attempt(RESTORE_TIMEOUT, arguments));
            waiting.put(job.container(), new Waiting(podman, null));
            Instant deadline = clock.instant().plus(ARMED_WITHIN);
            while (armed.bundle().isEmpty()) {
                if (podman.ended() || clock.instant().isAfter(deadline)) {
                    ProcessRunner.Result result = giveUp(job, armed);
                    disarm(job);
                    throw Podman.failed("arm-failed", arguments, result);
                }
                delay.pass(PAUSE);
            }
            Layout.Target target = Layout.ofBundle(armed.bundle().orElseThrow());
            holdNetwork(armed, target);
            for (Map.Entry<String, Path> tree : target.files().entrySet()) {
                files.applyEarly(images.root(), tree.getKey(), tree.getValue());
            }
            LiveImages.make(armed.images());
            waiting.put(job.container(), new Waiting(podman, beginRestore(job, images, armed)));
        } catch (IOException e) {
            throw failed("arm-failed", job, e);
        }
    }

    /** runc and CRIU get as far as they can without images: their start is no downtime. */
    private Ahead beginRestore(Job job, LiveImages images, Armed armed) throws IOException {
        Optional<Forecast> forecast = Forecast.read(images.forecast());
        if (forecast.isEmpty()) {
            return null;
        }
        forecast.get().putDescriptors(armed.images());
        Ahead ahead = new Ahead(forecast.get(), lazily(job, forecast.get().memoryBytes()));
        armed.begin(mode(ahead.lazy()));
        return ahead;
    }

    private static String mode(boolean lazy) {
        return lazy ? MigrationOptions.LAZY : MigrationOptions.EAGER;
    }

    /** Not where the source brings back what it had: the places of its volumes are its own. */
    private boolean arrives(Job job) {
        return !job.request().from().equals(me);
    }

    private Map<String, Path> trees(Job job, Layout.Target target) {
        Map<String, Path> trees = new LinkedHashMap<>(target.files());
        Volumes.copied(job.request().container()).forEach(volume -> trees.put(volume.name(), volume.path()));
        return trees;
    }

    /** Why this host cannot take the container's volumes, for people. */
    Optional<String> objection(ContainerFacts container) {
        try {
            return volumes.objectionHere(container);
        } catch (IOException e) {
            return Optional.of("where the volumes of container " + container.name() + " would be cannot be read: "
                    + Failures.why(e));
        }
    }

    /** The container runs here, with all of its memory. */
    void ownVolumes(Job job) {
        if (arrives(job)) {
            try {
                volumes.own(job.request().container());
            } catch (IOException e) {
                throw failed("restore-failed", job, e);
            }
        }
    }

    /** It does not stay here. */
    void giveUpVolumes(Job job) {
        if (arrives(job)) {
            try {
                volumes.giveUp(job.request().container());
            } catch (IOException e) {
                throw failed("disarm-failed", job, e);
            }
        }
    }

    /** A peer's packet must find no host that has the address and not the connection. */
    private void holdNetwork(Armed armed, Layout.Target target) throws IOException, InterruptedException {
        if (target.network().isPresent()) {
            Path network = target.network().get();
            new NetworkHold(shimmed.processes(), shim.networkHold(), network).close();
            armed.held(network);
        }
    }

    private static List<String> importing(Job job, LiveImages images) {
        List<String> arguments = new ArrayList<>(List.of("container", "restore", "--file-locks"));
        if (job.request().options().tcpEstablished()) {
            arguments.add("--tcp-established");
        }
        arguments.addAll(job.addressOptions());
        arguments.addAll(List.of("--import", images.description().toString()));
        return arguments;
    }

    /** The name of a file that another host has just made may take a few seconds to be seen over NFS. */
    private void awaitDescription(Path description) throws InterruptedException {
        Instant deadline = clock.instant().plus(DESCRIPTION_VISIBLE_WITHIN);
        while (!Files.exists(description)) {
            if (clock.instant().isAfter(deadline)) {
                throw new ProblemException(new Problem(
                        "image-damaged",
                        "The container's description is missing",
                        409,
                        description + " is not to be seen on this host. Is the same store mounted on both?"));
            }
            delay.pass(PAUSE);
        }
    }

    Restored restore(Job job) throws InterruptedException {
        Waiting waits = waiting.get(job.container());
        if (waits == null || waits.podman().ended()) {
            LOG.info("container {} was not armed, or waited too long; arming it now", job.container());
            makeReady(job);
            waits = waiting.get(job.container());
        }
        Armed armed = armed(job);
        LiveImages images = new LiveImages(job.images());
        Instant begun;
        try {
            Layout.Target target = Layout.ofBundle(armed.bundle().orElseThrow());
            Path last = armed.images();
            bringLastDump(job, images, last);
            for (Map.Entry<String, Path> tree : trees(job, target).entrySet()) {
                files.apply(last, tree.getKey(), tree.getValue());
            }
            begun = clock.instant();
            boolean lazy = lazily(job, memoryBytes(job, images));
            Ahead ahead = waits.ahead();
            if (ahead != null && (ahead.lazy() || !lazy) && ahead.forecast().holdsFor(last)) {
                armed.go();
            } else {
                armed.goAnew(mode(lazy));
            }
        } catch (IOException e) {
            throw failed("restore-failed", job, e);
        }
        ProcessRunner.Result result = waits.podman().await();
        waiting.remove(job.container());
        if (!result.succeeded()) {
            throw CriuLog.explained(
                    Podman.failed("restore-failed", importing(job, images), result),
                    armed.directory().resolve(CriuLog.OF_RESTORE));
        }
        Duration took = Duration.between(begun, clock.instant());
        restores.measured(took);
        Measures measures = new Measures(took.toMillis(), null, CriuFigures.restoreIn(armed.directory()));
        return new Restored(facts(job), measures);
    }

    /** Where CRIU finds the final dump. */
    Path restoresFrom(Job job) {
        return armed(job).images();
    }

    /** The directory stays: a runc that was begun holds it open. */
    private static void bringLastDump(Job job, LiveImages images, Path directory) throws IOException {
        Trees.empty(directory);
        ImageManifest written = job.request().images();
        List<String> names = written == null
                ? images.lastFiles()
                : written.files().stream().map(ImageManifest.ImageFile::name).toList();
        if (LiveImages.isPacked(names)) {
            PackedDump.unpack(images, directory);
        } else {
            images.linkLast(names.stream().filter(LiveImages::isOfLast).toList(), directory);
        }
    }

    /** Of the copy that was restored; when it does not run any more, why. */
    ContainerFacts facts(Job job) {
        Optional<ContainerFacts> running = runtime.inspect(job.container()).filter(ContainerFacts::running);
        if (running.isPresent()) {
            return running.get();
        }
        Armed armed = armed(job);
        try {
            if (armed.lazy() && armed.pages() instanceof Armed.Pages.Lost lost) {
                throw pagesLost(job, armed, lost);
            }
        } catch (IOException e) {
            LOG.warn("how the pages of container {} fare is not known: {}", job.container(), Failures.why(e));
        }
        throw new ProblemException(new Problem(
                "restore-failed",
                "The container does not run",
                500,
                "podman restored container " + job.container() + ", and it does not run."));
    }

    private boolean lazily(Job job, long memoryBytes) {
        MigrationOptions options = job.request().options();
        return canRestoreLazily
                && options.mayRestoreLazily()
                && (MigrationOptions.LAZY.equals(options.restore()) || memoryBytes > WORTH_SERVING_BYTES);
    }

    /** In a request that says what was written there is no need to ask the store, while the container stands still. */
    private static long memoryBytes(Job job, LiveImages images) throws IOException {
        ImageManifest written = job.request().images();
        return written == null
                ? images.memoryBytes()
                : written.files().stream()
                        .filter(file -> LiveImages.holdsPages(file.name()))
                        .mapToLong(ImageManifest.ImageFile::bytes)
                        .sum();
    }

    String settle(Job job) throws InterruptedException {
        Armed armed = armed(job);
        try {
            if (!armed.lazy()) {
                armed.delete();
                return canRestoreLazily || !job.request().options().mayRestoreLazily()
                        ? null
                        : "restored eagerly: criu check --feature uffd-noncoop fails on this host's kernel.";
            }
            job.progress().report(0.5, "waiting for the memory");
            Instant deadline = clock.instant().plus(PAGES_WITHIN);
            Armed.Pages pages = armed.pages();
            while (pages instanceof Armed.Pages.Coming && clock.instant().isBefore(deadline)) {
                delay.pass(PAUSE);
                pages = armed.pages();
            }
            if (pages instanceof Armed.Pages.Complete) {
                armed.delete();
                return null;
            }
            throw pagesLost(job, armed, pages);
        } catch (IOException e) {
            throw failed("pages-lost", job, e);
        }
    }

    /**
     * A RESUME that brought the container back from its images may have ended before these were in. What lost its pages
     * then stands still in the freezer and looks like a frozen copy that is whole: a thaw would let it run without memory.
     */
    void settleEarlier(Job job) throws InterruptedException {
        if (!armed(job).lazy()) {
            return;
        }
        try {
            settle(job);
        } catch (ProblemException lost) {
            LOG.warn("container {} is to be restored from its images again: {}", job.container(), lost.getMessage());
            disarm(job);
        }
    }

    Optional<String> missingMemory(String container) {
        Armed armed = armed(container);
        if (!armed.lazy()) {
            return Optional.empty();
        }
        try {
            Armed.Pages pages = armed.pages();
            if (pages instanceof Armed.Pages.Complete) {
                return Optional.empty();
            }
            return Optional.of(
                    pages instanceof Armed.Pages.Lost lost
                            ? "it has lost memory (" + lost.how() + ") and stands still: recover the migration by which"
                                    + " it came here"
                            : "its memory is still coming in from the store: try again later");
        } catch (IOException e) {
            return Optional.of("how its memory comes in cannot be read: " + Failures.why(e));
        }
    }

    private ProblemException pagesLost(Job job, Armed armed, Armed.Pages pages) throws IOException {
        Instant end = clock.instant();
        String how = "its pages did not come in within " + PAGES_WITHIN.toMinutes() + " min";
        if (pages instanceof Armed.Pages.Lost lost) {
            how = lost.how();
            end = lost.at();
        }
        Optional<ContainerFacts> facts = runtime.inspect(job.container());
        if (facts.isPresent() && facts.get().running()) {
            try {
                freezer.of(facts.get().pid(), job.container()).freeze();
            } catch (ProblemException | IOException e) {
                LOG.warn(
                        "container {} without its pages is not frozen; has it ended? {}",
                        job.container(),
                        Failures.why(e));
            }
        }
        Instant begin = armed.runningSince().orElse(end);
        ProblemException failure = new ProblemException(new Problem(
                "pages-lost",
                "The container cannot get the rest of its memory",
                500,
                "container " + job.container() + " ran here from " + begin + " until " + how + " at " + end
                        + " and stands still since. The source still holds it as it was when it was frozen: what it did"
                        + " here in those "
                        + Math.max(0, Duration.between(begin, end).toMillis())
                        + " ms is lost when it goes on there."));
        return CriuLog.explained(failure, armed.directory().resolve(CriuLog.OF_SERVER));
    }

    /** Ends the shim that waits, the server of pages, and the processes of what was restored; removes the marks. */
    void disarm(Job job) throws InterruptedException {
        Armed armed = armed(job);
        if (!Files.exists(armed.directory())) {
            waiting.remove(job.container());
            return;
        }
        try {
            giveUp(job, armed);
            armed.endPages(ENDS_WITHIN);
            // podman must know, or a restart policy has it begin anew; it knows nothing of one that is half restored
            shimmed.attempt(Podman.USUAL_TIMEOUT, List.of("kill", job.container()));
            // within the freezer, which may hold it: a plain signal would wait for the thaw
            shimmed.processes()
                    .run(new ProcessRunner.Command(
                            List.of("runc", "kill", "--all", job.container(), "KILL"), ENDS_WITHIN));
            armed.delete();
        } catch (IOException e) {
            throw failed("disarm-failed", job, e);
        }
    }

    /** Sends the waiting shim home; an earlier life's too. */
    private ProcessRunner.Result giveUp(Job job, Armed armed) throws IOException, InterruptedException {
        Waiting waits = waiting.remove(job.container());
        if (waits != null) {
            armed.pipe().giveUp(waits.podman(), delay);
            return waits.podman().await();
        }
        armed.pipe().giveUp();
        shimmed.processes()
                .awaitStrays(new LiveImages(job.images()).description().toString(), ENDS_WITHIN);
        return null;
    }

    private Armed armed(Job job) {
        return armed(job.container());
    }

    private Armed armed(String container) {
        return new Armed(shim.work(container));
    }

    private static ProblemException failed(String type, Job job, IOException e) {
        return new ProblemException(
                new Problem(
                        type,
                        "The container could not be restored",
                        500,
                        "container " + job.container() + ": " + Failures.why(e)),
                e);
    }
}
