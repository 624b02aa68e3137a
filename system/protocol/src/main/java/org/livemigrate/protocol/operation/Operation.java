package org.livemigrate.protocol.operation;

import java.time.Instant;
import org.livemigrate.protocol.json.Problem;
import tools.jackson.databind.JsonNode;

/**
 * Asynchronous work: a request that takes long answers 202 with one of these, and {@code GET
 * /v1/operations/{id}?waitMs=N} returns it again, at once when it has ended, else after at most N milliseconds.
 *
 * @param id derived from what the caller named, so that a repeated request finds the same operation
 * @param kind for people: {@code freeze}, {@code create-container}, …
 * @param state {@code running}, {@code succeeded}, {@code failed}
 * @param progress fraction done, 0 to 1; an estimate
 * @param message what it is doing now
 * @param startedAt on the server's clock
 * @param finishedAt absent while it runs
 * @param result absent unless it succeeded; its shape depends on the kind
 * @param problem absent unless it failed
 */
public record Operation(
        String id,
        String kind,
        State state,
        double progress,
        String message,
        Instant startedAt,
        Instant finishedAt,
        JsonNode result,
        Problem problem) {

    /** Where an operation stands; the last two are final. */
    public enum State {
        RUNNING,
        SUCCEEDED,
        FAILED;

        @com.fasterxml.jackson.annotation.JsonValue
        public String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    public boolean ended() {
        return state != State.RUNNING;
    }
}
