package org.livemigrate.agent.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.livemigrate.agent.runtime.ContainerRuntime;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.Podman;
import org.livemigrate.agent.runtime.ProcessRunner;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.Measures;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.StepResult.PreDumpRound;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The report's own sequence (section 2.2): pre-dumps spaced by a delay, {@code podman container checkpoint
 * --with-previous} exported to the shared store, {@code podman container restore --import --import-previous} on the
 * target. Everything else is measured against it.
 *
 * <p>Podman's pre-dumps are not incremental among themselves: each replaces the one before, so only the last matters.
 */
public final class PodmanEngine implements CheckpointEngine {

    /** The final dump with all its memory. */
    public static final String ARCHIVE = "checkpoint.tar";

    /** The last pre-dump. */
    public static final String PREVIOUS = "pre-dump.tar";

    /** A dump of many GB over a network file system may take minutes. */
    public static final Duration DUMP_TIMEOUT = Duration.ofMinutes(10);

    private static final Logger LOG = LoggerFactory.getLogger(PodmanEngine.class);
    private static final String PART = ".part";

    /** Networks in which a container has no address of its own. */
    private static final List<String> WITHOUT_ADDRESS = List.of("none", "host");

    private final Podman podman;
    private final CriuFigures figures;
    private final ContainerRuntime runtime;
    private final StoredHosts hosts;
    private final boolean canCheckpoint;
    private final boolean canPreDump;
    private final Announcement announcement;
    private final Delay delay;

    /** Tells peers of a container that has come here where its addresses are now. */
    @FunctionalInterface
    public interface Announcement {
        /**
         * @param pid the container's first process
         * @throws ProblemException when it cannot be done; the container runs all the same
         */
        void of(int pid) throws InterruptedException;
    }

    /**
     * @param figures reads what CRIU left beside a container
     * @param canCheckpoint CRIU's own check has passed on this host
     * @param canPreDump the kernel tracks dirty pages
     */
    public PodmanEngine(
            Podman podman,
            CriuFigures figures,
            ContainerRuntime runtime,
            StoredHosts hosts,
            boolean canCheckpoint,
            boolean canPreDump,
            Announcement announcement,
            Delay delay) {
        this.podman = podman;
        this.figures = figures;
        this.runtime = runtime;
        this.hosts = hosts;
        this.canCheckpoint = canCheckpoint;
        this.canPreDump = canPreDump;
        this.announcement = announcement;
        this.delay = delay;
    }

    @Override
    public String name() {
        return "podman";
    }

    @Override
    public boolean usable() {
        return canCheckpoint;
    }

    @Override
    public Optional<String> objection(ContainerFacts container, String from) throws InterruptedException {
        return hosts.objection(from);
    }

    @Override
    public PreCopied preCopy(Job job) throws InterruptedException {
        MigrationOptions options = job.request().options();
        if (options.preDumpRounds() == 0) {
            return new PreCopied(List.of(), null);
        }
        if (!canPreDump) {
            return new PreCopied(
                    List.of(),
                    "no pre-dumps: this kernel cannot track dirty pages (criu check --feature mem_dirty_track fails), so"
                            + " all memory is dumped while the container stands still.");
        }
        Path part = job.images().resolve(PREVIOUS + PART);
        Path previous = job.images().resolve(PREVIOUS);
        List<PreDumpRound> rounds = new ArrayList<>();
        for (int round = 1; round <= options.preDumpRounds(); round++) {
            if (round > 1) {
                delay.pass(Duration.ofMillis(options.preDumpDelayMs()));
            }
            job.progress()
                    .report(
                            (round - 1.0) / options.preDumpRounds(),
                            "pre-dump " + round + " of " + options.preDumpRounds());
            List<String> arguments = new ArrayList<>(List.of("container", "checkpoint", "--pre-checkpoint"));
            arguments.addAll(dumpOptions(options));
            arguments.addAll(List.of("--export", part.toString(), job.container()));
            ProcessRunner.Result result = podman.attempt(DUMP_TIMEOUT, arguments);
            if (!result.succeeded()) {
                deleteQuietly(part);
                return new PreCopied(
                        rounds,
                        "pre-dump " + round + " failed and the rest was left out (" + Podman.describe(arguments, result)
                                + ").");
            }
            try {
                long bytes = Files.size(part);
                Files.move(part, previous, StandardCopyOption.ATOMIC_MOVE);
                rounds.add(new PreDumpRound(round, result.elapsed().toMillis(), bytes, figures.dump(job.container())));
            } catch (IOException e) {
                throw storeFailed(part, e);
            }
        }
        return new PreCopied(rounds, null);
    }

