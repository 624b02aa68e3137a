package org.livemigrate.agent.migration;

import java.time.Duration;
import org.livemigrate.protocol.migration.MigrationStep;

/** Hears of each step when it is answered; be quick. */
@FunctionalInterface
public interface StepListener {

    /**
     * @param took from the request to the answer
     * @param bytes written to or read from the store; 0 when it failed
     */
    void answered(MigrationStep step, boolean succeeded, Duration took, long bytes);
}
