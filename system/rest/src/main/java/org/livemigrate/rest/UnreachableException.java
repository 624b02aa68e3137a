package org.livemigrate.rest;

import java.net.ConnectException;
import java.net.URI;
import java.nio.channels.UnresolvedAddressException;

/**
 * No answer came: refused, timed out, cut off. What was asked for may have been done or not; idempotent requests are
 * repeated, others must be looked up.
 */
public final class UnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient URI uri;

    public UnreachableException(URI uri, Throwable cause) {
        super("no answer from " + uri + ": " + why(cause), cause);
        this.uri = uri;
    }

    /** The JDK's client says nothing more of most failures than their class, which means little to an operator. */
    private static String why(Throwable cause) {
        if (cause.getMessage() != null) {
            return cause.getMessage();
        }
        if (!(cause instanceof ConnectException)) {
            return "the connection broke";
        }
        return cause.getCause() instanceof UnresolvedAddressException
                ? "no address is known for that name"
                : "nobody takes connections there";
    }

    public URI uri() {
        return uri;
    }
}
