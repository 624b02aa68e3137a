package org.livemigrate.agent.migration;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.livemigrate.agent.checkpoint.CheckpointEngine;
import org.livemigrate.agent.checkpoint.Job;
import org.livemigrate.agent.store.Claim;
import org.livemigrate.agent.store.Manifests;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.ImageManifest;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.migration.StepResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The target's steps. Nothing runs here before the claim is won, and whatever RESTORE made, ABANDON takes away. */
final class TargetSteps {

    private static final Logger LOG = LoggerFactory.getLogger(TargetSteps.class);

    /**
     * Opening a file makes an NFS client ask the server for its size; that a name does not exist it may believe for a
     * few seconds (acdirmin is 30 s unless mounted with less, as the documentation asks for).
     */
    private static final Duration IMAGES_VISIBLE_WITHIN = Duration.ofSeconds(5);

    /** A RESTORE that was sent ahead of the checkpoint waits for it this long. */
    private static final Duration CHECKPOINT_COMPLETE_WITHIN = Duration.ofMinutes(2);

    private static final Set<MigrationStep> MAKES_A_CONTAINER = EnumSet.of(MigrationStep.ARM, MigrationStep.RESTORE);

    private static final ImageManifest NOTHING_SEEN = new ImageManifest(List.of());

    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(10);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(250);

    private final StepContext context;
    private final TargetChecks checks;

    /** What ARM has looked at, and RESTORE need not again while the container stands still. */
    private final Map<String, ImageManifest> settled = new ConcurrentHashMap<>();

    /** What RESTORE has made, until it is verified. */
    private final Map<String, ContainerFacts> made = new ConcurrentHashMap<>();

    TargetSteps(StepContext context, TargetChecks checks) {
        this.context = context;
        this.checks = checks;
    }

    StepResult prepare(String migration, StepRequest request) throws InterruptedException {
        Instant begun = context.clock().instant();
        Optional<String> addressLost = checks.requireRoomFor(migration, request, context.engine(request));
        context.log()
                .reserve(new Reservation(
                        migration, request.container(), context.clock().instant(), addressLost.isPresent()));
        String note = addressLost
                .map(why -> "the container gets another address on host " + context.host() + ": " + why + ".")
                .orElse(null);
        return new StepResult(context.elapsedMs(begun), 0, null, null, null, note);
    }

    StepResult arm(String migration, StepRequest request, Job.Progress progress) throws InterruptedException {
        Instant begun = context.clock().instant();
        requirePrepared(migration);
        Job job = context.job(migration, request, progress);
        CheckpointEngine engine = context.engine(request);
        engine.arm(job);
        settled.put(migration, context.describeSettled(engine, job));
        return new StepResult(context.elapsedMs(begun), 0, null, null, null, null);
    }

    private void requirePrepared(String migration) {
        if (context.log().reservation(migration).isEmpty()) {
            throw TargetChecks.refuse(
                    "not-prepared",
                    "host " + context.host() + " holds no reservation for migration " + migration + ".");
        }
    }

    StepResult restore(String migration, StepRequest request, Job.Progress progress) throws InterruptedException {
        Instant begun = context.clock().instant();
        requirePrepared(migration);
        Job job = context.job(migration, request, progress);
        progress.report(0.1, "waiting for the images");
        ImageManifest manifest = awaitImages(job);
        requireNotAbandoned(request);
        context.claim(migration, request);
        try {
            CheckpointEngine.Restored restored = context.engine(request).restore(job);
            made.put(migration, restored.container());
            return new StepResult(
                    context.elapsedMs(begun),
                    manifest.bytes(),
                    null,
                    null,
                    restored.container(),
                    null,
                    restored.measures());
        } catch (ProblemException e) {
            removeWhatWasMade(job);
            throw e;
        }
    }

    /** Waits until the images are whole, as the source wrote them. */
    private ImageManifest awaitImages(Job job) throws InterruptedException {
        ImageManifest seen = settled.getOrDefault(job.migration(), NOTHING_SEEN);
        Instant begun = context.clock().instant();
        Duration pause = SHORTEST_PAUSE;
        while (true) {
            requireNotAbandoned(job.request());
            ImageManifest manifest = job.request().images();
            boolean announced = manifest != null;
            try {
                if (!announced) {
                    manifest = Manifests.read(job.images()).orElse(null);
                }
                String missing = "no complete checkpoint";
                if (manifest != null) {
                    requireUsable(manifest);
                    Optional<Manifests.Difference> difference =
                            Manifests.differences(job.images(), manifest.without(seen));
                    if (difference.isEmpty()) {
                        return manifest;
                    }
                    missing = difference.get().what();
                    if (!difference.get().mayStillCome()) {
                        throw imageDamaged(job.migration(), missing);
                    }
                }
                Duration waited = Duration.between(begun, context.clock().instant());
                Duration most = announced ? IMAGES_VISIBLE_WITHIN : CHECKPOINT_COMPLETE_WITHIN;
                if (waited.compareTo(most) >= 0) {
                    throw imageDamaged(job.migration(), missing + " after " + most.toSeconds() + " s");
                }
            } catch (IOException e) {
                throw StepContext.unreadable(job.images(), e);
            }
            context.delay().pass(pause);
            pause = pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        }
    }

    private static void requireUsable(ImageManifest manifest) {
        if (manifest.files().isEmpty()) {
            throw new ProblemException(Problem.badRequest("the manifest names no image files."));
        }
        for (ImageManifest.ImageFile file : manifest.files()) {
            // each part by itself, so that no name leads out of the directory
            for (String part : file.name().split("/", -1)) {
                Ids.require("image file", part);
            }
        }
    }

