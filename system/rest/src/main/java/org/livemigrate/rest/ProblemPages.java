package org.livemigrate.rest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;

/**
 * What the HTTP server itself refuses before any of our code sees it (a broken request line, an ambiguous path, headers
 * without end) is answered like everything else, instead of by the server's own page.
 */
final class ProblemPages extends ErrorHandler {

    @Override
    public boolean errorPageForMethod(String method) {
        return true; // Jetty's default leaves PUT and DELETE without a word
    }

    @Override
    protected void generateResponse(
            Request request, Response response, int code, String message, Throwable cause, Callback callback) {
        byte[] page = page(code, message);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        response.write(true, ByteBuffer.wrap(page), callback);
    }

    @Override
    public ByteBuffer badMessageError(int status, String reason, HttpFields.Mutable fields) {
        fields.put(HttpHeader.CONTENT_TYPE, Problem.CONTENT_TYPE);
        return ByteBuffer.wrap(page(status, reason));
    }

    private static byte[] page(int status, String message) {
        String what = message == null || message.isBlank() ? "status " + status : message;
        // 505: another version of HTTP
        Problem problem = status < 500 || status == 505
                ? new Problem(
                        "bad-request",
                        "The request cannot be understood",
                        status,
                        "This is not a request that HTTP/1.1 allows here (" + what + "): see to the client.")
                : new Problem("internal", "The server failed", status, "The server failed (" + what + ").");
        return Json.mapper().writeValueAsString(problem).getBytes(StandardCharsets.UTF_8);
    }
}
