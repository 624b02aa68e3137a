package org.livemigrate.agent.migration;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.rest.DurableState;

/**
 * The agent's durable memory of migrations. Whatever a method changed is on disk when it returns, so an agent never acts
 * on something that it could forget. Thread-safe.
 */
public final class StepLog implements AutoCloseable {

    private static final int COMPACT_MS = 200;

    /**
     * How long answered steps are remembered.
     *
     * @param atMost older ones go; people look within days
     * @param most when there are more, the oldest go
     * @param atLeast but none younger than this: a controller may repeat a request for a day
     */
    public record Retention(Duration atMost, int most, Duration atLeast) {
        public static final Retention DEFAULT = new Retention(Duration.ofDays(30), 10_000, Duration.ofDays(1));
    }

    private final DurableState state;
    private final Map<String, String> steps;
    private final Map<String, Long> newestEpochs;
    private final Map<String, Long> abandonedEpochs;
    private final Map<String, String> reservations;

    public StepLog(DurableState state) {
        this.state = state;
        steps = state.map("steps");
        newestEpochs = state.map("newest-epochs");
        abandonedEpochs = state.map("abandoned-epochs");
        reservations = state.map("reservations");
    }

    public synchronized Optional<StepRecord> find(String key) {
        return Optional.ofNullable(steps.get(key)).map(StepLog::step);
    }

    /** All steps of one migration, in the order in which they were accepted. */
    public synchronized List<StepRecord> ofMigration(String migration) {
        return steps.values().stream()
                .map(StepLog::step)
                .filter(step -> step.migration().equals(migration))
                .sorted(Comparator.comparing(StepRecord::acceptedAt))
                .toList();
    }

    /** Steps that were accepted and have no answer. */
    public synchronized List<StepRecord> unanswered() {
        return steps.values().stream()
                .map(StepLog::step)
                .filter(step -> !step.ended())
                .sorted(Comparator.comparing(StepRecord::acceptedAt))
                .toList();
    }

    public synchronized void put(StepRecord step) {
        steps.put(step.key(), Json.mapper().writeValueAsString(step));
        save();
    }

    /** Newest fencing epoch seen for a container; 0 before the first. */
    public synchronized long newestEpoch(String container) {
        return newestEpochs.getOrDefault(container, 0L);
    }

    /** Newest epoch of a container that was abandoned here; 0 when none was. */
    public synchronized long abandonedEpoch(String container) {
        return abandonedEpochs.getOrDefault(container, 0L);
    }

    /** Epochs never go back. */
    public synchronized void raiseEpoch(String container, long epoch) {
        if (epoch > newestEpoch(container)) {
            newestEpochs.put(container, epoch);
            save();
        }
    }

    public synchronized void abandon(String container, long epoch) {
        if (epoch > abandonedEpoch(container)) {
            abandonedEpochs.put(container, epoch);
            save();
        }
    }

    public synchronized List<Reservation> reservations() {
        return reservations.values().stream()
                .map(json -> Json.mapper().readValue(json, Reservation.class))
                .toList();
    }

    public synchronized Optional<Reservation> reservation(String migration) {
        return Optional.ofNullable(reservations.get(migration))
                .map(json -> Json.mapper().readValue(json, Reservation.class));
    }

    public synchronized void reserve(Reservation reservation) {
        reservations.put(reservation.migration(), Json.mapper().writeValueAsString(reservation));
        save();
    }

    public synchronized void release(String migration) {
        if (reservations.remove(migration) != null) {
            save();
        }
    }

    /**
     * Forgets answered steps that are older or more than is kept. Epochs are kept for ever: they are what fences.
     *
     * @param stored migrations whose images are still in the store; whether these may go is read off their steps
     */
    public synchronized void forget(Retention kept, Instant now, Set<String> stored) {
        List<StepRecord> answered = steps.values().stream()
                .map(StepLog::step)
                .filter(step -> step.ended() && !stored.contains(step.migration()))
                .sorted(Comparator.comparing(StepRecord::endedAt))
                .toList();
        int beyond = steps.size() - kept.most();
        boolean changed = false;
        for (StepRecord step : answered) {
            Instant ended = step.endedAt();
            boolean surplus = beyond > 0 && ended.isBefore(now.minus(kept.atLeast()));
            if (surplus || ended.isBefore(now.minus(kept.atMost()))) {
                steps.remove(step.key());
                beyond--;
                changed = true;
            }
        }
        if (changed) {
            save();
        }
    }

    /** How many steps are remembered, answered or not. */
    public synchronized int size() {
        return steps.size();
    }

    /** Gives the file's unused space back; takes a fraction of a second at most. */
    public synchronized void compact() {
        state.compact(COMPACT_MS);
    }

    @Override
    public synchronized void close() {
        state.close();
    }

    private void save() {
        state.commit();
    }

    private static StepRecord step(String json) {
        return Json.mapper().readValue(json, StepRecord.class);
    }
}
