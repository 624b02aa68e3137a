package org.livemigrate.simulator.engine;

import java.util.PriorityQueue;
import java.util.function.LongConsumer;

/** The pending events and the virtual clock; time is integer microseconds since the start and never goes back. */
public final class EventQueue {
    private final PriorityQueue<Event> pending = new PriorityQueue<>();
    private final LongConsumer afterEach;
    private long nowUs;
    private long sequence;
    private long processed;
    private long happened;
    private long cancelled;

    /** Tells the time after each event that was run. */
    public EventQueue(LongConsumer afterEach) {
        this.afterEach = afterEach;
    }

    public long nowUs() {
        return nowUs;
    }

    public long processed() {
        return processed;
    }

    /** Adds an event; it can be dropped again with {@link #cancel}. */
    public Event add(long timeUs, Event.Kind kind, Event.Action action) {
        if (timeUs < nowUs) {
            throw new IllegalStateException("an event for " + timeUs + " µs at " + nowUs + " µs: time cannot go back");
        }
        Event event = new Event(timeUs, kind, sequence++, action);
        pending.add(event);
        return event;
    }

    /** Drops an event that has not happened; {@code null} is none. */
    public void cancel(Event event) {
        if (event != null && pending.remove(event)) {
            cancelled++;
        }
    }

    /** Whether every event that was ever added has happened, was dropped, or is yet to happen. */
    boolean hasLostNone() {
        return sequence == happened + cancelled + pending.size();
    }

    /** Runs everything that comes before the instant and kind, and sets the clock to the instant. */
    public void runUntil(long timeUs, Event.Kind before) {
        for (Event next = pending.peek();
                next != null
                        && (next.timeUs() < timeUs
                                || next.timeUs() == timeUs && next.kind().compareTo(before) < 0);
                next = pending.peek()) {
            pending.remove();
            nowUs = next.timeUs();
            processed++;
            happened++;
            next.action().run(nowUs);
            afterEach.accept(nowUs);
        }
        if (timeUs < nowUs) {
            throw new IllegalStateException("run until " + timeUs + " µs at " + nowUs + " µs: time cannot go back");
        }
        nowUs = timeUs;
        processed++;
    }
}
