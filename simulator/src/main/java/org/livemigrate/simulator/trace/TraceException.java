package org.livemigrate.simulator.trace;

import java.io.IOException;

/** Input that is not what its format promises: the message names the file, the line where there is one, and what to do. */
public final class TraceException extends IOException {
    private static final long serialVersionUID = 1L;

    public TraceException(String message) {
        super(message);
    }

    /** A problem on one line, counted from 1. */
    public static TraceException at(String file, long line, String problem) {
        return new TraceException(file + ", line " + line + ": " + problem);
    }

    /** A problem of a whole file. */
    public static TraceException in(String file, String problem) {
        return new TraceException(file + ": " + problem);
    }
}
