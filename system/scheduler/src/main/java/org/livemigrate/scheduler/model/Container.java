package org.livemigrate.scheduler.model;

import java.util.Map;

/**
 * A running container and what it asks for.
 *
 * @param id unique in the whole fleet
 * @param name what people call it; the id when it has none
 * @param hostId the host it is on; while it is in flight, the host it comes from
 * @param cpuMillicores CPU demand
 * @param memoryBytes memory in use
 * @param labels for affinity and anti-affinity
 * @param constraints what it demands of a host
 * @param censored its host is saturated, so that the demand is only a lower bound of what it would use elsewhere
 */
public record Container(
        String id,
        String name,
        String hostId,
        long cpuMillicores,
        long memoryBytes,
        Map<String, String> labels,
        Constraints constraints,
        boolean censored) {
    public Container {
        Labels.requireId("container", id);
        if (hostId == null || hostId.isBlank()) {
            throw new InvalidClusterException("Container '" + id + "' names no host. Say which host it is on.");
        }
        name = name == null || name.isBlank() ? id : name;
        requireRange(id, "a CPU demand", cpuMillicores, Limits.MAX_CPU_MILLICORES, "millicores");
        requireRange(id, "memory", memoryBytes, Limits.MAX_MEMORY_BYTES, "bytes");
        labels = Labels.copy(labels);
        constraints = constraints == null ? Constraints.NONE : constraints;
    }

    static void requireRange(String id, String what, long value, long max, String unit) {
        if (value < 0 || value > max) {
            throw new InvalidClusterException("Container '" + id + "' has " + what + " of " + value + " " + unit
                    + "; it must be between 0 and " + max + ".");
        }
    }

    /** A container without memory, labels or constraints. */
    public static Container of(String id, String hostId, long cpuMillicores) {
        return of(id, hostId, cpuMillicores, 0);
    }

    /** A container without labels or constraints. */
    public static Container of(String id, String hostId, long cpuMillicores, long memoryBytes) {
        return new Container(id, id, hostId, cpuMillicores, memoryBytes, Map.of(), Constraints.NONE, false);
    }

    public Container withConstraints(Constraints value) {
        return new Container(id, name, hostId, cpuMillicores, memoryBytes, labels, value, censored);
    }

    public Container withLabels(Map<String, String> value) {
        return new Container(id, name, hostId, cpuMillicores, memoryBytes, value, constraints, censored);
    }

    public Container withHost(String value) {
        return new Container(id, name, value, cpuMillicores, memoryBytes, labels, constraints, censored);
    }

    public Container withCensored(boolean value) {
        return new Container(id, name, hostId, cpuMillicores, memoryBytes, labels, constraints, value);
    }
}
