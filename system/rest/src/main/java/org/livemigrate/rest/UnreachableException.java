package org.livemigrate.rest;

import java.net.URI;

/**
 * No answer came: refused, timed out, cut off. What was asked for may have been done or not; idempotent requests are
 * repeated, others must be looked up.
 */
public final class UnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient URI uri;

    public UnreachableException(URI uri, Throwable cause) {
        super(
                "no answer from " + uri + ": " + (cause.getMessage() == null ? cause.toString() : cause.getMessage()),
                cause);
        this.uri = uri;
    }

    public URI uri() {
        return uri;
    }
}
