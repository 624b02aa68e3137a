package org.livemigrate.controller.time;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/** Time that stands still until a test moves it: tasks run in order, on the test's own thread. */
public final class ManualTimeline implements Timeline {

    private record Task(long atNanos, long order, Runnable work) implements Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return atNanos != other.atNanos ? Long.compare(atNanos, other.atNanos) : Long.compare(order, other.order);
        }
    }

    private final PriorityQueue<Task> tasks = new PriorityQueue<>();
    private final Instant origin = Instant.parse("2026-01-01T00:00:00Z");
    private Duration wallOffset = Duration.ZERO;
    private long nowNanos;
    private long order;

    @Override
    public Instant now() {
        return origin.plusNanos(nowNanos).plus(wallOffset);
    }

    @Override
    public long nanos() {
        return nowNanos;
    }

    @Override
    public Cancellation after(Duration delay, Runnable work) {
        Task task = new Task(nowNanos + Math.max(0, delay.toNanos()), order++, work);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    /** The wall clock jumps; the monotonic count does not. */
    public void jumpWallClock(Duration by) {
        wallOffset = wallOffset.plus(by);
    }

    public Duration elapsed() {
        return Duration.ofNanos(nowNanos);
    }

    /** Runs the next task; false when there is none. */
    public boolean step() {
        Task task = tasks.poll();
        if (task == null) {
            return false;
        }
        nowNanos = Math.max(nowNanos, task.atNanos());
        task.work().run();
        return true;
    }

    /** Runs what is due within this time, and is then that much later. */
    public void advance(Duration by) {
        long until = nowNanos + by.toNanos();
        while (!tasks.isEmpty() && tasks.peek().atNanos() <= until) {
            step();
        }
        nowNanos = until;
    }

    /** Runs everything until nothing is left, for at most this time. */
    public void settle(Duration atMost) {
        long until = nowNanos + atMost.toNanos();
        while (!tasks.isEmpty() && tasks.peek().atNanos() <= until) {
            step();
        }
    }
}
