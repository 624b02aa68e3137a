package org.livemigrate.protocol.host;

import java.time.Instant;
import java.util.Objects;

/**
 * Agent to controller, every 10 s: {@code POST /v1/heartbeats}. It is also how a host joins and rejoins.
 *
 * @param host the host's facts
 * @param incarnation of the agent; the one its statistics carry
 * @param sentAt on the agent's clock, to see how far the clocks are apart
 */
public record Heartbeat(HostFacts host, String incarnation, Instant sentAt) {
    public Heartbeat {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(incarnation, "incarnation");
        Objects.requireNonNull(sentAt, "sentAt");
    }
}
