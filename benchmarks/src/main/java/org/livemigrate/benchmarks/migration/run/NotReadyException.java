package org.livemigrate.benchmarks.migration.run;

/** Something that must be there before a sweep can begin is not; the message says what to do. */
public final class NotReadyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public NotReadyException(String message) {
        super(message);
    }
}