    @Override
    public Frozen freeze(Job job) throws InterruptedException {
        MigrationOptions options = job.request().options();
        Path part = job.images().resolve(ARCHIVE + PART);
        Path archive = job.images().resolve(ARCHIVE);
        boolean withPrevious = Files.exists(job.images().resolve(PREVIOUS));
        List<String> arguments = new ArrayList<>(List.of("container", "checkpoint"));
        arguments.addAll(dumpOptions(options));
        arguments.addAll(figures.keep());
        if (withPrevious) {
            arguments.add("--with-previous");
        }
        arguments.addAll(List.of("--export", part.toString(), job.container()));
        job.progress().report(0.1, "dumping");
        ProcessRunner.Result result = podman.attempt(DUMP_TIMEOUT, arguments);
        if (!result.succeeded()) {
            deleteQuietly(part);
            throw Podman.failed("freeze-failed", arguments, result);
        }
        Optional<ContainerFacts> facts = runtime.inspect(job.container());
        // gone is what becomes of one that was made with --rm: then the archive is all there is of it
        if (facts.isPresent() && facts.get().running()) {
            deleteQuietly(part);
            throw new ProblemException(new Problem(
                    "freeze-failed",
                    "Podman reported a failure",
                    500,
                    "podman said that container " + job.container() + " is checkpointed, and it is "
                            + facts.get().state() + "."));
        }
        try {
            Files.move(part, archive, StandardCopyOption.ATOMIC_MOVE);
            List<String> files = withPrevious ? List.of(PREVIOUS, ARCHIVE) : List.of(ARCHIVE);
            Measures measures = new Measures(result.elapsed().toMillis(), figures.dump(job.container()), null);
            return new Frozen(files, Files.size(archive), false, null, measures);
        } catch (IOException e) {
            throw storeFailed(part, e);
        }
    }

    @Override
    public Restored restore(Job job) throws InterruptedException {
        MigrationOptions options = job.request().options();
        List<String> arguments = new ArrayList<>(List.of("container", "restore"));
        arguments.addAll(restoreOptions(options));
        arguments.addAll(job.addressOptions());
        arguments.addAll(figures.keep());
        arguments.addAll(List.of("--import", job.images().resolve(ARCHIVE).toString()));
        if (Files.exists(job.images().resolve(PREVIOUS))) {
            arguments.addAll(
                    List.of("--import-previous", job.images().resolve(PREVIOUS).toString()));
        }
        job.progress().report(0.5, "restoring");
        ProcessRunner.Result result = podman.attempt(DUMP_TIMEOUT, arguments);
        if (!result.succeeded()) {
            throw Podman.failed("restore-failed", arguments, result);
        }
        ContainerFacts facts = running(job, "restore-failed", arguments, result);
        announce(facts);
        Measures measures = new Measures(result.elapsed().toMillis(), null, figures.restore(job.container()));
        figures.removeImages(job.container());
        return new Restored(facts, measures);
    }

    /** A peer without a connection to it would look for it on the source for some 20 s more. */
    private void announce(ContainerFacts container) throws InterruptedException {
        if (WITHOUT_ADDRESS.contains(container.network())) {
            return;
        }
        try {
            announcement.of(container.pid());
        } catch (ProblemException e) {
            LOG.info("peers of {} are not told where it is now: {}", container.id(), e.getMessage());
        }
    }

    @Override
    public ContainerFacts resume(Job job) throws InterruptedException {
        Optional<ContainerFacts> present = runtime.inspect(job.container());
        if (present.isPresent() && present.get().running()) {
            return present.get();
        }
        List<String> arguments = new ArrayList<>(List.of("container", "restore"));
        arguments.addAll(restoreOptions(job.request().options()));
        arguments.add(job.container());
        job.progress().report(0.5, "restoring the source's own copy");
        // its exit status does not decide here: another podman may have been faster, and then all is well
        ProcessRunner.Result result = podman.attempt(DUMP_TIMEOUT, arguments);
        ContainerFacts facts = running(job, "resume-failed", arguments, result);
        announce(facts); // peers may have heard of a target that did not keep it
        return facts;
    }

    private ContainerFacts running(Job job, String type, List<String> arguments, ProcessRunner.Result result) {
        return runtime.inspect(job.container())
                .filter(ContainerFacts::running)
                .orElseThrow(() -> Podman.failed(type, arguments, result));
    }

    @Override
    public void awaitEarlier(Job job, Duration atMost) throws InterruptedException {
        for (String file : List.of(PREVIOUS + PART, ARCHIVE + PART, ARCHIVE)) {
            podman.processes().awaitStrays(job.images().resolve(file).toString(), atMost);
        }
    }

    private static List<String> dumpOptions(MigrationOptions options) {
        List<String> arguments = new ArrayList<>(List.of("--compress", options.compression(), "--file-locks"));
        if (options.tcpEstablished()) {
            arguments.add("--tcp-established");
        }
        return arguments;
    }

    private static List<String> restoreOptions(MigrationOptions options) {
        return options.tcpEstablished() ? List.of("--file-locks", "--tcp-established") : List.of("--file-locks");
    }

    private static void deleteQuietly(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("{} stays behind: {}", path, e.getMessage());
        }
    }

    private static ProblemException storeFailed(Path path, IOException e) {
        return new ProblemException(
                new Problem(
                        "store-failed",
                        "The checkpoint store failed",
                        503,
                        "cannot put " + path + " in place: " + Failures.why(e)
                                + ". Is the store writable and not full?"),
                e);
    }
}
