package org.livemigrate.controller.stats;

import org.livemigrate.protocol.stats.StatsDiff;

/** What the controller does with each statistics message. */
public interface StatsHandler {

    /**
     * Applies one message; when this returns the message is acknowledged and gone from the queue.
     *
     * <p>Never called twice at the same time, and in the queue's order. A message comes again when the connection was
     * lost before its acknowledgement: applying it a second time must change nothing (compare incarnation and
     * sequence).
     *
     * @throws RuntimeException when it cannot be applied now; it is tried again a few times, then the message is put
     *     into the dead queue with the exception as the reason
     */
    void apply(StatsDiff diff);
}
