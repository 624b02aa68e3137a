package org.livemigrate.controller.migration;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a migration took, as the controller saw it.
 *
 * @param submittedAt when it was ordered
 * @param startedAt when its turn came; {@code null} before
 * @param finishedAt when its outcome was known; {@code null} before
 * @param frozenAt when FREEZE was sent; {@code null} before
 * @param resumedAt when the container was known to run again; {@code null} before
 * @param downtimeMs from sending FREEZE to the answer that it runs again; {@code null} before
 * @param phasesMs time in each phase
 * @param bytes of the checkpoint in the store
 */
record Measures(
        Instant submittedAt,
        Instant startedAt,
        Instant finishedAt,
        Instant frozenAt,
        Instant resumedAt,
        Long downtimeMs,
        Map<String, Long> phasesMs,
        long bytes) {
    Measures {
        phasesMs = phasesMs == null ? Map.of() : Map.copyOf(phasesMs);
    }

    static Measures submitted(Instant now) {
        return new Measures(now, null, null, null, null, null, Map.of(), 0);
    }

    Measures started(Instant now) {
        return new Measures(submittedAt, now, finishedAt, frozenAt, resumedAt, downtimeMs, phasesMs, bytes);
    }

    Measures finished(Instant now) {
        return new Measures(submittedAt, startedAt, now, frozenAt, resumedAt, downtimeMs, phasesMs, bytes);
    }

    Measures frozen(Instant now) {
        return new Measures(submittedAt, startedAt, finishedAt, now, resumedAt, downtimeMs, phasesMs, bytes);
    }

    Measures resumed(Instant now, long newDowntimeMs) {
        return new Measures(submittedAt, startedAt, finishedAt, frozenAt, now, newDowntimeMs, phasesMs, bytes);
    }

    Measures withBytes(long newBytes) {
        return new Measures(submittedAt, startedAt, finishedAt, frozenAt, resumedAt, downtimeMs, phasesMs, newBytes);
    }

    Measures plusPhase(String phase, long ms) {
        Map<String, Long> more = new LinkedHashMap<>(phasesMs);
        more.merge(phase, ms, Long::sum);
        return new Measures(submittedAt, startedAt, finishedAt, frozenAt, resumedAt, downtimeMs, more, bytes);
    }
}
