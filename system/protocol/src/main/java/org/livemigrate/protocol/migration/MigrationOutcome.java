package org.livemigrate.protocol.migration;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/** How a migration ended. */
public enum MigrationOutcome {
    /** The container runs on the target; the source's copy is gone or will be. */
    COMMITTED,
    /** Something failed; the container runs on the source again. */
    ROLLED_BACK,
    /**
     * It runs on neither side, or may run on a target that has been silent for long, and could not be brought back by
     * itself: the problem says which, and where its images are.
     */
    FAILED,
    /** PREPARE said no, or it was withdrawn before; nothing had been touched. */
    REFUSED;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @JsonCreator
    public static MigrationOutcome of(String word) {
        return Arrays.stream(values())
                .filter(outcome -> outcome.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new ProblemException(Problem.badRequest("migration outcome \"" + word
                        + "\" is not known: write one of "
                        + Arrays.stream(values()).map(MigrationOutcome::word).toList() + ".")));
    }
}
