package org.livemigrate.scheduler.fleet;

/**
 * What a heartbeat changed.
 *
 * @param change whether the host was there before
 * @param needsFullSnapshot its statistics are missing or not believed: ask its agent for a full update. Until it comes
 *     the host is in the fleet and receives no containers
 */
public record HeartbeatResult(Change change, boolean needsFullSnapshot) {
    /** Where the host stood before the heartbeat. */
    public enum Change {
        /** It was in the fleet. */
        STAYED,
        /** It was never heard of before. */
        JOINED,
        /** It had been silent for too long. */
        REJOINED
    }
}
