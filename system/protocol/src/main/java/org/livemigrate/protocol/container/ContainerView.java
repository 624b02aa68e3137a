package org.livemigrate.protocol.container;

import java.util.Map;

/**
 * A container as the controller sees it: one element of {@code GET /v1/containers}.
 *
 * @param id full id
 * @param name of the container
 * @param host it is on; while it is being moved, the one it comes from
 * @param state {@code running}, or {@code moving} while a migration of it is under way
 * @param cpuMillicores last known CPU use
 * @param memoryBytes last known memory
 * @param labels of the container
 * @param movingTo target host of the migration under way; absent otherwise
 */
public record ContainerView(
        String id,
        String name,
        String host,
        String state,
        long cpuMillicores,
        long memoryBytes,
        Map<String, String> labels,
        String movingTo) {
    public ContainerView {
        labels = labels == null ? Map.of() : Map.copyOf(labels);
    }
}
