package org.livemigrate.agent.migration;

/**
 * What containers may use on this host.
 *
 * @param millicores CPU, 1000 a core
 * @param memoryBytes memory
 */
public record HostCapacity(long millicores, long memoryBytes) {
    public HostCapacity {
        if (millicores <= 0 || memoryBytes <= 0) {
            throw new IllegalArgumentException(
                    "capacity of " + millicores + " millicores and " + memoryBytes + " bytes must be above 0");
        }
    }
}
