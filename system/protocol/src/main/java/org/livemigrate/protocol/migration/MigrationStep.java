package org.livemigrate.protocol.migration;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * What a controller asks of an agent during a migration: {@code PUT /v1/migrations/{id}/{step}} with a
 * {@link StepRequest}, answered by an operation whose result is a {@link StepResult}. A step repeated with the same
 * epoch is answered with its first answer; an ABANDON, COMMIT, RESUME or VERIFY that failed is tried again.
 */
public enum MigrationStep {
    /** Target: checks capabilities, store, space, image, name and ports; reserves. Changes nothing else. */
    PREPARE,
    /** Source: 0..n pre-dumps while the container runs. */
    PRECOPY,
    /**
     * Target: makes ready whatever can be made ready while the container still runs at the source, so that it is no part
     * of the downtime. Nothing runs there yet and nothing is claimed.
     */
    ARM,
    /** Source: the final dump. The container stands still afterwards and is kept, with its own images. */
    FREEZE,
    /** Target: checks that the images are whole, wins the claim (the point of no return), restores. */
    RESTORE,
    /** Target: the container runs, with the processes it should have. */
    VERIFY,
    /** Source: removes its stopped copy. Target: forgets the reservation. Whichever gets it removes the images too. */
    COMMIT,
    /**
     * Target: removes whatever it made, makes sure that nothing runs, and gives up its claim if it had won it. After
     * success the epoch is dead on this host: a late RESTORE is refused.
     */
    ABANDON,
    /** Source: wins the claim of the request's epoch, then thaws or restores from its own images. */
    RESUME;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    @JsonCreator
    public static MigrationStep of(String word) {
        return Arrays.stream(values())
                .filter(step -> step.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new ProblemException(Problem.badRequest("migration step \"" + word
                        + "\" is not known: write one of "
                        + Arrays.stream(values()).map(MigrationStep::word).toList() + ".")));
    }
}
