package org.livemigrate.rest;

import dev.failsafe.Failsafe;
import dev.failsafe.RetryPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.JsonMessages;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.operation.Operation;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;

/**
 * Speaks to one {@link RestServer}. GET, PUT and DELETE are idempotent here and are repeated when no answer came; POST
 * is sent once. Thread-safe.
 *
 * <p>Every method throws {@link ProblemException} with the server's problem, or {@link UnreachableException} when no
 * answer came.
 */
public final class RestClient {

    /** For requests that are answered at once; long-polls have their wait added. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration POLL = Duration.ofSeconds(10);

    private final URI base;
    private final String authorization;
    private final Duration timeout;
    private final HttpClient http;
    private final RetryPolicy<Object> retries;

    /** With {@link #DEFAULT_TIMEOUT} and two repetitions. */
    public RestClient(URI base, String token) {
        this(base, token, DEFAULT_TIMEOUT, 2);
    }

    /**
     * @param base for example {@code http://10.0.0.11:7071}
     * @param token of the fleet
     * @param timeout of one request: until the headers of its answer, and from them to its end
     * @param repetitions of an idempotent request that got no answer, with growing pauses from 100 ms
     */
    public RestClient(URI base, String token, Duration timeout, int repetitions) {
        this(base, token, timeout, repetitions, newHttpClient());
    }

    /** As above over a shared client: one {@link #newHttpClient()} serves any number of hosts with one thread. */
    public RestClient(URI base, String token, Duration timeout, int repetitions, HttpClient http) {
        this.base = Objects.requireNonNull(base, "base");
        this.authorization = "Bearer " + Objects.requireNonNull(token, "token");
        this.timeout = Objects.requireNonNull(timeout, "timeout");
        this.http = Objects.requireNonNull(http, "http");
        this.retries = RetryPolicy.builder()
                .handle(UnreachableException.class)
                .withMaxRetries(repetitions)
                .withBackoff(Duration.ofMillis(100), Duration.ofSeconds(2))
                .withJitter(0.2)
                .build();
    }

