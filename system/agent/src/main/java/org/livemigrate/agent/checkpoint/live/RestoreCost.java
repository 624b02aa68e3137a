package org.livemigrate.agent.checkpoint.live;

import java.time.Duration;

/**
 * What freezing and restoring take without any memory, learnt from the restores of this host: half of what was known, half
 * of the latest.
 */
final class RestoreCost {

    /** One measurement on a quiet machine of two cores; only until the first restore. */
    private static final double UNKNOWN_MS = 200;

    private double ms = UNKNOWN_MS;

    synchronized void measured(Duration restore) {
        ms = (ms + restore.toMillis()) / 2;
    }

    synchronized double ms() {
        return ms;
    }
}
