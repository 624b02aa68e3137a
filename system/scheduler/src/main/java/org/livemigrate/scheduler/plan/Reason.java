package org.livemigrate.scheduler.plan;

/** Why a container moves: a code for machines, a sentence for people. */
public record Reason(Code code, String sentence) {
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

    @Override
    public String toString() {
        return sentence;
    }
}
