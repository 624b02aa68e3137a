package org.livemigrate.protocol.migration;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a migration ended. */
public enum MigrationOutcome {
    /** The container runs on the target; the source's copy is gone or will be. */
    COMMITTED,
    /** Something failed; the container runs on the source again. */
    ROLLED_BACK,
    /** It runs on neither side and could not be brought back by itself: the problem says where its images are. */
    FAILED,
    /** PREPARE said no; nothing had been touched. */
    REFUSED;

    @JsonValue
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @JsonCreator
    public static MigrationOutcome of(String word) {
        return valueOf(word.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
}
