package org.livemigrate.simulator.fleet;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.power.PowerModel;

/**
 * A simulated host.
 *
 * @param id unique in the fleet
 * @param capacityMillicores all its cores together
 * @param memoryBytes what it has, or {@link Host#UNLIMITED_MEMORY}
 * @param power what it draws
 */
public record HostSpec(String id, long capacityMillicores, long memoryBytes, PowerModel power) {
    /** Hosts that are alike share one map, which makes them quick to recognise. */
    private static final Map<PowerModel, Map<String, String>> LABELS = new ConcurrentHashMap<>();

    public HostSpec {
        if (capacityMillicores <= 0 || memoryBytes <= 0) {
            throw new IllegalArgumentException("host '" + id + "' has " + capacityMillicores + " millicores and "
                    + memoryBytes + " bytes; both must be above 0");
        }
    }

    /** As the scheduler sees it. */
    public Host toHost(boolean memoryEnforced) {
        return new Host(
                id,
                capacityMillicores,
                memoryEnforced ? memoryBytes : Host.UNLIMITED_MEMORY,
                LABELS.computeIfAbsent(power, p -> Map.of(PowerModel.LABEL, p.name())),
                true);
    }
}
