package org.livemigrate.controller.time;

import java.time.Duration;
import java.time.Instant;

/**
 * Time as the controller is given it, so that tests give it another. Everything that waits, waits through
 * {@link #after}; every duration is a difference of {@link #nanos}.
 */
public interface Timeline {

    /** What the wall clock shows: for people and for messages, never for durations; it may jump. */
    Instant now();

    /** A monotonic count, as {@link System#nanoTime}. */
    long nanos();

    /** Runs a short task once, later, on a thread of the timeline's own. */
    Cancellation after(Duration delay, Runnable task);

    /** Takes back a task that has not begun; harmless when it has. */
    @FunctionalInterface
    interface Cancellation {
        void cancel();
    }
}
