package org.livemigrate.controller.observe;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.livemigrate.protocol.event.FleetEvent;

/**
 * The latest events, bounded. Readers come for them at their own pace and wait for more, so a slow reader misses old
 * events but never holds up what makes them. Thread-safe.
 */
public final class EventLog {

    private static final int MOST_EVENTS = 10_000;

    private final String life;
    private final Deque<FleetEvent> events = new ArrayDeque<>();
    private long last;

    /** @param startedAt tells the events of one life of the controller from those of another */
    public EventLog(Instant startedAt) {
        this.life = Long.toString(startedAt.toEpochMilli(), Character.MAX_RADIX);
    }

    /**
     * Takes down what happened.
     *
     * @param draft its id is replaced
     */
    public synchronized void add(FleetEvent draft) {
        last++;
        events.addLast(new FleetEvent(
                life + "-" + last,
                draft.time(),
                draft.kind(),
                draft.host(),
                draft.target(),
                draft.container(),
                draft.migration(),
                draft.reason(),
                draft.data()));
        if (events.size() > MOST_EVENTS) {
            events.removeFirst();
        }
        notifyAll();
    }

    /** About a host or the fleet as a whole. */
    void add(Instant time, String kind, String host, String reason, Map<String, Object> data) {
        add(new FleetEvent(null, time, kind, host, null, null, null, reason, data));
    }

    /** The events after that one, oldest first; all that are kept when it is none of this life's or {@code null}. */
    public synchronized List<FleetEvent> after(String id) {
        long seen = number(id);
        List<FleetEvent> later = new ArrayList<>();
        for (FleetEvent event : events) {
            if (number(event.id()) > seen) {
                later.add(event);
            }
        }
        return later;
    }

    /** As {@link #after}, but waits for one when there is none yet. */
    public synchronized List<FleetEvent> awaitAfter(String id, long atMostMs) throws InterruptedException {
        long seen = number(id);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(atMostMs);
        while (last <= seen) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (leftMs <= 0) {
                return List.of();
            }
            wait(leftMs);
        }
        return after(id);
    }

    private long number(String id) {
        if (id == null || !id.startsWith(life + "-")) {
            return 0;
        }
        try {
            return Math.min(last, Long.parseLong(id.substring(life.length() + 1)));
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
