package org.livemigrate.agent.migration;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.livemigrate.agent.checkpoint.CheckpointEngine;
import org.livemigrate.agent.checkpoint.Job;
import org.livemigrate.agent.checkpoint.files.Volumes;
import org.livemigrate.agent.store.Claim;
import org.livemigrate.agent.store.Manifests;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.ImageManifest;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.migration.StepResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source's steps. Its copy is removed by COMMIT alone; whatever fails before, the container runs here or can be
 * resumed here.
 */
final class SourceSteps {

    private static final Logger LOG = LoggerFactory.getLogger(SourceSteps.class);

    private final StepContext context;

    /** What the store held of migrations when their containers still ran, to be described no more when they do not. */
    private final Map<String, ImageManifest> settled = new ConcurrentHashMap<>();

    SourceSteps(StepContext context) {
        this.context = context;
    }

    /** See {@link StepHandler#describe}. */
    Optional<ContainerFacts> describe(String container) {
        return context.runtime()
                .inspect(container)
                .map(facts ->
                        facts.running() && context.missingMemory(container).isPresent()
                                ? facts.inState("incomplete", facts.pid(), facts.startedAt())
                                : facts);
    }

    StepResult preCopy(String migration, StepRequest request, Job.Progress progress) throws InterruptedException {
        Instant begun = context.clock().instant();
        CheckpointEngine engine = context.engine(request);
        requireRunning(request, engine);
        requireSpace(request);
        context.store().deleteImages(migration);
        context.store().images(migration);
        Job job = context.job(migration, request, progress);
        CheckpointEngine.PreCopied copied = engine.preCopy(job);
        settled.put(migration, context.describeSettled(engine, job));
        return new StepResult(context.elapsedMs(begun), copied.bytes(), null, copied.rounds(), null, copied.note());
    }

    StepResult freeze(String migration, StepRequest request, Job.Progress progress) throws InterruptedException {
        Instant begun = context.clock().instant();
        CheckpointEngine engine = context.engine(request);
        requireRunning(request, engine);
        requireSpace(request);
        Path images = context.store().images(migration);
        try {
            Job job = context.job(migration, request, progress);
            CheckpointEngine.Frozen frozen = engine.freeze(job);
            progress.report(0.9, "describing the images");
            if (!frozen.memoryKept()) {
                for (String file : frozen.files()) {
                    context.store().sync(images.resolve(file));
                }
            }
            ImageManifest before = settled.remove(migration);
            ImageManifest manifest = (before == null ? context.describeSettled(engine, job) : before)
                    .and(Manifests.describe(
                            images, frozen.files(), frozen.memoryKept() ? Manifests.SMALL_BYTES : Long.MAX_VALUE));
            Manifests.write(context.store(), images, manifest);
            context.onLeft().accept(request.container().id());
            return new StepResult(
                    context.elapsedMs(begun), frozen.bytes(), manifest, null, null, frozen.note(), frozen.measures());
        } catch (IOException e) {
            throw afterFailedFreeze(
                    migration,
                    request,
                    progress,
                    StepContext.unreadable(images, e).problem());
        } catch (ProblemException e) {
            throw afterFailedFreeze(migration, request, progress, e.problem());
        }
    }

    /**
     * Podman promises that a container whose checkpoint failed goes on, and does not always keep it; so it is looked
     * at, and brought back when it had been stopped.
     */
    private ProblemException afterFailedFreeze(
            String migration, StepRequest request, Job.Progress progress, Problem cause) throws InterruptedException {
        Optional<ContainerFacts> now =
                context.runtime().inspect(request.container().id());
        if (now.isPresent() && now.get().running()) {
            deleteImagesQuietly(migration);
            return failed(cause, "the container was not stopped and goes on on " + context.host() + ".");
        }
        try {
            bringBack(migration, request, progress);
            return failed(cause, "the container had been stopped; it was restored on " + context.host() + ".");
        } catch (ProblemException e) {
            return failed(
                    cause,
                    "the container stands still on " + context.host() + " and could not be brought back ("
                            + e.problem().detail() + "); nothing was removed, RESUME tries again.");
        }
    }

    private static ProblemException failed(Problem cause, String state) {
        String detail = cause.detail().endsWith(".") ? cause.detail() : cause.detail() + ".";
        return new ProblemException(new Problem(
                "freeze-failed",
                "The container could not be frozen",
                cause.status(),
                detail + " " + Character.toUpperCase(state.charAt(0)) + state.substring(1)));
    }

    StepResult resume(String migration, StepRequest request, Job.Progress progress) throws InterruptedException {
        Instant begun = context.clock().instant();
        settled.remove(migration);
        ContainerFacts facts = bringBack(migration, request, progress);
        return new StepResult(context.elapsedMs(begun), 0, null, null, facts, null);
    }

