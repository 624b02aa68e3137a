package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.livemigrate.agent.checkpoint.CheckpointEngine.Frozen;
import org.livemigrate.agent.checkpoint.CheckpointEngine.PreCopied;
import org.livemigrate.agent.checkpoint.CriuFigures;
import org.livemigrate.agent.checkpoint.Job;
import org.livemigrate.agent.checkpoint.files.EarlyFiles;
import org.livemigrate.agent.checkpoint.files.FileCarrier;
import org.livemigrate.agent.checkpoint.files.FileTree;
import org.livemigrate.agent.checkpoint.files.Volumes;
import org.livemigrate.agent.checkpoint.network.NetworkHold;
import org.livemigrate.agent.runtime.ContainerRuntime;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.Podman;
import org.livemigrate.agent.runtime.ProcessRunner;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.Measures;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source's half. The container is paused by podman, so that podman knows; CRIU dumps it as it stands in the freezer
 * and leaves it there. So its memory stays where it is until COMMIT: a rollback is a thaw, whatever has become of store
 * and target, and neither a killed CRIU nor a killed agent lets it run.
 */
final class LiveSource {

    private static final Logger LOG = LoggerFactory.getLogger(LiveSource.class);

    private static final Duration DUMP_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final long WORTH_A_NOTE = 4L << 20;
    private static final Duration FREEZES_WITHIN = Duration.ofSeconds(10);
    private static final Duration BETWEEN_PAUSES = Duration.ofMillis(20);

    /** Half of the gate's patience: one that is about to run out must not meet a container that stands still. */
    private static final Duration AT_GATE_NO_LONGER_THAN = Duration.ofSeconds(60);

    private final Podman podman;
    private final Shim shim;
    private final Podman shimmed;
    private final ContainerRuntime runtime;
    private final Freezer freezer;
    private final SharedMappings mappings;
    private final CopiedVolumes volumes;
    private final FileCarrier files;
    private final PreDumps preDumps;
    private final Background background;
    private final Clock clock;
    private final Delay delay;
    private final Path standIn;
    private final Path root;

    /** What PRECOPY found out, so that FREEZE need not look again. */
    private final Map<String, Layout.Source> known = new ConcurrentHashMap<>();

    /** Dumps that PRECOPY has begun, so that they are at the gate when FREEZE comes; by container. */
    private final Map<String, Dump> begun = new ConcurrentHashMap<>();

    /**
     * @param shim that podman calls while it describes the container
     * @param standIn directory in the agent's state that holds {@code checkpoint/inventory.img}
     * @param root of the file system, {@code /} but in tests
     */
    LiveSource(
            Podman podman,
            Shim shim,
            ContainerRuntime runtime,
            Freezer freezer,
            CopiedVolumes volumes,
            PreDumps preDumps,
            Background background,
            Clock clock,
            Delay delay,
            Path standIn,
            Path root) {
        this.podman = podman;
        this.shim = shim;
        this.shimmed = shim.under(podman);
        this.runtime = runtime;
        this.freezer = freezer;
        this.mappings = new SharedMappings(root);
        this.volumes = volumes;
        this.files = new FileCarrier(podman.processes(), shim.jail());
        this.preDumps = preDumps;
        this.background = background;
        this.clock = clock;
        this.delay = delay;
        this.standIn = standIn;
        this.root = root;
    }

    PreCopied preCopy(Job job) throws InterruptedException {
        requireThatVolumesMayLeave(job);
        Layout.Source source = layout(job);
        known.put(job.migration(), source);
        job.progress().report(0.05, "describing the container");
        long memory = memoryBytes(job, source);
        foretell(job, memory);
        describe(job);
        String files = carryFilesEarly(job);
        PreCopied rounds = preDumps.run(job, memory);
        beginEarly(job, source);
        return files == null
                ? rounds
                : new PreCopied(rounds.rounds(), (rounds.note() == null ? "" : rounds.note() + "; ") + files);
    }

