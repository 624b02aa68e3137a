package org.livemigrate.protocol.stats;

import java.util.Map;
import java.util.Objects;

/**
 * One container's use as its agent sampled it.
 *
 * @param id the runtime's full container id, unique in the fleet; it stays the same when the container moves
 * @param name the name people use; unique on one host
 * @param cpuMillicores CPU use, 1000 per core
 * @param memoryBytes resident memory
 * @param labels the container's labels; constraints are written as labels ({@link
 *     org.livemigrate.scheduler.model.ConstraintLabels})
 */
public record ContainerSample(
        String id, String name, long cpuMillicores, long memoryBytes, Map<String, String> labels) {
    public ContainerSample {
        Objects.requireNonNull(id, "id");
        name = name == null ? id : name;
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        if (cpuMillicores < 0) {
            throw new IllegalArgumentException("container " + id + ": cpuMillicores is " + cpuMillicores + ", below 0");
        }
        if (memoryBytes < 0) {
            throw new IllegalArgumentException("container " + id + ": memoryBytes is " + memoryBytes + ", below 0");
        }
    }
}
