package org.livemigrate.scheduler.plan;

import java.util.Objects;
import java.util.function.Supplier;

/**
 * Why a container moves: a code for machines, a sentence for people. A plan may have a hundred thousand reasons that
 * nobody reads, so a sentence can be put off until it is asked for.
 */
public final class Reason {
    /** The kinds of reason. */
    public enum Code {
        /** Its host is above target. */
        OVER_TARGET,
        /** It makes room on its host for what comes from a host above target. */
        MAKES_ROOM,
        /** It steps aside so that moves which block each other can go on; a second move takes it to its place. */
        PARKING,
        /** The initial distribution puts it there. */
        INITIAL,
        /** A policy's own reason. */
        POLICY
    }

    private final Code code;
    private final Supplier<String> sentence;

    public Reason(Code code, String sentence) {
        this(code, () -> sentence);
    }

    /** The sentence is made whenever it is asked for; it must always be the same. */
    public Reason(Code code, Supplier<String> sentence) {
        this.code = Objects.requireNonNull(code, "code");
        this.sentence = sentence;
    }

    public Code code() {
        return code;
    }

    public String sentence() {
        return sentence.get();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Reason that && code == that.code && sentence().equals(that.sentence());
    }

    @Override
    public int hashCode() {
        return code.hashCode();
    }

    @Override
    public String toString() {
        return sentence();
    }
}
