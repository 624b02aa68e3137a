package org.livemigrate.rest;

import java.net.URI;
import org.livemigrate.protocol.json.Failures;

/**
 * No answer came: refused, timed out, cut off. What was asked for may have been done or not; idempotent requests are
 * repeated, others must be looked up.
 */
public final class UnreachableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient URI uri;

    public UnreachableException(URI uri, Throwable cause) {
        super("no answer from " + uri + ": " + Failures.why(cause), cause);
        this.uri = uri;
    }

    public URI uri() {
        return uri;
    }
}
