package org.livemigrate.scheduler.fleet;

import java.util.List;

/**
 * One message of a host's statistics: what changed since the message before it.
 *
 * @param hostId whose
 * @param incarnation new at every start of the agent; sequences of different incarnations do not compare
 * @param sequence one more than that of the incarnation's message before
 * @param full {@code upserts} is the whole state and replaces what was known
 * @param upserts containers that are new or changed
 * @param removals ids of containers that are gone
 */
public record StatsUpdate(
        String hostId,
        String incarnation,
        long sequence,
        boolean full,
        List<ContainerStats> upserts,
        List<String> removals) {
    public StatsUpdate {
        upserts = List.copyOf(upserts);
        removals = List.copyOf(removals);
    }

    /** The whole state of a host. */
    public static StatsUpdate full(String hostId, String incarnation, long sequence, List<ContainerStats> upserts) {
        return new StatsUpdate(hostId, incarnation, sequence, true, upserts, List.of());
    }

    /** What changed. */
    public static StatsUpdate diff(
            String hostId, String incarnation, long sequence, List<ContainerStats> upserts, List<String> removals) {
        return new StatsUpdate(hostId, incarnation, sequence, false, upserts, removals);
    }
}
