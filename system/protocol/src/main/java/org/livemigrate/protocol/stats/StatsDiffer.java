package org.livemigrate.protocol.stats;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The sending half of the diff codec: remembers what was told and says what is worth telling now. The receiving half
 * is the scheduler's fleet picture.
 *
 * <p>What was told changes only when a message is made, so slow drift below the threshold adds up until it is told.
 * After a message that may be lost (no confirm), call {@link #forget()}: the next message is a full one, so the memory
 * held for a dead broker stays one host's state. Not thread-safe.
 */
public final class StatsDiffer {

    private final String agent;
    private final String incarnation;
    private final DiffThreshold threshold;
    private final TreeMap<String, ContainerSample> told = new TreeMap<>();
    private long nextSequence;
    private boolean tellAll = true;

    public StatsDiffer(String agent, String incarnation, DiffThreshold threshold) {
        this.agent = Objects.requireNonNull(agent, "agent");
        this.incarnation = Objects.requireNonNull(incarnation, "incarnation");
        this.threshold = Objects.requireNonNull(threshold, "threshold");
    }

    /** Makes the next message a full one: after a lost message, and when the controller asks. */
    public void forget() {
        tellAll = true;
    }

    /**
     * Compares the present samples with what was told.
     *
     * @param now every container that runs on this host, in any order
     * @param sampledAt when they were sampled
     * @return the message to send; when it {@link StatsDiff#isEmpty() is empty} it uses no sequence number and need not
     *     be sent
     */
    public StatsDiff next(Collection<ContainerSample> now, Instant sampledAt) {
        TreeMap<String, ContainerSample> present = new TreeMap<>();
        for (ContainerSample sample : now) {
            present.put(sample.id(), sample);
        }
        List<ContainerSample> changed = new ArrayList<>();
        for (ContainerSample sample : present.values()) {
            ContainerSample before = told.get(sample.id());
            if (tellAll || before == null || threshold.exceededBy(before, sample)) {
                changed.add(sample);
            }
        }
        List<String> removed = new ArrayList<>();
        if (!tellAll) {
            for (String id : told.keySet()) {
                if (!present.containsKey(id)) {
                    removed.add(id);
                }
            }
        }
        StatsDiff diff = new StatsDiff(
                StatsDiff.VERSION, agent, incarnation, nextSequence, sampledAt, tellAll, changed, removed);
        if (!diff.isEmpty()) {
            nextSequence++;
            told.keySet().retainAll(present.keySet());
            changed.forEach(sample -> told.put(sample.id(), sample));
            tellAll = false;
        }
        return diff;
    }
}
