package org.livemigrate.scheduler.guard;

import java.time.Duration;

/** How long a migration takes, as far as the plan can know. */
@FunctionalInterface
public interface MigrationCost {
    /** From its start to its end, for a container with this much memory. */
    Duration duration(long memoryBytes);

    /** A fixed time, and the memory written to the store and read from it at this rate. */
    static MigrationCost linear(Duration fixed, long bytesPerSecond) {
        if (fixed.isNegative() || bytesPerSecond <= 0) {
            throw new IllegalArgumentException("A migration's cost needs a fixed time of zero or more and a rate above"
                    + " zero, not " + fixed + " and " + bytesPerSecond + " bytes per second.");
        }
        return memoryBytes -> fixed.plusMillis(
                memoryBytes / bytesPerSecond * 1000 + memoryBytes % bytesPerSecond * 1000 / bytesPerSecond);
    }
}
