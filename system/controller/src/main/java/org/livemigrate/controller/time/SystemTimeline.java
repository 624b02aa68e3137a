package org.livemigrate.controller.time;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's own time. */
public final class SystemTimeline implements Timeline, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SystemTimeline.class);

    private final Clock clock = Clock.systemUTC();
    private final ScheduledThreadPoolExecutor timer;

    public SystemTimeline() {
        timer = new ScheduledThreadPoolExecutor(2, task -> {
            Thread thread = new Thread(task, "timeline");
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Cancellation after(Duration delay, Runnable task) {
        try {
            ScheduledFuture<?> scheduled =
                    timer.schedule(() -> runLogged(task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException closed) {
            // what was to happen after the close does not happen
            return () -> {};
        }
    }

    /** A task's exception would otherwise vanish in its future. */
    private static void runLogged(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            LOG.error("a scheduled task failed", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
