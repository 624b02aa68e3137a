package org.livemigrate.experiments.runner;

import java.time.Duration;

/**
 * How one experiment went.
 *
 * @param message what a reader should know, for all but {@link Status#DONE}
 */
public record Outcome(String name, Status status, Duration elapsed, String message) {
    /** What became of an experiment. */
    public enum Status {
        /** It ran and its result was written. */
        DONE,
        /** Its result is there already, made by the same code from the same inputs. */
        UP_TO_DATE,
        /** Something that it needs is not here; its old result was left alone. */
        NEEDS,
        /** It went wrong; its old result was left alone. */
        FAILED
    }
}
