package org.livemigrate.protocol.stats;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What changed on one host since the agent's previous message; the body of the messages on {@code livemigrate.stats}.
 *
 * @param version of this format, now 1
 * @param agent the host's id
 * @param incarnation new at every start of the agent; sequences of different incarnations do not compare
 * @param sequence 0 for the incarnation's first message, then one more each; a gap means a lost message
 * @param sampledAt when the samples were taken, on the agent's clock
 * @param full true when {@code changed} is the host's whole state and replaces what was known
 * @param changed containers that are new or moved beyond the threshold, in the order of their ids
 * @param removed ids of containers that are gone, in order
 */
public record StatsDiff(
        int version,
        String agent,
        String incarnation,
        long sequence,
        Instant sampledAt,
        boolean full,
        List<ContainerSample> changed,
        List<String> removed) {

    public static final int VERSION = 1;

    public StatsDiff {
        Objects.requireNonNull(agent, "agent");
        Objects.requireNonNull(incarnation, "incarnation");
        Objects.requireNonNull(sampledAt, "sampledAt");
        if (version != VERSION) {
            throw new IllegalArgumentException("statistics of format version " + version + "; this program reads "
                    + VERSION + ": run the same release on agent and controller");
        }
        if (sequence < 0) {
            throw new IllegalArgumentException("sequence is " + sequence + ", below 0");
        }
        changed = changed == null ? List.of() : List.copyOf(changed);
        removed = removed == null ? List.of() : List.copyOf(removed);
    }

    /** Nothing to tell: not worth a message. */
    public boolean isEmpty() {
        return !full && changed.isEmpty() && removed.isEmpty();
    }
}
