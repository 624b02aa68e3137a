package org.livemigrate.protocol.migration;

import java.util.Objects;

/**
 * Who won the right to run a container in one fencing epoch, as the shared store tells it: {@code GET
 * /v1/claims/{container}/{epoch}} of any agent. Reading wins nothing. {@code GET /v1/claims/{container}} answers the
 * newest epoch that the agent's host or the store knows of, 0 when none.
 *
 * @param container full id
 * @param epoch fencing epoch
 * @param owner id of the host that won; absent while nobody has, and when a newer epoch was won since
 */
public record ClaimView(String container, long epoch, String owner) {
    public ClaimView {
        Objects.requireNonNull(container, "container");
    }
}
