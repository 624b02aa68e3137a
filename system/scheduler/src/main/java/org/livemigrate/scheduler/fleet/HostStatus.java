package org.livemigrate.scheduler.fleet;

import java.time.Instant;
import org.livemigrate.scheduler.model.Host;

/**
 * A host as the fleet picture sees it.
 *
 * @param host its facts; schedulable unless cordoned
 * @param state what it takes part in
 * @param lastHeartbeat when it was last heard
 * @param lastStats when its statistics last changed the picture, or {@code null}
 */
public record HostStatus(Host host, State state, Instant lastHeartbeat, Instant lastStats) {
    /** What a host takes part in. */
    public enum State {
        /** Everything. */
        READY,
        /** Loses containers, receives none: an operator said so. */
        CORDONED,
        /** Alive, but its statistics are missing or have a gap: it takes no part until a full update comes. */
        AWAITING_STATS,
        /** Silent for too long: not in snapshots. */
        EXPIRED
    }
}
