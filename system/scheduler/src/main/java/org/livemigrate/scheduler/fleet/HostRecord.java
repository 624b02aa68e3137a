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
     * @param assumed the executor says so; the host itself has yet to
     */
    record Entry(ContainerStats stats, Instant appearedAt, boolean demoted, boolean assumed) {
        Entry asDemoted(boolean value) {
            return new Entry(stats, appearedAt, value, assumed);
        }

        /** What the host does not confirm in time is not there. */
        boolean isBelieved(Instant now, Duration expiry) {
            return !assumed || now.isBefore(appearedAt.plus(expiry));
        }
    }

    Host facts;
    Instant lastHeartbeat;
    Instant lastStats;
    boolean cordoned;
    boolean believed;
    TreeMap<String, Entry> containers = new TreeMap<>();

    /** The agent that sends the heartbeats; null when they do not say. */
    private String living;

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

    /**
     * This agent lives.
     *
     * @return whether the statistics are another one's
     */
    boolean lives(String agent) {
        living = agent;
        if (agent == null) {
            return false;
        }
        retired.remove(agent);
        return incarnation != null && !agent.equals(incarnation);
    }

    UpdateResult apply(StatsUpdate update, Instant now) {
        if (retired.contains(update.incarnation())) {
            return UpdateResult.DUPLICATE;
        }
        boolean sameAgent = update.incarnation().equals(incarnation);
        if (!sameAgent && incarnation != null && incarnation.equals(living)) {
            // a straggler; or of an agent so new that its first heartbeat is yet to come, and will ask for everything
            return UpdateResult.DUPLICATE;
        }
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
                            ? new Entry(stats, now, false, false)
                            : new Entry(stats, before.appearedAt, before.demoted, false));
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
