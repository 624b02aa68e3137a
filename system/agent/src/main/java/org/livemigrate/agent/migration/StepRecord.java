package org.livemigrate.agent.migration;

import java.time.Instant;
import java.util.Objects;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.migration.StepResult;

/**
 * What an agent knows of one step, durably: that it was asked for, and how it ended.
 *
 * @param migration id
 * @param step which
 * @param request with its epoch
 * @param acceptedAt on this host's clock
 * @param endedAt absent while there is no answer
 * @param result absent unless it succeeded
 * @param problem absent unless it failed
 */
public record StepRecord(
        String migration,
        MigrationStep step,
        StepRequest request,
        Instant acceptedAt,
        Instant endedAt,
        StepResult result,
        Problem problem) {
    public StepRecord {
        Objects.requireNonNull(migration, "migration");
        Objects.requireNonNull(step, "step");
        Objects.requireNonNull(request, "request");
        Objects.requireNonNull(acceptedAt, "acceptedAt");
    }

    static StepRecord accepted(String migration, MigrationStep step, StepRequest request, Instant at) {
        return new StepRecord(migration, step, request, at, null, null, null);
    }

    StepRecord succeeded(Instant at, StepResult with) {
        return new StepRecord(migration, step, request, acceptedAt, at, with, null);
    }

    StepRecord failed(Instant at, Problem with) {
        return new StepRecord(migration, step, request, acceptedAt, at, null, with);
    }

    public boolean ended() {
        return endedAt != null;
    }

    /** Identifies step and epoch; also the operation's id. */
    String key() {
        return key(migration, step, request.epoch());
    }

    static String key(String migration, MigrationStep step, long epoch) {
        return migration + "." + step.word() + "." + epoch;
    }
}
