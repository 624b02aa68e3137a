package org.livemigrate.simulator.engine;

/**
 * Something that happens at an instant of virtual time. Events are totally ordered by time, then kind, then the order
 * in which they were made, so a run has one course only.
 */
public record Event(long timeUs, Kind kind, long sequence, Action action) implements Comparable<Event> {

    /** The kinds, in the order in which they happen at one instant. */
    public enum Kind {
        /** A phase of a migration ends. */
        MIGRATION,
        /** A host fails, is repaired, joins or leaves. */
        HOST,
        /** The workload's next sample; these come from outside the queue. */
        SAMPLE,
        /** A message reaches the controller. */
        REPORT,
        /** The scheduler plans. */
        ROUND
    }

    /** What happens. */
    @FunctionalInterface
    public interface Action {
        void run(long nowUs);
    }

    @Override
    public int compareTo(Event other) {
        if (timeUs != other.timeUs) {
            return timeUs < other.timeUs ? -1 : 1;
        }
        if (kind != other.kind) {
            return kind.ordinal() < other.kind.ordinal() ? -1 : 1;
        }
        return Long.compare(sequence, other.sequence);
    }
}
