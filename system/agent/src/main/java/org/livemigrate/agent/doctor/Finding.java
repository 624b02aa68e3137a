package org.livemigrate.agent.doctor;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * One prerequisite as it was found.
 *
 * @param check its name, for programs; stable
 * @param severity what it means when it is missing
 * @param state how it was found
 * @param found what is there, for people
 * @param needed what should be
 * @param remedy the command or step that mends it; absent when nothing is to be mended
 */
public record Finding(String check, Severity severity, State state, String found, String needed, String remedy) {

    /** What a missing prerequisite means. */
    public enum Severity {
        /** Without it nothing can be migrated from or to this host. */
        NEEDED,
        /** Without it some migrations are impossible or slower. */
        LIMITS;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** How a prerequisite was found. */
    public enum State {
        OK,
        MISSING,
        /** It could not be looked at; {@link Finding#found()} says why. */
        UNKNOWN;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Finding ok(String check, Severity severity, String found, String needed) {
        return new Finding(check, severity, State.OK, found, needed, null);
    }

    static Finding missing(String check, Severity severity, String found, String needed, String remedy) {
        return new Finding(check, severity, State.MISSING, found, needed, remedy);
    }

    static Finding unknown(String check, Severity severity, String why, String needed, String remedy) {
        return new Finding(check, severity, State.UNKNOWN, why, needed, remedy);
    }

    /** Whether nothing can be migrated because of it. */
    public boolean blocks() {
        return severity == Severity.NEEDED && state == State.MISSING;
    }

    /** In one line. */
    @Override
    public String toString() {
        return check + " (" + severity.word() + ") is " + state.word() + ": found " + found + ", needed " + needed
                + (remedy == null ? "" : "; " + remedy);
    }
}
