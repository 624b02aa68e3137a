package org.livemigrate.protocol.host;

import java.time.Instant;

/**
 * A host as the controller sees it: one element of {@code GET /v1/nodes}.
 *
 * @param facts from its last heartbeat
 * @param state {@code ready}, {@code cordoned}, {@code awaiting-stats} (alive, but its statistics are missing or have a
 *     gap: it receives nothing until a full message comes), {@code expired}
 * @param lastHeartbeat on the controller's clock
 * @param usedMillicores sum of the statistics of its containers, in-flight ones counted at both ends
 * @param usedMemoryBytes likewise
 * @param containers how many it runs
 * @param load {@code usedMillicores / capacityMillicores}, a fraction
 */
public record NodeView(
        HostFacts facts,
        String state,
        Instant lastHeartbeat,
        long usedMillicores,
        long usedMemoryBytes,
        int containers,
        double load) {}
