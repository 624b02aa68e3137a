package org.livemigrate.simulator.fleet;

import java.util.HashMap;
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
 * @param labels that containers may ask for
 */
public record HostSpec(
        String id, long capacityMillicores, long memoryBytes, PowerModel power, Map<String, String> labels) {
    /** Hosts that are alike share one map, which makes them quick to recognise. */
    private static final Map<PowerModel, Map<String, String>> LABELS = new ConcurrentHashMap<>();

    public HostSpec {
        labels = Map.copyOf(labels);
        if (capacityMillicores <= 0 || memoryBytes <= 0) {
            throw new IllegalArgumentException("host '" + id + "' has " + capacityMillicores + " millicores and "
                    + memoryBytes + " bytes; both must be above 0");
        }
    }

    /** A host without labels. */
    public HostSpec(String id, long capacityMillicores, long memoryBytes, PowerModel power) {
        this(id, capacityMillicores, memoryBytes, power, Map.of());
    }

    private Map<String, String> allLabels() {
        if (labels.isEmpty()) {
            return LABELS.computeIfAbsent(power, p -> Map.of(PowerModel.LABEL, p.name()));
        }
        Map<String, String> all = new HashMap<>(labels);
        all.putIfAbsent(PowerModel.LABEL, power.name());
        return all;
    }

    /** As the scheduler sees it. */
    public Host toHost(boolean memoryEnforced) {
        return new Host(
                id, capacityMillicores, memoryEnforced ? memoryBytes : Host.UNLIMITED_MEMORY, allLabels(), true);
    }
}
