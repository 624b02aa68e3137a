package org.livemigrate.protocol.json;

import java.util.Objects;

/**
 * An error as every REST endpoint answers it and as failed operations carry it: an RFC 9457 problem document
 * ({@code application/problem+json}).
 *
 * @param type a short stable code that programs compare, for example {@code unknown-container}
 * @param title the kind of error, the same for every occurrence
 * @param status the HTTP status
 * @param detail what happened, where, with which value, and what to do about it
 */
public record Problem(String type, String title, int status, String detail) {

    public static final String CONTENT_TYPE = "application/problem+json";

    public Problem {
        Objects.requireNonNull(type, "type");
        title = title == null ? type : title;
        detail = detail == null ? title : detail;
    }

    public static Problem badRequest(String detail) {
        return new Problem("bad-request", "The request cannot be understood", 400, detail);
    }

    public static Problem unauthorized() {
        return new Problem(
                "unauthorized",
                "The fleet's token is missing or wrong",
                401,
                "Send 'Authorization: Bearer TOKEN' with the token of this fleet (see --token-file).");
    }

    public static Problem notFound(String detail) {
        return new Problem("not-found", "There is no such thing", 404, detail);
    }

    public static Problem conflict(String type, String detail) {
        return new Problem(type, "The request conflicts with the present state", 409, detail);
    }

    public static Problem internal(String detail) {
        return new Problem("internal", "The server failed", 500, detail);
    }

    public static Problem unavailable(String detail) {
        return new Problem("unavailable", "Not now", 503, detail);
    }
}
