package org.livemigrate.rest;

import io.javalin.Javalin;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.livemigrate.protocol.json.Failures;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * An HTTP server as agent and controller both are one: our JSON, the fleet's token on every path but those of
 * {@link Health}, every error an RFC 9457 problem document, bodies bounded, listening only where it was told to.
 */
public final class RestServer implements AutoCloseable {

    private static final int MOST_THREADS = 64;
    private static final String BODY_LIMIT = "livemigrate.maxBodyBytes";

    private final Javalin javalin;
    private final String host;
    private final List<Routes.Endpoint> endpoints;

    private RestServer(Javalin javalin, String host, List<Routes.Endpoint> endpoints) {
        this.javalin = javalin;
        this.host = host;
        this.endpoints = endpoints;
    }

    /**
     * @param host address to listen on, {@code 127.0.0.1} unless the operator said otherwise
     * @param port 0 for any free one, see {@link #port()}
     * @param token of the fleet; every request must carry it as {@code Authorization: Bearer TOKEN}
     * @param maxBodyBytes larger bodies are answered 413
     */
    public record Settings(String host, int port, String token, long maxBodyBytes) {

        /** Enough for every body but a large snapshot. */
        public static final long DEFAULT_MAX_BODY_BYTES = 1 << 20;

        public Settings {
            Objects.requireNonNull(host, "host");
            Objects.requireNonNull(token, "token");
        }

        public Settings(String host, int port, String token) {
            this(host, port, token, DEFAULT_MAX_BODY_BYTES);
        }

        /** Without the token. */
        @Override
        public String toString() {
            return "Settings[" + host + ":" + port + "]";
        }
    }

    /**
     * Starts listening.
     *
     * @param routes adds the paths; handlers may throw {@link ProblemException}
     * @throws ProblemException of type {@code cannot-listen} when the address is taken or not this machine's
     */
    public static RestServer start(Settings settings, Consumer<Routes> routes) {
        byte[] expected = ("Bearer " + settings.token()).getBytes(StandardCharsets.UTF_8);
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 4);
        threads.setName("rest");
        threads.setDaemon(true);
        List<Routes.Endpoint> endpoints = new ArrayList<>();
        Javalin javalin = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.jsonMapper(new JsonBodies());
            config.http.maxRequestSize = settings.maxBodyBytes();
            config.http.prefer405over404 = true;
            config.jetty.host = settings.host();
            config.jetty.port = settings.port();
            config.jetty.threadPool = threads;
            config.jetty.modifyHttpConfiguration(http -> http.setSendServerVersion(false));
            config.jetty.modifyServer(server -> server.setErrorHandler(new ProblemPages()));
            config.routes.before(context -> {
                if (!Health.PATHS.contains(context.path())) {
                    requireToken(context, expected);
                }
                context.attribute(BODY_LIMIT, settings.maxBodyBytes());
            });
            config.routes.exception(Exception.class, RestServer::answer);
            config.routes.exception(io.javalin.http.HttpResponseException.class, RestServer::answer);
            Routes added = new Routes(config.routes);
            routes.accept(added);
            endpoints.addAll(added.endpoints());
        });
        try {
            javalin.start();
        } catch (RuntimeException e) {
            javalin.stop();
            throw new ProblemException(
                    new Problem(
                            "cannot-listen",
                            "The server cannot listen",
                            503,
                            "Cannot listen on " + settings.host() + ":" + settings.port() + " (" + Failures.why(root(e))
                                    + "): choose a free port and an address of this machine."),
                    e);
        }
        return new RestServer(javalin, settings.host(), List.copyOf(endpoints));
    }

    /** Everything that it answers to. */
    public List<Routes.Endpoint> endpoints() {
        return endpoints;
    }

    /** The port that it listens on. */
    public int port() {
        return javalin.port();
    }

    /** Where a client on this machine reaches it. */
    public URI uri() {
        String reachable = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        String bracketed = reachable.contains(":") ? "[" + reachable + "]" : reachable;
        return URI.create("http://" + bracketed + ":" + port());
    }

    @Override
    public void close() {
        javalin.stop();
    }

    /**
     * Reads a request's JSON body.
     *
     * @throws ProblemException status 400 when there is none or it is not of this form, 413 when it is too large
     */
    static <T> T body(Context context, Class<T> type) {
        long limit = Objects.requireNonNull(context.<Long>attribute(BODY_LIMIT));
        byte[] bytes;
        try (InputStream in = context.req().getInputStream()) {
            bytes = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, limit + 1));
        } catch (IOException e) {
            throw new ProblemException(Problem.badRequest("The body ended early: send it again."), e);
        }
        if (bytes.length > limit) {
            throw new ProblemException(new Problem(
                    "too-large",
                    "The request's body is too large",
                    413,
                    "The body is larger than the " + limit + " bytes that this server takes."));
        }
        if (bytes.length == 0) {
            throw new ProblemException(Problem.badRequest("The body is empty: send a JSON object."));
        }
        T value = Json.mapper().readValue(bytes, type);
        if (value == null) {
            throw new ProblemException(Problem.badRequest("The body is null: send a JSON object."));
        }
        return value;
    }

    /** Reads a whole number above or equal to 0 from the query, or the default when absent. */
    public static long queryNumber(Context context, String name, long otherwise, long atMost) {
        String text = context.queryParam(name);
        if (text == null) {
            return otherwise;
        }
        try {
            long value = Long.parseLong(text);
            if (value >= 0) {
                return Math.min(value, atMost);
            }
        } catch (NumberFormatException e) {
            // answered below
        }
        throw new ProblemException(
                Problem.badRequest(name + " is \"" + text + "\": write a whole number from 0 to " + atMost + "."));
    }

    private static void requireToken(Context context, byte[] expected) {
        String given = context.header("Authorization");
        // compared in constant time, so that the time of an answer tells nothing about the token
        if (given == null || !MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8))) {
            throw new ProblemException(Problem.unauthorized());
        }
    }

    private static void answer(Exception thrown, Context context) {
        Problem problem = Problems.of(thrown, context.method() + " " + context.path());
        context.status(problem.status())
                .result(Json.mapper().writeValueAsString(problem))
                .contentType(Problem.CONTENT_TYPE);
    }

    private static Throwable root(Throwable thrown) {
        return thrown.getCause() == null ? thrown : root(thrown.getCause());
    }
}
