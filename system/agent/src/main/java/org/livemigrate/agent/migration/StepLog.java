package org.livemigrate.agent.migration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * The agent's durable memory of migrations. Whatever a method changed is on disk when it returns, so an agent never acts
 * on something that it could forget. Thread-safe.
 */
public final class StepLog implements AutoCloseable {

    private static final int COMPACT_MS = 200;

    private final MVStore store;
    private final MVMap<String, String> steps;
    private final MVMap<String, Long> newestEpochs;
    private final MVMap<String, Long> abandonedEpochs;
    private final MVMap<String, String> reservations;

    /** @throws ProblemException of type {@code state-failed} when the file cannot be used, for example by two agents */
    public StepLog(Path file) {
        try {
            if (!Files.exists(file)) {
                Files.createDirectories(file.toAbsolutePath().getParent());
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            store = new MVStore.Builder()
                    .fileName(file.toString())
                    .autoCommitDisabled()
                    .open();
        } catch (java.io.IOException | MVStoreException e) {
            throw new ProblemException(
                    new Problem(
                            "state-failed",
                            "The agent's state cannot be used",
                            503,
                            "cannot open " + file + ": " + e.getMessage()
                                    + ". Does another agent use the same state directory?"),
                    e);
        }
        steps = store.openMap("steps");
        newestEpochs = store.openMap("newest-epochs");
        abandonedEpochs = store.openMap("abandoned-epochs");
        reservations = store.openMap("reservations");
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

    /** Forgets steps that ended before this; epochs are kept for ever. */
    public synchronized void forgetBefore(Instant when) {
        List<String> old = steps.entrySet().stream()
                .filter(entry -> {
                    StepRecord step = step(entry.getValue());
                    return step.ended() && step.endedAt().isBefore(when);
                })
                .map(java.util.Map.Entry::getKey)
                .toList();
        old.forEach(steps::remove);
        save();
    }

    /** Gives the file's unused space back; takes a fraction of a second at most. */
    public synchronized void compact() {
        store.compactFile(COMPACT_MS);
    }

    @Override
    public synchronized void close() {
        if (!store.isClosed()) {
            store.close();
        }
    }

    private void save() {
        store.commit();
        store.sync();
    }

    private static StepRecord step(String json) {
        return Json.mapper().readValue(json, StepRecord.class);
    }
}