    /** HTTP/1.1 only: our servers speak nothing else, and an upgrade attempt costs a round trip. */
    public static HttpClient newHttpClient() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofSeconds(5))
                .build();
    }

    public URI base() {
        return base;
    }

    public <T> T get(String path, Class<T> type) {
        return read(idempotent("GET", path, null, timeout), type(type), path);
    }

    public <T> T get(String path, TypeReference<T> type) {
        return read(idempotent("GET", path, null, timeout), Json.mapper().constructType(type.getType()), path);
    }

    public <T> T put(String path, Object body, Class<T> type) {
        return read(idempotent("PUT", path, body, timeout), type(type), path);
    }

    public <T> T delete(String path, Class<T> type) {
        return read(idempotent("DELETE", path, null, timeout), type(type), path);
    }

    /** Sent once: what it asks for could otherwise be done twice. */
    public <T> T post(String path, Object body, Class<T> type) {
        return read(send("POST", path, body, timeout), type(type), path);
    }

    /**
     * Waits by long-poll until the operation has ended.
     *
     * @param watching is told each state that is seen
     * @return the ended operation, succeeded or failed
     * @throws ProblemException type {@code timeout} when it still runs after that time
     */
    public Operation await(Operation started, Duration atMost, Consumer<Operation> watching) {
        long deadline = System.nanoTime() + atMost.toNanos();
        Operation now = started;
        watching.accept(now);
        while (!now.ended()) {
            Duration left = Duration.ofNanos(deadline - System.nanoTime());
            if (left.isNegative() || left.isZero()) {
                throw new ProblemException(new Problem(
                        "timeout",
                        "The operation did not end in time",
                        504,
                        "operation " + now.id() + " (" + now.kind() + ") at " + base + " still runs after "
                                + atMost.toMillis() + " ms: " + now.message()));
            }
            Duration wait = left.compareTo(POLL) < 0 ? left : POLL;
            String path = "/v1/operations/" + now.id() + "?waitMs=" + Math.max(1, wait.toMillis());
            now = read(idempotent("GET", path, null, timeout.plus(wait)), type(Operation.class), path);
            watching.accept(now);
        }
        return now;
    }

    /**
     * What an operation came to, once it has ended.
     *
     * @throws ProblemException with the operation's own problem when it failed
     */
    public <T> T result(Operation started, Duration atMost, Class<T> type) {
        Operation ended = await(started, atMost, seen -> {});
        if (ended.state() == Operation.State.FAILED) {
            throw new ProblemException(ended.problem());
        }
        JsonNode result = ended.result();
        return result == null ? null : Json.mapper().treeToValue(result, type);
    }

    /**
     * Reads a stream of server-sent events until it ends.
     *
     * @param lastId of the event after which to begin; null for the beginning
     * @param data told the data of each event that has data in one line, as ours have
     * @return the id of the last event that was seen, or {@code lastId}
     */
    public String follow(String path, String lastId, Consumer<String> data) {
        URI uri = base.resolve(path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .header("Authorization", authorization)
                .header("Accept", "text/event-stream");
        if (lastId != null) {
            request.header("Last-Event-ID", lastId);
        }
        HttpResponse<Stream<String>> response;
        try {
            response = http.send(request.build(), HttpResponse.BodyHandlers.ofLines());
        } catch (IOException e) {
            throw new UnreachableException(uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(Problem.unavailable("Stopped while following " + uri + "."), e);
        }
        try (Stream<String> lines = response.body()) {
            if (response.statusCode() >= 400) {
                byte[] body = lines.collect(Collectors.joining("\n")).getBytes(StandardCharsets.UTF_8);
                throw new ProblemException(problem(body, response.statusCode(), path));
            }
            String[] seen = {lastId};
            lines.forEach(line -> {
                if (line.startsWith("id:")) {
                    seen[0] = line.substring(3).strip();
                } else if (line.startsWith("data:")) {
                    data.accept(line.substring(5).strip());
                }
            });
            return seen[0];
        } catch (UncheckedIOException e) {
            throw new UnreachableException(uri, e.getCause());
        }
    }

    private HttpResponse<byte[]> idempotent(String method, String path, Object body, Duration within) {
        return Failsafe.with(retries).get(() -> send(method, path, body, within));
    }

    private HttpResponse<byte[]> send(String method, String path, Object body, Duration within) {
        URI uri = base.resolve(path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(within)
                .header("Authorization", authorization)
                .header("Accept", "application/json");
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json");
            request.method(
                    method, HttpRequest.BodyPublishers.ofByteArray(Json.mapper().writeValueAsBytes(body)));
        }
        try {
            return http.send(request.build(), TimelyBody.within(within));
        } catch (IOException e) {
            throw new UnreachableException(uri, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(Problem.unavailable("Stopped while waiting for " + method + " " + uri + "."), e);
        }
    }

    private <T> T read(HttpResponse<byte[]> response, JavaType type, String path) {
        byte[] body = response.body();
        if (response.statusCode() >= 400) {
            throw new ProblemException(problem(body, response.statusCode(), path));
        }
        if (type.hasRawClass(Void.class) || body.length == 0) {
            return null;
        }
        try {
            return Json.mapper().readValue(body, type);
        } catch (JacksonException e) {
            throw new ProblemException(
                    new Problem(
                            "bad-answer",
                            "The server's answer cannot be understood",
                            502,
                            base + path + " answered something else than expected (" + JsonMessages.describe(e)
                                    + "): run the same release everywhere."),
                    e);
        }
    }

    private Problem problem(byte[] body, int status, String path) {
        try {
            Problem problem = Json.mapper().readValue(body, Problem.class);
            if (problem != null) {
                return problem;
            }
        } catch (JacksonException | NullPointerException e) {
            // not ours: a proxy's page, or another program on that port
        }
        return new Problem(
                "bad-answer",
                "The server's answer cannot be understood",
                status,
                base + path + " answered status " + status + " without a problem document: is this the"
                        + " address of a live-migrate server?");
    }

    private static JavaType type(Class<?> type) {
        return Json.mapper().constructType(type);
    }
}
