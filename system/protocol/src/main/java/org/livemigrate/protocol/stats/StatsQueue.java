package org.livemigrate.protocol.stats;

/**
 * Names of the AMQP 0-9-1 topology that both sides declare. Only arguments that every supported broker knows are used,
 * so expiry and dead-lettering are the consumer's work: a message that cannot be understood is published to
 * {@link #DEAD_QUEUE}, confirmed, and only then acknowledged.
 */
public final class StatsQueue {

    /** Direct exchange, durable. */
    public static final String EXCHANGE = "livemigrate";

    /** Durable queue, one active consumer; also its routing key. */
    public static final String QUEUE = "livemigrate.stats";

    /** Durable queue of messages that could not be understood; also its routing key. */
    public static final String DEAD_QUEUE = "livemigrate.dead";

    /** Declares that of several consumers one is served and the others wait. */
    public static final String SINGLE_ACTIVE_CONSUMER = "x-single-active-consumer";

    /** Header of a dead message that says why it is dead. */
    public static final String REASON_HEADER = "x-livemigrate-reason";

    private StatsQueue() {}
}