    private ContainerFacts bringBack(String migration, StepRequest request, Job.Progress progress)
            throws InterruptedException {
        context.claim(migration, request);
        CheckpointEngine engine = context.engine(request);
        Job job = context.job(migration, request, progress);
        ContainerFacts facts;
        if (context.runtime().inspect(request.container().id()).isPresent()) {
            facts = engine.resume(job);
        } else if (imagesAreWhole(job.images())) {
            LOG.warn("container {} is gone from this host; restoring it from the store", job.container());
            facts = engine.restore(job).container();
            engine.settle(job); // its memory may still come from the images, which are removed next
        } else {
            throw new ProblemException(Problem.notFound("container " + job.container() + " is not on host "
                    + context.host() + ", and there are no whole images of migration " + migration + "."));
        }
        deleteImagesQuietly(migration);
        return facts;
    }

    private static boolean imagesAreWhole(Path images) {
        try {
            return Manifests.damage(images).isEmpty();
        } catch (IOException e) {
            throw StepContext.unreadable(images, e);
        }
    }

    StepResult commit(String migration, StepRequest request, Job.Progress progress) throws InterruptedException {
        Instant begun = context.clock().instant();
        String container = request.container().id();
        Optional<ContainerFacts> present = context.runtime().inspect(container);
        if (present.isPresent()) {
            if (context.store()
                    .readClaim(container)
                    .filter(claim -> isAway(claim, migration, request))
                    .isEmpty()) {
                throw TargetChecks.refuse(
                        "not-claimed",
                        "host " + request.to() + " does not hold the claim of epoch " + request.epoch()
                                + " on container " + container + ": the copy on " + context.host() + " is kept.");
            }
            context.engine(request).discard(context.job(migration, request, progress), present.get());
            context.runtime().removeStopped(container);
        }
        context.onLeft().accept(container);
        context.store().deleteImages(migration);
        return new StepResult(context.elapsedMs(begun), 0, null, null, null, null);
    }

    /** The target holds the claim, or held it before the container moved on from there: a COMMIT may be owed for a while. */
    private boolean isAway(Claim claim, String migration, StepRequest request) {
        return claim.entitles(request.epoch(), request.to(), migration)
                || claim.epoch() > request.epoch() && !claim.holder().equals(context.host());
    }

    /** What became of a FREEZE that an earlier life of this agent had begun. */
    StepResult resolveFreeze(String migration, StepRequest request, Job.Progress progress) throws InterruptedException {
        Job job = context.job(migration, request, progress);
        context.engine(request).awaitEarlier(job, Duration.ofMinutes(1));
        Optional<ContainerFacts> now = context.runtime().inspect(job.container());
        boolean stopped = now.filter(ContainerFacts::running).isEmpty(); // or gone, as one made with --rm is then
        try {
            Optional<ImageManifest> manifest = Manifests.read(job.images());
            if (stopped && manifest.isPresent()) {
                return new StepResult(
                        0, manifest.get().bytes(), manifest.get(), null, null, "the agent was restarted meanwhile");
            }
        } catch (IOException e) {
            LOG.warn("the manifest of {} cannot be read: {}", migration, e.getMessage());
        }
        throw afterFailedFreeze(migration, request, progress, StepHandler.restarted());
    }

    private void requireRunning(StepRequest request, CheckpointEngine engine) {
        String id = request.container().id();
        ContainerFacts facts = Optional.of(request.container())
                .filter(sent -> sent.running() && engine.surelyRuns(sent))
                .or(() -> context.runtime().inspect(id))
                .orElseThrow(() -> new ProblemException(
                        Problem.notFound("host " + context.host() + " has no container " + id + ".")));
        if (!facts.running()) {
            throw TargetChecks.refuse(
                    "not-running",
                    "container " + facts.name() + " is " + facts.state() + " on host " + context.host()
                            + ": only a running one can be moved.");
        }
        Optional<String> missing = context.missingMemory(id);
        if (missing.isPresent()) {
            throw TargetChecks.refuse(
                    "incomplete",
                    "container " + facts.name() + " on host " + context.host() + " cannot be moved: " + missing.get()
                            + ".");
        }
        Volumes.of(facts); // refuses what does not travel
    }

    private void requireSpace(StepRequest request) {
        long memory = context.memoryOf()
                .apply(request.container().id())
                .orElse(request.container().memoryLimitBytes());
        TargetChecks.requireStoreSpace(context.store(), memory);
    }

    private void deleteImagesQuietly(String migration) {
        try {
            context.store().deleteImages(migration);
        } catch (ProblemException e) {
            LOG.warn("images of {} stay behind: {}", migration, e.getMessage());
        }
    }
}
