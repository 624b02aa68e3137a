package org.livemigrate.agent.migration;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.livemigrate.agent.runtime.ContainerRuntime;
import org.livemigrate.agent.store.CheckpointStore;
import org.livemigrate.agent.store.CheckpointStore.StoredClaim;
import org.livemigrate.agent.store.CheckpointStore.StoredImages;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationStep;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes from the store what this host left behind and nobody can need: images of settled migrations, and claims
 * on containers that are gone. Images that may be the only copy of a container are never removed, whatever their age: the
 * log names them instead.
 *
 * <p>Settled means that this host was the source and its last word was COMMIT or RESUME (so the container runs elsewhere,
 * or here again), or that it was never asked to FREEZE (so the container never stopped). Every host looks after what it
 * wrote; images of others are theirs to judge.
 */
public final class StoreJanitor {

    private static final Logger LOG = LoggerFactory.getLogger(StoreJanitor.class);

    private static final Set<MigrationStep> DECIDING =
            EnumSet.of(MigrationStep.FREEZE, MigrationStep.RESUME, MigrationStep.COMMIT);

    private final CheckpointStore store;
    private final StepLog log;
    private final String host;
    private final ContainerRuntime runtime;
    private final Clock clock;
    private final Limits limits;
    private final Set<String> warned = new HashSet<>();

    /**
     * @param imagesKept settled images stay this long after their last change; default a day
     * @param quotaBytes when all images together are larger, settled ones go at once, oldest first; default 64 GiB
     * @param claimsKept the claim of a container that this host held last and does not have any more stays this long; far
     *     beyond the longest wait of a step, since an agent that still waits in an old epoch must find its claim overtaken.
     *     Default 30 days
     * @param claimsQuota when there are more claims than this, such ones go after a day already, oldest first; default
     *     10,000
     */
    public record Limits(Duration imagesKept, long quotaBytes, Duration claimsKept, int claimsQuota) {
        public static final Limits DEFAULT = new Limits(Duration.ofDays(1), 64L << 30, Duration.ofDays(30), 10_000);
    }

    private static final Duration LEAST_CLAIM_AGE = Duration.ofDays(1);

    /**
     * What a sweep came to.
     *
     * @param images of these migrations were removed
     * @param bytes that they had
     * @param claims how many were removed
     * @param unsettled images of these migrations are old and may be the only copy of a container
     * @param kept migrations whose images are still there
     */
    public record Sweep(List<String> images, long bytes, int claims, List<String> unsettled, Set<String> kept) {}

    /** @param runtime of this host */
    public StoreJanitor(
            CheckpointStore store, StepLog log, String host, ContainerRuntime runtime, Clock clock, Limits limits) {
        this.store = store;
        this.log = log;
        this.host = host;
        this.runtime = runtime;
        this.clock = clock;
        this.limits = limits;
    }

    /**
     * Looks through the store once.
     *
     * @throws ProblemException when the store fails
     */
    public Sweep sweep() {
        Instant now = clock.instant();
        List<StoredImages> all = new ArrayList<>(store.listImages());
        all.sort(Comparator.comparing(StoredImages::changedAt));
        long total = all.stream().mapToLong(StoredImages::bytes).sum();
        List<String> removed = new ArrayList<>();
        List<String> unsettled = new ArrayList<>();
        long freed = 0;
        for (StoredImages images : all) {
            List<StepRecord> steps = log.ofMigration(images.migration());
            boolean old = images.changedAt().isBefore(now.minus(limits.imagesKept()));
            if (!old && total - freed <= limits.quotaBytes()) {
                continue;
            }
            if (settled(steps, old)) {
                store.deleteImages(images.migration());
                removed.add(images.migration());
                freed += images.bytes();
            } else if (old && wroteHere(steps)) {
                unsettled.add(images.migration());
                if (warned.add(images.migration())) {
                    LOG.warn(
                            "images of migration {} ({} bytes, last written {}) are kept: they may be the only copy of"
                                    + " container {}. When it runs, remove them by hand",
                            images.migration(),
                            images.bytes(),
                            images.changedAt(),
                            steps.get(0).request().container().name());
                }
            }
        }
        int claims = sweepClaims(now);
        if (!removed.isEmpty() || claims > 0) {
            LOG.info(
                    "removed images of {} ({} bytes) and {} claims that nobody needs from the store",
                    removed,
                    freed,
                    claims);
        }
        Set<String> kept = new TreeSet<>();
        all.forEach(images -> kept.add(images.migration()));
        removed.forEach(kept::remove);
        return new Sweep(removed, freed, claims, unsettled, kept);
    }

    private static boolean wroteHere(List<StepRecord> steps) {
        return steps.stream()
                .anyMatch(step -> step.step() == MigrationStep.PRECOPY || step.step() == MigrationStep.FREEZE);
    }

    /** By the last word of this host on where the container runs. */
    private static boolean settled(List<StepRecord> steps, boolean old) {
        if (!wroteHere(steps) || steps.stream().anyMatch(step -> !step.ended())) {
            return false;
        }
        Optional<StepRecord> last = steps.stream()
                .filter(step -> DECIDING.contains(step.step()))
                .max(Comparator.comparing(StepRecord::acceptedAt));
        // nothing but pre-dumps: a FREEZE may follow soon, or never will
        return last.map(step -> step.step() != MigrationStep.FREEZE && succeeded(step))
                .orElse(old);
    }

    private static boolean succeeded(StepRecord step) {
        return step.ended() && step.problem() == null;
    }

    private int sweepClaims(Instant now) {
        List<StoredClaim> claims = new ArrayList<>(store.listClaims());
        claims.sort(Comparator.comparing(StoredClaim::changedAt));
        int unfinished = store.removeUnfinishedClaims(now.minus(LEAST_CLAIM_AGE)); // none of those above
        int removed = 0;
        for (StoredClaim stored : claims) {
            boolean tooMany = claims.size() - removed > limits.claimsQuota();
            Instant before = now.minus(tooMany ? LEAST_CLAIM_AGE : limits.claimsKept());
            String container = stored.claim().container();
            if (stored.changedAt().isBefore(before)
                    && stored.claim().holder().equals(host)
                    && runtime.inspect(container).isEmpty()) {
                store.deleteClaim(container);
                removed++;
            }
        }
        return unfinished + removed;
    }
}
