package org.livemigrate.scheduler.model;

import java.util.Map;

/**
 * What stays the same from one sample to the next: which hosts and containers there are, sorted by id, and what is
 * fixed about them. Snapshots share it. Columns that nobody fills are {@code null}.
 */
final class Topology {
    final String[] hostIds;
    final long[] capacityMillicores;
    final long[] hostMemoryBytes;
    final Map<String, String>[] hostLabels;
    final String[] containerIds;
    final String[] containerNames;
    final Map<String, String>[] containerLabels;
    final Constraints[] constraints;

    // made when first asked for; should two threads both make one, they are equal and immutable
    private IdIndex byHostId;
    private IdIndex byContainerId;
    private Demands demands;

    Topology(
            String[] hostIds,
            long[] capacityMillicores,
            long[] hostMemoryBytes,
            Map<String, String>[] hostLabels,
            String[] containerIds,
            String[] containerNames,
            Map<String, String>[] containerLabels,
            Constraints[] constraints) {
        this.hostIds = hostIds;
        this.capacityMillicores = capacityMillicores;
        this.hostMemoryBytes = hostMemoryBytes;
        this.hostLabels = hostLabels;
        this.containerIds = containerIds;
        this.containerNames = containerNames;
        this.containerLabels = containerLabels;
        this.constraints = constraints;
    }

    int hostIndex(String id) {
        if (byHostId == null) {
            byHostId = new IdIndex(hostIds);
        }
        return id == null ? -1 : byHostId.of(id);
    }

    int containerIndex(String id) {
        if (byContainerId == null) {
            byContainerId = new IdIndex(containerIds);
        }
        return id == null ? -1 : byContainerId.of(id);
    }

    Demands demands() {
        Demands made = demands;
        if (made == null) {
            made = new Demands(this);
            demands = made;
        }
        return made;
    }

    Map<String, String> labelsOfHost(int host) {
        return hostLabels == null || hostLabels[host] == null ? Map.of() : hostLabels[host];
    }

    Map<String, String> labelsOfContainer(int container) {
        return containerLabels == null || containerLabels[container] == null ? Map.of() : containerLabels[container];
    }

    Constraints constraintsOf(int container) {
        return constraints == null || constraints[container] == null ? Constraints.NONE : constraints[container];
    }
}
