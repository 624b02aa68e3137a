package org.livemigrate.agent.stats;

import org.livemigrate.protocol.stats.StatsDiff;

/** Where the sampler's differences go. */
public interface StatsSink {

    /**
     * Sends one message, in the order of the calls.
     *
     * @return true when the broker has confirmed it. After false the message may be lost or may still arrive; the next
     *     one must be full ({@link org.livemigrate.protocol.stats.StatsDiffer#forget()})
     */
    boolean send(StatsDiff diff);
}
