package org.livemigrate.rest;

import io.javalin.http.HttpResponseException;
import org.livemigrate.protocol.json.JsonMessages;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * What each exception means to a caller. Expected ones carry their own answer; what nobody expected is logged here with
 * its stack trace, which the caller never sees.
 */
public final class Problems {

    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private Problems() {}

    /**
     * @param during what was being done, for the log: "PUT /v1/migrations/m1/freeze"
     * @return the problem to answer with
     */
    public static Problem of(Throwable thrown, String during) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof ProblemException expected) {
                return expected.problem();
            }
        }
        if (thrown instanceof JacksonException unreadable) {
            return Problem.badRequest("The JSON body cannot be used: " + JsonMessages.describe(unreadable));
        }
        if (thrown instanceof HttpResponseException http) {
            return ofStatus(http.getStatus(), http.getMessage(), during);
        }
        LOG.error("{} failed unexpectedly", during, thrown);
        return Problem.internal(during + " failed unexpectedly; the server's log says more.");
    }

    private static Problem ofStatus(int status, String message, String during) {
        return switch (status) {
            case 404 -> Problem.notFound(during + ": there is no such path; all paths begin with /v1.");
            case 405 ->
                new Problem(
                        "method-not-allowed", "The path does not take this method", 405, during + ": " + message + ".");
            case 413 -> new Problem("too-large", "The request's body is too large", 413, during + ": " + message);
            default -> new Problem(status < 500 ? "bad-request" : "internal", null, status, during + ": " + message);
        };
    }
}
