package org.livemigrate.controller.migration;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.rest.DurableState;

/**
 * What the controller must not forget: its migrations, the newest fencing epoch of every container, and which hosts are
 * cordoned. A write is on disk when its method returns. The file is H2's MVStore; the values are JSON.
 */
public final class MigrationJournal implements AutoCloseable {

    private static final String FILE = "controller.mv";

    private static final int COMPACT_MS = 2_000;

    private final DurableState state;
    private final Map<String, String> migrations;
    private final Map<String, Long> epochs;
    private final Map<String, Boolean> cordons;

    public MigrationJournal(DurableState state) {
        this.state = state;
        migrations = state.map("migrations");
        epochs = state.map("epochs");
        cordons = state.map("cordons");
    }

    /**
     * Opens or creates the journal.
     *
     * @param directory of the controller's state; made with mode 0700 when it is missing
     * @throws org.livemigrate.protocol.json.ProblemException when it cannot be used, or another controller uses it
     */
    public static MigrationJournal open(Path directory) {
        DurableState state = DurableState.open(directory.resolve(FILE));
        // gives back what forgotten migrations have left; while it runs the store reuses that space
        state.compact(COMPACT_MS);
        return new MigrationJournal(state);
    }

    /** A journal that lasts as long as this object. */
    public static MigrationJournal inMemory() {
        return new MigrationJournal(DurableState.inMemory());
    }

    /** Every migration, oldest first. */
    synchronized List<MigrationRecord> load() {
        List<MigrationRecord> records = new ArrayList<>();
        for (String json : migrations.values()) {
            records.add(Json.mapper().readValue(json, MigrationRecord.class));
        }
        records.sort(Comparator.comparing((MigrationRecord r) -> r.measures().submittedAt())
                .thenComparing(MigrationRecord::id));
        return records;
    }

    /** The newest epoch that was ever used for the container; 0 when none was. */
    synchronized long epoch(String container) {
        return epochs.getOrDefault(container, 0L);
    }

    /** Makes the record durable, and its epochs with it, in one commit. */
    synchronized void save(MigrationRecord record) {
        long newest = Math.max(record.epoch(), record.resumeEpoch());
        String container = record.order().container();
        if (newest > epoch(container)) {
            epochs.put(container, newest);
        }
        migrations.put(record.id(), Json.mapper().writeValueAsString(record));
        commit();
    }

    /** Forgets migrations that ended; the epochs of their containers stay. */
    synchronized void forget(List<String> ids) {
        ids.forEach(migrations::remove);
        commit();
    }

    /** Ids of the hosts that an operator has cordoned. */
    public synchronized Set<String> cordoned() {
        return new TreeSet<>(cordons.keySet());
    }

    /** An operator cordons a host or lifts it. */
    public synchronized void cordon(String host, boolean cordoned) {
        if (cordoned) {
            cordons.put(host, true);
        } else {
            cordons.remove(host);
        }
        commit();
    }

    private void commit() {
        state.commit();
    }

    @Override
    public void close() {
        state.close();
    }
}
