package org.livemigrate.agent.stats;

import java.time.Instant;
import java.util.List;
import org.livemigrate.protocol.stats.ContainerSample;

/**
 * What all running containers of this host use, at one moment.
 *
 * @param sampledAt on this host's clock
 * @param samples in the order of their ids
 */
public record SampleSet(Instant sampledAt, List<ContainerSample> samples) {
    public SampleSet {
        samples = List.copyOf(samples);
    }
}