    private static ProblemException imageDamaged(String migration, String what) {
        return TargetChecks.refuse(
                "image-damaged",
                "the images of migration " + migration + " are not what the source wrote: " + what
                        + ". Nothing was claimed or restored.");
    }

    private void requireNotAbandoned(StepRequest request) {
        if (request.epoch() <= context.log().abandonedEpoch(request.container().id())) {
            throw StepHandler.abandoned(request);
        }
    }

    StepResult verify(String migration, StepRequest request, Job.Progress progress) throws InterruptedException {
        Instant begun = context.clock().instant();
        String id = request.container().id();
        Job job = context.job(migration, request, progress);
        CheckpointEngine engine = context.engine(request);
        while (true) {
            Optional<ContainerFacts> facts = Optional.ofNullable(made.remove(migration))
                    .filter(engine::surelyRuns)
                    .or(() -> context.runtime().inspect(id));
            if (facts.isPresent() && facts.get().running() && facts.get().pid() > 0) {
                requireSame(request.container(), facts.get());
                String note = engine.settle(job);
                return new StepResult(context.elapsedMs(begun), 0, null, null, facts.get(), note);
            }
            String state = facts.map(ContainerFacts::state).orElse("not there");
            boolean over = facts.isEmpty() || state.equals("exited") || state.equals("dead");
            if (over) {
                // it may have died of memory that did not come in, before it could be stopped: then this says so
                engine.settle(job);
            }
            if (over || context.elapsedMs(begun) >= request.options().verifyTimeoutMs()) {
                throw TargetChecks.refuse(
                        "not-verified",
                        "container " + request.container().name() + " should run on " + context.host() + " and is "
                                + state + " after " + context.elapsedMs(begun) + " ms.");
            }
            context.delay().pass(LONGEST_PAUSE);
        }
    }

    private static void requireSame(ContainerFacts sent, ContainerFacts here) {
        boolean same = sent.name().equals(here.name())
                && (sent.command().isEmpty() || sent.command().equals(here.command()));
        if (!same) {
            throw TargetChecks.refuse(
                    "not-verified",
                    "container " + here.id() + " runs " + here.name() + " " + here.command() + " instead of "
                            + sent.name() + " " + sent.command() + ".");
        }
    }

    StepResult commit(String migration) {
        Instant begun = context.clock().instant();
        settled.remove(migration);
        context.log().release(migration);
        context.store().deleteImages(migration);
        return new StepResult(context.elapsedMs(begun), 0, null, null, null, null);
    }

    StepResult abandon(String migration, StepRequest request, Job.Progress progress) throws InterruptedException {
        Instant begun = context.clock().instant();
        String container = request.container().id();
        boolean restoreBegun = context.log().ofMigration(migration).stream()
                .anyMatch(step -> MAKES_A_CONTAINER.contains(step.step())
                        && step.request().container().id().equals(container));
        // without one of these steps in this migration a container of that id is somebody else's
        if (restoreBegun) {
            context.engine(request).disarm(context.job(migration, request, progress));
            context.runtime().remove(container);
            Optional<ContainerFacts> left = context.runtime().inspect(container);
            if (left.isPresent()) {
                throw TargetChecks.refuse(
                        "not-removed",
                        "container " + container + " is still " + left.get().state() + " on " + context.host()
                                + " after its removal; the claim is kept.");
            }
            context.onLeft().accept(container);
        }
        boolean claimed = holdsClaim(migration, request);
        if (claimed && !restoreBegun) {
            throw TargetChecks.refuse(
                    "not-mine",
                    "host " + context.host() + " holds the claim on container " + container + " by migration "
                            + migration
                            + ", and this agent has not restored it: either its state directory was lost, or two hosts"
                            + " have this id. The claim is kept, since the container may run.");
        }
        if (claimed) {
            context.store().relinquish(container, request.epoch(), context.host());
        }
        settled.remove(migration);
        made.remove(migration);
        context.log().release(migration);
        return new StepResult(context.elapsedMs(begun), 0, null, null, null, null);
    }

    private boolean holdsClaim(String migration, StepRequest request) {
        Optional<Claim> claim = context.store().readClaim(request.container().id());
        return claim.isPresent() && claim.get().entitles(request.epoch(), context.host(), migration);
    }

    /** What became of a RESTORE that an earlier life of this agent had begun. */
    StepResult resolveRestore(String migration, StepRequest request, Job.Progress progress)
            throws InterruptedException {
        Job job = context.job(migration, request, progress);
        if (!holdsClaim(migration, request)) {
            throw new ProblemException(StepHandler.restarted());
        }
        context.engine(request).awaitEarlier(job, Duration.ofMinutes(1));
        Optional<ContainerFacts> now = context.runtime().inspect(job.container());
        if (now.isPresent() && now.get().running()) {
            return new StepResult(0, 0, null, null, now.get(), "the agent was restarted meanwhile");
        }
        removeWhatWasMade(job);
        throw new ProblemException(StepHandler.restarted());
    }

    /** A half-made container would keep name and id; ABANDON looks again and insists. */
    private void removeWhatWasMade(Job job) throws InterruptedException {
        try {
            context.engine(job.request()).disarm(job);
            context.runtime().remove(job.container());
        } catch (ProblemException e) {
            LOG.warn("what a failed restore left of {} stays until ABANDON: {}", job.container(), e.getMessage());
        }
    }
}