    /** The target arms itself meanwhile, so that nothing waits for runc and CRIU to start. */
    private void beginEarly(Job job, Layout.Source source) throws InterruptedException {
        try {
            endBegun(job);
            Map<String, EarlyFiles> early = FileCarrier.readEarly(source.files(), job.images());
            begun.put(job.container(), beginDump(job, placeOfDump(job, source, early)));
        } catch (IOException e) {
            throw LiveImages.storeFailed(job.images(), e);
        }
    }

    private void endBegun(Job job) throws InterruptedException {
        Dump early = begun.remove(job.container());
        if (early != null) {
            early.close();
        }
    }

    private long memoryBytes(Job job, Layout.Source source) {
        try {
            return freezer.memoryBytes(freezer.of(source.pid(), job.container()));
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.internal("the processes of container " + job.container() + " cannot be looked at: "
                            + Failures.why(e)),
                    e);
        }
    }

    /** Before the description: a target that sees that sees this too. */
    private void foretell(Job job, long memoryBytes) {
        LiveImages images = new LiveImages(job.images());
        List<String> descriptors;
        try {
            descriptors = Layout.standardDescriptors(root, job.container());
        } catch (IOException e) {
            LOG.warn("the target of container {} begins its restore late: {}", job.container(), Failures.why(e));
            return;
        }
        try {
            new Forecast(descriptors, memoryBytes).write(images.forecast());
        } catch (IOException e) {
            throw LiveImages.storeFailed(images.forecast(), e);
        }
    }

    private void requireThatVolumesMayLeave(Job job) {
        try {
            Optional<String> objection = volumes.objection(job.request().container());
            if (objection.isPresent()) {
                throw new ProblemException(Problem.conflict("cannot-travel", objection.get()));
            }
        } catch (IOException e) {
            throw new ProblemException(
                    Problem.internal(
                            "the volumes of container " + job.container() + " cannot be read: " + Failures.why(e)),
                    e);
        }
    }

    private Layout.Source layout(Job job) {
        return Layout.ofRunning(podman, root, job.request().container())
                .with(Volumes.copied(job.request().container()));
    }

    /**
     * Files first: what the rounds leave to the final dump grows until it begins.
     *
     * @return for people; null when there is nothing to say
     */
    private String carryFilesEarly(Job job) throws InterruptedException {
        Layout.Source source = known.get(job.migration());
        try {
            Instant now = clock.instant();
            Freezer.Switch group = freezer.of(source.pid(), job.container());
            Optional<Set<Long>> mapped = mappings.inodes(() -> freezer.processes(group));
            long carried = 0;
            if (mapped.isPresent()) { // or processes come and go too fast to be asked
                for (FileTree tree : source.files()) {
                    if (FileCarrier.tellsOfChanges(tree)) {
                        carried += files.carryEarly(tree, job.images(), mapped.get(), now);
                    }
                }
            }
            long left = FileCarrier.left(
                    source.files(), FileCarrier.readEarly(source.files(), job.images()), Long.MAX_VALUE);
            return carried + left < WORTH_A_NOTE
                    ? null
                    : (carried >> 20) + " MB of files were carried while it ran, " + (left >> 20)
                            + " MB were left to the freeze";
        } catch (IOException e) {
            throw LiveImages.storeFailed(job.images(), e);
        }
    }

    /**
     * Podman's own description of the container (name, environment, network, limits, restart policy), as it exports it
     * with a pre-dump; the shim dumps nothing for it. Podman looks for a checkpoint's inventory when it imports, so the
     * archive gets one; the shim restores from elsewhere.
     */
    private void describe(Job job) throws InterruptedException {
        LiveImages images = new LiveImages(job.images());
        Path part = job.images().resolve("description.part");
        List<String> arguments = new ArrayList<>(List.of(
                "container",
                "checkpoint",
                "--pre-checkpoint",
                "--ignore-rootfs",
                "--compress",
                "none",
                "--file-locks"));
        if (job.request().options().tcpEstablished()) {
            arguments.add("--tcp-established");
        }
        arguments.addAll(List.of("--export", part.toString(), job.container()));
        ProcessRunner.Result result = shimmed.attempt(DUMP_TIMEOUT, arguments);
        if (!result.succeeded()) {
            throw Podman.failed("precopy-failed", arguments, result);
        }
        run(
                "precopy-failed",
                List.of(
                        "tar",
                        "--append",
                        "--file",
                        part.toString(),
                        "--directory",
                        standIn.toString(),
                        "checkpoint/inventory.img"));
        try {
            Files.move(part, images.description(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw LiveImages.storeFailed(part, e);
        }
    }

    /** Where a dump is written that does not go straight into the store. */
    Path dumpsInto(Job job) {
        return shim.gate(job.container()).images();
    }

    Frozen freeze(Job job) throws InterruptedException {
        Layout.Source source =
                Optional.ofNullable(known.remove(job.migration())).orElseGet(() -> layout(job));
        LiveImages images = new LiveImages(job.images());
        Freezer.Switch freezing = freezer.of(source.pid(), job.container());
        Gate gate = shim.gate(job.container());
        boolean done = false;
        try {
            Map<String, EarlyFiles> early = FileCarrier.readEarly(source.files(), images.root());
            Path into = placeOfDump(job, source, early);
            boolean packs = into.equals(gate.images());
            preDumps.forget(job.container());
            try (Dump dump = dumpAtGate(job, into)) {
                gate.hold().make(podman.processes(), ENDS_WITHIN);
                Background.Work<Void> hold = background.start(() -> hold(source, gate));
                Background.Work<Void> pause = background.start(() -> pause(job));
                try {
                    while (!freezing.frozen() && !pause.ended()) {
                        delay.pass(PAUSE);
                    }
                    if (!freezing.frozen()) {
                        pause.await();
                    }
                    requireFrozen(freezing, job);
                    gate.hold().go(hold, delay, PAUSE);
                } finally {
                    gate.hold().giveUp(hold, delay);
                }
                hold.await();
                job.progress().report(0.1, "dumping");
                Background.Work<Void> written = background.start(() -> captureFiles(source, early, into));
                Measures measures;
                try {
                    measures = dump.take();
                } finally {
                    written.settle(); // it must not write into images that are being removed
                }
                written.await();
                long bytes = LiveImages.bytes(into);
                List<String> files = packs ? PackedDump.pack(into, images) : images.filesBelow(into);
                pause.await();
                requireFrozen(freezing, job);
                done = true;
                return new Frozen(files, bytes, true, null, measures);
            }
        } catch (IOException e) {
            throw LiveImages.storeFailed(images.root(), e);
        } finally {
            if (!done) {
                thawQuietly(job, source);
            }
        }
    }

    /** Where what is left to dump had better be written: on this host's disk, to be packed, or straight into the store. */
    private Path placeOfDump(Job job, Layout.Source source, Map<String, EarlyFiles> early) throws IOException {
        OptionalLong left = preDumps.leftBytes(job.container());
        long memory =
                left.isPresent() ? left.getAsLong() : freezer.memoryBytes(freezer.of(source.pid(), job.container()));
        long files = FileCarrier.left(source.files(), early, PackedDump.MOST_BYTES);
        return memory + files <= PackedDump.MOST_BYTES ? dumpsInto(job) : new LiveImages(job.images()).last();
    }

    /** One that runs CRIU would freeze by itself, and let go when it has dumped. */
    private static void requireFrozen(Freezer.Switch freezing, Job job) {
        if (!freezing.frozen()) {
            throw new ProblemException(Problem.internal("container " + job.container()
                    + " was let go before it was dumped, or meanwhile; its images are worthless."));
        }
    }

    /** Starts runc and CRIU, which will wait at the gate: their start is not downtime. */
    private Dump beginDump(Job job, Path into) throws IOException, InterruptedException {
        Gate gate = shim.gate(job.container());
        try {
            gate.delete();
            LiveImages.make(gate.directory());
            LiveImages.make(gate.images());
            gate.pipe().make(podman.processes(), ENDS_WITHIN);
        } catch (IOException e) {
            throw Shim.stateFailed("cannot make what CRIU waits at in " + gate.directory() + ": " + Failures.why(e), e);
        }
        return new Dump(gate, LiveImages.make(into), clock.instant(), background.start(() -> dump(job, into)), delay);
    }

    /**
     * The dump that PRECOPY has begun, when it still does; otherwise another.
     *
     * @throws ProblemException when it does not get to the gate; the container was not touched
     */
    private Dump dumpAtGate(Job job, Path into) throws IOException, InterruptedException {
        Dump early = begun.get(job.container());
        if (early != null
                && early.into.equals(into)
                && Duration.between(early.begun, clock.instant()).compareTo(AT_GATE_NO_LONGER_THAN) < 0
                && getsToGate(early)) {
            begun.remove(job.container());
            return early;
        }
        endBegun(job);
        Dump dump = beginDump(job, into);
        boolean there = false;
        try {
            there = getsToGate(dump);
            if (!there) {
                dump.work.await();
                throw new ProblemException(
                        Problem.internal("runc ended before it had CRIU dump container " + job.container() + "."));
            }
            return dump;
        } finally {
            if (!there) {
                dump.close();
            }
        }
    }

    private boolean getsToGate(Dump dump) throws InterruptedException {
        while (!dump.gate.reached() && !dump.work.ended()) {
            delay.pass(PAUSE);
        }
        return !dump.work.ended();
    }

    /** A dump that waits to begin, or is under way. */
    private record Dump(Gate gate, Path into, Instant begun, Background.Work<Void> work, Delay delay)
            implements AutoCloseable {

        /** Lets it begin, and waits for its end. The container must stand still. */
        Measures take() throws IOException, InterruptedException {
            long opened = System.nanoTime();
            gate.open();
            work.await();
            long took = Duration.ofNanos(System.nanoTime() - opened).toMillis();
            return new Measures(took, CriuFigures.dumpIn(into), null);
        }

        /** Ends it where it had not begun. */
        @Override
        public void close() throws InterruptedException {
            try {
                gate.pipe().giveUp(work, delay);
                gate.delete();
            } catch (IOException e) {
                LOG.warn("{} stays behind: {}", gate.directory(), Failures.why(e));
            }
        }
    }

    private Void hold(Layout.Source source, Gate gate) throws InterruptedException {
        if (source.connected()) {
            networkOf(source)
                    .closeAt(
                            gate.hold().path(),
                            FREEZES_WITHIN.plus(Podman.USUAL_TIMEOUT).plus(ENDS_WITHIN));
        }
        return null;
    }

    private void letNetworkGo(Layout.Source source) throws InterruptedException {
        if (source.connected()) {
            networkOf(source).open();
        }
    }

    private NetworkHold networkOf(Layout.Source source) {
        return NetworkHold.of(podman.processes(), shim.networkHold(), source.pid());
    }

    /**
     * With control groups of version 1 runc gives up after some 50 ms on a process that waits in the kernel, for example
     * for a sync of the disk; CRIU's own freezing waits ten seconds.
     */
    private Void pause(Job job) throws InterruptedException {
        List<String> arguments = List.of("pause", job.container());
        long deadline = System.nanoTime() + FREEZES_WITHIN.toNanos();
        ProcessRunner.Result result = podman.attempt(Podman.USUAL_TIMEOUT, arguments);
        while (!result.succeeded()) {
            boolean runs = runtime.inspect(job.container())
                    .filter(ContainerFacts::running)
                    .isPresent();
            if (!runs || System.nanoTime() > deadline) {
                throw Podman.failed("freeze-failed", arguments, result);
            }
            delay.pass(BETWEEN_PAUSES);
            result = podman.attempt(Podman.USUAL_TIMEOUT, arguments);
        }
        return null;
    }

    private Void captureFiles(Layout.Source source, Map<String, EarlyFiles> early, Path into)
            throws InterruptedException {
        try {
            for (FileTree tree : source.files()) {
                files.capture(tree, early, into);
            }
            return null;
        } catch (IOException e) {
            throw LiveImages.storeFailed(into, e);
        }
    }

    private Void dump(Job job, Path into) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "runc",
                "checkpoint",
                "--leave-running",
                "--file-locks",
                "--image-path",
                into.toString(),
                "--work-path",
                into.toString()));
        command.addAll(new LiveImages(job.images()).parentOfLast(into));
        if (job.request().options().tcpEstablished()) {
            command.add("--tcp-established");
        }
        command.add(job.container());
        try {
            run("freeze-failed", command, shim.environmentOfGate(job.container()));
        } catch (ProblemException e) {
            throw CriuLog.explained(e, into.resolve(CriuLog.OF_DUMP));
        }
        return null;
    }

    /** Lets a paused copy go on; one that runs is left alone. Empty when there is no living copy here. */
    Optional<ContainerFacts> thaw(Job job) throws InterruptedException {
        endBegun(job);
        Optional<ContainerFacts> present = runtime.inspect(job.container());
        if (present.isEmpty()) {
            return Optional.empty();
        }
        if (present.get().state().equals("paused")) {
            letNetworkGo(Layout.ofRunning(podman, root, job.request().container()));
            List<String> arguments = List.of("unpause", job.container());
            ProcessRunner.Result result = podman.attempt(Podman.USUAL_TIMEOUT, arguments);
            return runtime.inspect(job.container())
                    .filter(ContainerFacts::running)
                    .or(() -> {
                        throw Podman.failed("resume-failed", arguments, result);
                    });
        }
        if (present.get().running()) {
            thaw(job, Layout.ofRunning(podman, root, job.request().container()));
        }
        return present.filter(ContainerFacts::running);
    }

    /** Of one that stands still though podman holds that it runs: podman had not noted its pause when it ended. */
    private void thaw(Job job, Layout.Source source) throws InterruptedException {
        letNetworkGo(source);
        if (freezer.of(source.pid(), job.container()).frozen()) {
            run("resume-failed", List.of("runc", "resume", job.container()));
        }
    }

    private void thawQuietly(Job job, Layout.Source source) {
        // only what podman does not know of: a container that podman has paused is brought back under the claim
        try {
            if (runtime.inspect(job.container()).filter(ContainerFacts::running).isPresent()) {
                thaw(job, source);
            }
        } catch (ProblemException e) {
            LOG.warn("container {} may stand still: {}", job.container(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Within the freezer, as the shim makes it: no process runs an instruction of its own again. By podman, so that it does
     * not take the end for one of the container's own, after which a restart policy has it begin anew.
     */
    void discard(Job job, ContainerFacts present) throws InterruptedException {
        known.remove(job.migration());
        if (!present.state().equals("paused")) {
            return;
        }
        try {
            volumes.markOld(job.request().container());
        } catch (IOException e) {
            throw Shim.stateFailed(
                    "cannot note that the volumes of container " + job.container() + " are old: " + Failures.why(e), e);
        }
        List<String> arguments = List.of("kill", job.container());
        ProcessRunner.Result result = shimmed.attempt(Podman.USUAL_TIMEOUT, arguments);
        if (!result.succeeded()) {
            throw Podman.failed("commit-failed", arguments, result);
        }
    }

    private Duration run(String type, List<String> command) throws InterruptedException {
        return run(type, command, Map.of());
    }

    private Duration run(String type, List<String> command, Map<String, String> environment)
            throws InterruptedException {
        try {
            ProcessRunner.Result result =
                    podman.processes().run(new ProcessRunner.Command(command, environment, DUMP_TIMEOUT));
            if (!result.succeeded()) {
                throw new ProblemException(new Problem(
                        type,
                        command.get(0) + " reported a failure",
                        500,
                        String.join(" ", command)
                                + (result.timedOut() ? " took too long" : " exited with status " + result.exitStatus())
                                + ": " + result.stderr().strip().replaceAll("\\s*\\n\\s*", "; ")));
            }
            return result.elapsed();
        } catch (IOException e) {
            throw new ProblemException(
                    new Problem(type, "A program cannot be started", 503, command.get(0) + ": " + e.getMessage()), e);
        }
    }
}
