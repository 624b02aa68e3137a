package org.livemigrate.cli.console;

/** Something that must be there is not: the command ends with exit status 3 and this message, which says what to do. */
public final class PrerequisiteException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public PrerequisiteException(String message) {
        super(message);
    }
}
