package org.livemigrate.agent.runtime;

import java.time.Instant;
import java.util.List;

/**
 * The ticker inside a modelled container: {@code GET /v1/containers/{id}/ticks}. It counts only while the container
 * runs, and the count travels in the checkpoint, so it proves what ran where.
 *
 * @param container full id
 * @param count reached by now
 * @param tickMs pause between two counts
 * @param gaps when it stood still, oldest first
 */
public record Ticks(String container, long count, long tickMs, List<Gap> gaps) {
    public Ticks {
        gaps = List.copyOf(gaps);
    }

    /**
     * @param afterCount the last count before the gap; the next one is one more
     * @param stoppedAt on the clock of the host where it stopped
     * @param resumedAt on the clock of the host where it went on
     * @param gapMs between the two
     */
    public record Gap(long afterCount, Instant stoppedAt, Instant resumedAt, long gapMs) {}
}
