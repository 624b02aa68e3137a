package org.livemigrate.protocol.stats;

/** A message on {@link StatsQueue#QUEUE} that no retry can make readable; the message says why. */
public final class UnreadableStatsException extends Exception {

    private static final long serialVersionUID = 1L;

    public UnreadableStatsException(String reason) {
        super(reason);
    }

    public UnreadableStatsException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
