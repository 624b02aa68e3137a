package org.livemigrate.controller.broker;

/** The embedded broker could not start; the message says why and what to do, in one sentence. */
public final class BrokerStartException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BrokerStartException(String message, Throwable cause) {
        super(message, cause);
    }
}
