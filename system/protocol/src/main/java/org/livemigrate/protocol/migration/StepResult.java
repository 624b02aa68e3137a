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
 */
public record StepResult(
        long elapsedMs,
        long bytes,
        ImageManifest images,
        List<PreDumpRound> rounds,
        ContainerFacts container,
        String note) {
    public StepResult {
        rounds = rounds == null ? List.of() : List.copyOf(rounds);
    }

    /**
     * @param round 1, 2, …
     * @param elapsedMs its duration
     * @param bytes it wrote
     */
    public record PreDumpRound(int round, long elapsedMs, long bytes) {}
}
