package org.livemigrate.simulator.trace;

import java.util.Objects;

/**
 * One container (or VM, or machine) of a workload.
 *
 * @param name unique in the workload, the container's id in the simulation
 * @param cpuMillicores what 100 % of its samples means, or 0 when the trace does not say (the fleet then decides)
 * @param memoryBytes its memory, or 0 when the trace does not say
 */
public record Series(String name, long cpuMillicores, long memoryBytes) {
    public Series {
        Objects.requireNonNull(name, "name");
        if (cpuMillicores < 0 || memoryBytes < 0) {
            throw new IllegalArgumentException("series '" + name + "' has " + cpuMillicores + " millicores and "
                    + memoryBytes + " bytes; neither may be below 0");
        }
    }
}
