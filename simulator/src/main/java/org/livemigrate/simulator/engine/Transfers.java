package org.livemigrate.simulator.engine;

import java.util.PriorityQueue;

/**
 * Copies that share one bandwidth equally (processor sharing). Instead of counting down every copy at every change, one
 * service clock counts the bytes that each copy has got; a copy is done when the clock reaches its mark, and only the
 * first mark needs an event.
 */
final class Transfers {

    /** Called when the copy is done. */
    @FunctionalInterface
    interface Done {
        void run(long nowUs);
    }

    private record Copy(double mark, long sequence, Done done) implements Comparable<Copy> {
        @Override
        public int compareTo(Copy other) {
            int byMark = Double.compare(mark, other.mark);
            return byMark != 0 ? byMark : Long.compare(sequence, other.sequence);
        }
    }

    private final EventQueue queue;
    private final double bytesPerUs;
    private final PriorityQueue<Copy> copies = new PriorityQueue<>();
    private double served;
    private long servedAtUs;
    private long sequence;
    private Event next;

    Transfers(EventQueue queue, long bytesPerSecond) {
        this.queue = queue;
        this.bytesPerUs = bytesPerSecond * 1e-6;
    }

    /** Bytes per second that a copy would get if it started now. */
    double shareBytesPerSecond(boolean already) {
        return bytesPerUs * 1e6 / Math.max(1, copies.size() + (already ? 0 : 1));
    }

    /** Starts a copy; returns what {@link #cancel} takes. */
    Object start(double bytes, long nowUs, Done done) {
        serveUntil(nowUs);
        Copy copy = new Copy(served + bytes, sequence++, done);
        copies.add(copy);
        schedule(nowUs);
        return copy;
    }

    /** Ends a copy before it is done. */
    void cancel(Object copy, long nowUs) {
        serveUntil(nowUs);
        copies.remove(copy);
        schedule(nowUs);
    }

    int active() {
        return copies.size();
    }

    private void serveUntil(long nowUs) {
        if (!copies.isEmpty()) {
            served += (nowUs - servedAtUs) * bytesPerUs / copies.size();
        } else {
            served = 0; // nobody's mark refers to it: start again from 0, where doubles are finest
        }
        servedAtUs = nowUs;
    }

    private void schedule(long nowUs) {
        queue.cancel(next);
        next = null;
        Copy first = copies.peek();
        if (first != null) {
            double us = Math.max(0, first.mark - served) * copies.size() / bytesPerUs;
            next = queue.add(nowUs + (long) StrictMath.ceil(us), Event.Kind.MIGRATION, this::complete);
        }
    }

    private void complete(long nowUs) {
        next = null;
        serveUntil(nowUs);
        // the time was rounded up to a whole microsecond, so the mark is reached; more marks may be, in their order
        Copy first = copies.poll();
        schedule(nowUs);
        first.done.run(nowUs);
    }
}
