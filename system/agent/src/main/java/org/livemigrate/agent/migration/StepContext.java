package org.livemigrate.agent.migration;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.livemigrate.agent.checkpoint.CheckpointEngine;
import org.livemigrate.agent.checkpoint.Job;
import org.livemigrate.agent.runtime.ContainerRuntime;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.store.CheckpointStore;
import org.livemigrate.agent.store.Claim;
import org.livemigrate.agent.store.Manifests;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.ImageManifest;
import org.livemigrate.protocol.migration.StepRequest;

/**
 * What both sides' steps need, and the rules about claims that hold for both.
 *
 * @param host this host's id
 * @param memoryOf what a container is known to use
 * @param onLeft is told the id of a container that no longer runs here
 */
public record StepContext(
        String host,
        ContainerRuntime runtime,
        Map<String, CheckpointEngine> engines,
        CheckpointStore store,
        StepLog log,
        Clock clock,
        Delay delay,
        Function<String, OptionalLong> memoryOf,
        Consumer<String> onLeft) {

    public StepContext {
        engines = new TreeMap<>(engines);
    }

    /** Why a copy that runs here must not be dumped, whichever engine brought it; empty when it may. */
    Optional<String> missingMemory(String container) {
        return engines.values().stream()
                .flatMap(engine -> engine.missingMemory(container).stream())
                .findFirst();
    }

    CheckpointEngine engine(StepRequest request) {
        CheckpointEngine engine = engines.get(request.options().engine());
        if (engine == null) {
            throw TargetChecks.refuse(
                    "engine-unsupported",
                    "engine \"" + request.options().engine() + "\" is not known on host " + host + ": it has "
                            + List.copyOf(engines.keySet()) + ".");
        }
        return engine;
    }

    Job job(String migration, StepRequest request, Job.Progress progress) {
        boolean addressLost =
                log.reservation(migration).filter(Reservation::addressLost).isPresent();
        return new Job(migration, request, store.imagesPath(migration), addressLost, progress);
    }

    /**
     * Wins the claim of the request's epoch, the right to let the container run here.
     *
     * @throws ProblemException {@code claim-lost} when another host has won it, or a newer one, or this host has given it up;
     *     {@code claim-held} when the claim is neither this host's nor the source's: its holder may run the container,
     *     whatever migration made it so
     */
    void claim(String migration, StepRequest request) {
        String container = request.container().id();
        Claim claim = store.claim(container, request.epoch(), host, migration, request.from());
        if (claim.entitles(request.epoch(), host, migration)) {
            return;
        }
        if (claim.epoch() < request.epoch()) {
            throw TargetChecks.refuse(
                    "claim-held",
                    "host " + claim.holder() + " holds the claim of epoch " + claim.epoch() + " on container "
                            + container + " and has not given it up: it may run there. ABANDON it there first.");
        }
        throw TargetChecks.refuse(
                "claim-lost",
                "the claim of epoch " + request.epoch() + " on container " + container
                        + (claim.epoch() > request.epoch()
                                ? " was overtaken by that of epoch " + claim.epoch() + ", which"
                                : "")
                        + " belongs to host " + claim.owner() + " (migration " + claim.migration() + ")"
                        + (claim.relinquished() ? ", which has given it up, so nobody may use it" : "") + ".");
    }

    /** The manifest of what is there of a job's images and stays as it is. */
    ImageManifest describeSettled(CheckpointEngine engine, Job job) {
        try {
            return Manifests.describe(job.images(), engine.settledFiles(job), Manifests.SMALL_BYTES);
        } catch (IOException e) {
            throw unreadable(job.images(), e);
        }
    }

    long elapsedMs(java.time.Instant since) {
        return Math.max(0, Duration.between(since, clock.instant()).toMillis());
    }

    static ProblemException unreadable(Path path, IOException e) {
        return new ProblemException(
                new Problem(
                        "store-failed",
                        "The checkpoint store failed",
                        503,
                        "cannot read or write " + path + ": " + Failures.why(e)),
                e);
    }
}
