package org.livemigrate.scheduler.fleet;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;
import org.livemigrate.scheduler.model.Host;

/** What one host has said so far. */
final class HostRecord {
    /** Enough to recognise stragglers of agents that were restarted in quick succession. */
    private static final int RETIRED_KEPT = 8;

    /**
     * A container in the host's own account.
     *
     * @param appearedAt since when the host has it
     * @param demoted a migration away from here (or a failed one to here) has ended: any other host's word counts more
     */
    record Entry(ContainerStats stats, Instant appearedAt, boolean demoted) {
        Entry asDemoted(boolean value) {
            return new Entry(stats, appearedAt, value);
        }
    }

    Host facts;
    Instant lastHeartbeat;
    Instant lastStats;
    boolean cordoned;
    boolean believed;
    TreeMap<String, Entry> containers = new TreeMap<>();

    private String incarnation;
    private long sequence;
    private final Set<String> retired = new LinkedHashSet<>();

    boolean isAlive(Instant now, Duration expiry) {
        return lastHeartbeat != null && now.isBefore(lastHeartbeat.plus(expiry));
    }

    boolean hasFreshStats(Instant now, Duration expiry) {
        return believed && lastStats != null && now.isBefore(lastStats.plus(expiry));
    }

    void disbelieve() {
        believed = false;
        containers.clear();
    }

    UpdateResult apply(StatsUpdate update, Instant now) {
        if (retired.contains(update.incarnation())) {
            return UpdateResult.DUPLICATE;
        }
        boolean sameAgent = update.incarnation().equals(incarnation);
        if (sameAgent && update.sequence() <= sequence) {
            return UpdateResult.DUPLICATE;
        }
        boolean inOrder = sameAgent && believed && update.sequence() == sequence + 1;
        if (!update.full() && !inOrder) {
            believed = false;
            return UpdateResult.NEEDS_FULL_SNAPSHOT;
        }
        if (incarnation != null && !sameAgent) {
            retire(incarnation);
        }
        incarnation = update.incarnation();
        sequence = update.sequence();
        believed = true;
        lastStats = now;
        TreeMap<String, Entry> known = containers;
        if (update.full()) {
            containers = new TreeMap<>();
        }
        for (ContainerStats stats : update.upserts()) {
            Entry before = known.get(stats.id());
            containers.put(
                    stats.id(),
                    before == null
                            ? new Entry(stats, now, false)
                            : new Entry(stats, before.appearedAt, before.demoted));
        }
        update.removals().forEach(containers::remove);
        return UpdateResult.APPLIED;
    }

    private void retire(String old) {
        retired.add(old);
        if (retired.size() > RETIRED_KEPT) {
            retired.remove(retired.iterator().next());
        }
    }
}
