package org.livemigrate.agent.checkpoint;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.livemigrate.agent.checkpoint.files.Volumes;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.migration.Measures;
import org.livemigrate.protocol.migration.StepResult.PreDumpRound;

/**
 * Dumps a running container into the shared store and brings it back from there. An engine only acts: claims, manifests
 * and the order of the steps are its caller's. Every method fails with a {@link
 * org.livemigrate.protocol.json.ProblemException}, after which the runtime is asked what is true.
 */
public interface CheckpointEngine {

    /** As {@link org.livemigrate.protocol.migration.MigrationOptions#engine()} names it. */
    String name();

    /** Whether it works on this host. */
    boolean usable();

    /**
     * Target, before anything is done: why this host could not take over that container, for people; empty when nothing is
     * known against it.
     *
     * @param from host that runs it
     */
    default Optional<String> objection(ContainerFacts container, String from) throws InterruptedException {
        return Optional.empty();
    }

    /**
     * Whether a container that was seen to run here still does, by a look that starts no program. False also where such a
     * look tells nothing: the runtime knows.
     */
    default boolean surelyRuns(ContainerFacts seen) {
        return false;
    }

    /** Whether it brings directories of the host that belong to a container alone; see {@link Volumes}. */
    default boolean carriesVolumes() {
        return false;
    }

    /** Pre-dumps while the container runs; none where the kernel cannot track dirty pages, and the note says so. */
    PreCopied preCopy(Job job) throws InterruptedException;

    /**
     * Target: makes ready what can be made ready while the container still runs at the source. Optional: a {@link
     * #restore} without it works, and stands still longer. What it made, {@link #disarm} takes away.
     */
    default void arm(Job job) throws InterruptedException {}

    /** Target: ends whatever {@link #arm} or {@link #restore} left at work for this job; nothing of that is no error. */
    default void disarm(Job job) throws InterruptedException {}

    /**
     * Files of this job, as far as they are there, that a restore needs and that no later step changes. Both hosts look at
     * them while the container still runs, so that FREEZE and RESTORE have only the others to sum and to check. Large ones
     * get no checksum.
     */
    default List<String> settledFiles(Job job) {
        return List.of();
    }

    /**
     * The final dump. When it succeeds the container stands still and its own copy can be resumed here.
     *
     * @return the files that it wrote, complete under their final names
     */
    Frozen freeze(Job job) throws InterruptedException;

    /** Makes the container from the images and lets it go on; only for the claim's owner. */
    Restored restore(Job job) throws InterruptedException;

    /**
     * Target: waits until the restored container needs its images no more.
     *
     * @return for people; null when there is nothing to say
     * @throws org.livemigrate.protocol.json.ProblemException when it will never have all of its memory; it then stands
     *     still, and its problem says what is lost with it
     */
    default String settle(Job job) throws InterruptedException {
        return null;
    }

    /**
     * Why the copy that runs here lacks memory, for people: some is still to come, or never will. A dump of it would be
     * worthless. Empty when it has all of it.
     */
    default Optional<String> missingMemory(String container) {
        return Optional.empty();
    }

    /**
     * Source: ends the frozen copy for good, so that the runtime can remove it; only after the target's success.
     *
     * @param present the copy as the runtime has it
     */
    default void discard(Job job, ContainerFacts present) throws InterruptedException {}

    /** Lets the stopped copy on this host go on; one that runs is left alone. Only for the claim's owner. */
    ContainerFacts resume(Job job) throws InterruptedException;

    /** Waits for what an earlier life of this agent may have left running for this job, and ends it when it is late. */
    void awaitEarlier(Job job, Duration atMost) throws InterruptedException;

    /**
     * @param rounds one entry a pre-dump
     * @param note for people; null when there is nothing to say
     */
    record PreCopied(List<PreDumpRound> rounds, String note) {
        public PreCopied {
            rounds = List.copyOf(rounds);
        }

        public long bytes() {
            return rounds.stream().mapToLong(PreDumpRound::bytes).sum();
        }
    }

    /**
     * @param files names in the job's image directory, with {@code /} between the parts
     * @param bytes dumped
     * @param memoryKept the frozen processes are still there and go on without the images. These need not be durable
     *     then, and large ones need no checksum: both would be paid for while the container stands still
     * @param note for people; null when there is nothing to say
     * @param measures null when it measures nothing
     */
    record Frozen(List<String> files, long bytes, boolean memoryKept, String note, Measures measures) {
        public Frozen {
            files = List.copyOf(files);
        }
    }

    /**
     * @param container as it runs now
     * @param measures null when it measures nothing
     */
    record Restored(ContainerFacts container, Measures measures) {}
}
