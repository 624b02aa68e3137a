package org.livemigrate.protocol.host;

import java.util.Objects;

/**
 * The controller's answer to a {@link Heartbeat}: what an agent needs to know to take part, so that an agent is started
 * with no more than the controller's address and the fleet's token.
 *
 * @param brokerUri AMQP URI to send statistics to; it holds a password and is never logged
 * @param statsIntervalMs how often the host's containers are to be sampled
 */
public record HeartbeatAnswer(String brokerUri, long statsIntervalMs) {
    public HeartbeatAnswer {
        Objects.requireNonNull(brokerUri, "brokerUri");
        if (statsIntervalMs <= 0) {
            throw new IllegalArgumentException("statsIntervalMs is " + statsIntervalMs + ": must be above 0");
        }
    }

    /** Without the broker's password. */
    @Override
    public String toString() {
        return "HeartbeatAnswer[brokerUri=…, statsIntervalMs=" + statsIntervalMs + "]";
    }
}
