package org.livemigrate.scheduler.model;

/**
 * A cluster description that makes no sense: the message names what, where and the value, and says what to do. It is
 * meant to be shown to a person as it stands.
 */
public final class InvalidClusterException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    /** A problem, told in one sentence that a person can act on. */
    public InvalidClusterException(String message) {
        super(message);
    }
}
