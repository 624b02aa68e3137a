package org.livemigrate.scheduler.fleet;

import java.util.Map;
import org.livemigrate.scheduler.model.Constraints;

/**
 * What a host says about one of its containers.
 *
 * @param id unique in the fleet; it stays when the container moves
 * @param name what people call it, or {@code null}
 * @param cpuMillicores CPU use
 * @param memoryBytes memory in use
 * @param labels for affinity and anti-affinity
 * @param constraints what it demands of a host
 */
public record ContainerStats(
        String id,
        String name,
        long cpuMillicores,
        long memoryBytes,
        Map<String, String> labels,
        Constraints constraints) {
    /** A container without name, labels or constraints. */
    public static ContainerStats of(String id, long cpuMillicores, long memoryBytes) {
        return new ContainerStats(id, null, cpuMillicores, memoryBytes, Map.of(), Constraints.NONE);
    }
}
