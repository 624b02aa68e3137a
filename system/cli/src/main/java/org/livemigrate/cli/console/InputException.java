package org.livemigrate.cli.console;

/** Bad input: the command ends with exit status 2 and this message, which names what, where, the value, what to do. */
public final class InputException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public InputException(String message) {
        super(message);
    }

    public InputException(String message, Throwable cause) {
        super(message, cause);
    }
}
