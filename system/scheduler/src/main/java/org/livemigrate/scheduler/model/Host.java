package org.livemigrate.scheduler.model;

import java.util.Map;

/**
 * A machine that runs containers.
 *
 * @param id unique name; fleet order is the order of ids as {@link String#compareTo} sees it
 * @param capacityMillicores CPU it can give, above zero
 * @param memoryBytes memory it can give, above zero, or {@link #UNLIMITED_MEMORY}
 * @param labels facts about it (kernel, CPU features, zone), for constraints and capability match
 * @param schedulable false for a cordoned host: it may lose containers and receives none
 */
public record Host(
        String id, long capacityMillicores, long memoryBytes, Map<String, String> labels, boolean schedulable) {
    /** Says that memory is not a limit on this host. */
    public static final long UNLIMITED_MEMORY = Long.MAX_VALUE;

    public Host {
        Labels.requireId("host", id);
        if (capacityMillicores <= 0 || capacityMillicores > Limits.MAX_CPU_MILLICORES) {
            throw new InvalidClusterException("Host '" + id + "' has a CPU capacity of " + capacityMillicores
                    + " millicores; it must be between 1 and " + Limits.MAX_CPU_MILLICORES + ".");
        }
        if (memoryBytes <= 0 || memoryBytes > Limits.MAX_MEMORY_BYTES && memoryBytes != UNLIMITED_MEMORY) {
            throw new InvalidClusterException("Host '" + id + "' has " + memoryBytes
                    + " bytes of memory; it must be between 1 and " + Limits.MAX_MEMORY_BYTES
                    + ", or be left out when memory is no limit.");
        }
        labels = Labels.copy(labels);
    }

    /** A schedulable host without labels on which memory is no limit. */
    public static Host of(String id, long capacityMillicores) {
        return of(id, capacityMillicores, UNLIMITED_MEMORY);
    }

    /** A schedulable host without labels. */
    public static Host of(String id, long capacityMillicores, long memoryBytes) {
        return new Host(id, capacityMillicores, memoryBytes, Map.of(), true);
    }

    public boolean hasUnlimitedMemory() {
        return memoryBytes == UNLIMITED_MEMORY;
    }

    /** The same host, schedulable or cordoned. */
    public Host withSchedulable(boolean value) {
        return new Host(id, capacityMillicores, memoryBytes, labels, value);
    }

    /** The same host with other labels. */
    public Host withLabels(Map<String, String> value) {
        return new Host(id, capacityMillicores, memoryBytes, value, schedulable);
    }
}
