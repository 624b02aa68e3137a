package org.livemigrate.agent.runtime;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.livemigrate.protocol.container.ContainerFacts;

/**
 * A modelled container that stands still: what the modelled engine writes into the checkpoint store.
 *
 * @param facts of the container when it was stopped
 * @param model its behaviour
 * @param ranMs how long it has run in all
 * @param stoppedAt when it was stopped
 * @param gaps of its ticker until then
 */
public record ModelledImage(
        ContainerFacts facts, ContainerModel model, long ranMs, Instant stoppedAt, List<Ticks.Gap> gaps) {
    public ModelledImage {
        Objects.requireNonNull(facts, "facts");
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(stoppedAt, "stoppedAt");
        gaps = gaps == null ? List.of() : List.copyOf(gaps);
    }
}
