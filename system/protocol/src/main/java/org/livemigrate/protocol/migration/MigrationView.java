package org.livemigrate.protocol.migration;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.livemigrate.protocol.json.Problem;

/**
 * A migration as the controller tells it: one element of {@code GET /v1/migrations}.
 *
 * @param id idempotency key
 * @param container full id
 * @param name of the container
 * @param from source host
 * @param to target host
 * @param engine that carried it out
 * @param reason why it was decided
 * @param phase the phase it is in: {@code queued}, {@code prepare}, {@code precopy}, {@code arm}, {@code freeze},
 *     {@code restore}, {@code verify}, {@code commit}, {@code rollback}. Of one that ended: its last; {@code rollback} for
 *     all that rolled back or failed, whose problem names the phase that did
 * @param outcome absent while it is under way
 * @param phasesMs how long each phase took as the controller saw it, by the same names
 * @param bytes of the checkpoint in the store
 * @param downtimeApiMs from sending FREEZE to RESTORE's answer, as the controller saw it; absent before
 * @param epoch its latest fencing epoch
 * @param startedAt on the controller's clock
 * @param finishedAt absent while it is under way
 * @param frozenAt when FREEZE was sent; absent before
 * @param resumedAt when the container was known to run again; absent before
 * @param problem what went wrong; absent when nothing did
 * @param notes what the steps had to say, for people
 */
public record MigrationView(
        String id,
        String container,
        String name,
        String from,
        String to,
        String engine,
        String reason,
        String phase,
        MigrationOutcome outcome,
        Map<String, Long> phasesMs,
        long bytes,
        Long downtimeApiMs,
        long epoch,
        Instant startedAt,
        Instant finishedAt,
        Instant frozenAt,
        Instant resumedAt,
        Problem problem,
        List<String> notes) {
    public MigrationView {
        phasesMs = phasesMs == null ? Map.of() : phasesMs;
        notes = notes == null ? List.of() : List.copyOf(notes);
    }
}
