package org.livemigrate.protocol.migration;

import java.util.List;
import org.livemigrate.protocol.container.ContainerFacts;

/**
 * What a step that succeeded has to tell; a step that failed is an operation with a problem.
 *
 * @param elapsedMs the step's own time on the agent
 * @param bytes written to (PRECOPY, FREEZE) or read from (RESTORE) the store
 * @param images FREEZE: what was written
 * @param rounds PRECOPY: one entry a pre-dump
 * @param container RESTORE, VERIFY, RESUME: the container as the runtime now describes it
 * @param note for people, for example why no pre-dump was made
 * @param measures FREEZE, RESTORE: what the engine measured of its own work; absent when it measures nothing
 */
public record StepResult(
        long elapsedMs,
        long bytes,
        ImageManifest images,
        List<PreDumpRound> rounds,
        ContainerFacts container,
        String note,
        Measures measures) {
    public StepResult {
        rounds = rounds == null ? List.of() : List.copyOf(rounds);
    }

    /** Without measures. */
    public StepResult(
            long elapsedMs,
            long bytes,
            ImageManifest images,
            List<PreDumpRound> rounds,
            ContainerFacts container,
            String note) {
        this(elapsedMs, bytes, images, rounds, container, note, null);
    }

    /**
     * @param round 1, 2, …
     * @param elapsedMs its duration
     * @param bytes it wrote
     * @param criu CRIU's own account of it; absent when it left none
     */
    public record PreDumpRound(int round, long elapsedMs, long bytes, Measures.CriuDump criu) {

        /** Without CRIU's account. */
        public PreDumpRound(int round, long elapsedMs, long bytes) {
            this(round, elapsedMs, bytes, null);
        }
    }
}
