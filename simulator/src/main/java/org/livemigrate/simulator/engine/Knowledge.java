package org.livemigrate.simulator.engine;

import org.livemigrate.scheduler.model.ClusterSnapshot;

/**
 * What the scheduler knows of the world, and how it comes to know it. {@link Picture} knows the truth at once and costs
 * nothing; {@link HeardPicture} knows what hosts told it, as the live controller does.
 */
interface Knowledge {

    /** The containers stand on their first hosts; nothing was sampled yet. */
    default void begin() {}

    /** A row of samples was applied. */
    default void sampled(long nowUs) {}

    /** The row that was applied at that time holds no longer; called before the next is applied. */
    default void keep(long sinceUs) {}

    /** A migration begins: the controller ordered it, so it knows at once. */
    default void began(Flight flight, long nowUs) {}

    /** A migration has ended. */
    void ended(Flight flight, boolean isCommitted, long nowUs);

    /** A host failed, was repaired, joined, is about to leave or left; what it is now, the world says. */
    default void hostChanged(int host) {}

    /** What the policy is given. */
    ClusterSnapshot snapshot(long nowUs);

    /** The world's index of a container's id in the last snapshot. */
    int containerOf(String id);

    /** The world's index of a host's id in the last snapshot. */
    int hostOf(String id);

    /** Statistics messages that hosts sent. */
    default long statsSent() {
        return 0;
    }

    /** Samples after which a host sent nothing, because nothing had moved beyond the threshold. */
    default long statsSuppressed() {
        return 0;
    }
}
