package org.livemigrate.rest;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a server answers to. Every path is added here, with the form of the body that it takes, so that the whole
 * interface can be listed: {@link RestServer#endpoints()}.
 */
public final class Routes {

    private final RoutesConfig javalin;
    private final List<Endpoint> endpoints = new ArrayList<>();

    /**
     * One path with one method.
     *
     * @param method {@code GET}, {@code POST}, …
     * @param path with parameters as {@code {name}}
     * @param body form of the JSON body; empty when it takes none
     */
    public record Endpoint(String method, String path, Optional<Class<?>> body) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    /** Answers a request whose body was read. */
    @FunctionalInterface
    public interface BodyHandler<T> {
        void handle(Context context, T body) throws Exception;
    }

    Routes(RoutesConfig javalin) {
        this.javalin = javalin;
    }

    public void get(String path, Handler handler) {
        add(HandlerType.GET, path, null, handler);
    }

    public void delete(String path, Handler handler) {
        add(HandlerType.DELETE, path, null, handler);
    }

    /** Takes no body. */
    public void post(String path, Handler handler) {
        add(HandlerType.POST, path, null, handler);
    }

    /** Takes a body of this form; another is answered 400 before the handler sees it. */
    public <T> void post(String path, Class<T> body, BodyHandler<T> handler) {
        add(HandlerType.POST, path, body, context -> handler.handle(context, RestServer.body(context, body)));
    }

    /** Takes a body of this form, or none. */
    public <T> void postOptional(String path, Class<T> body, BodyHandler<Optional<T>> handler) {
        add(HandlerType.POST, path, body, context -> {
            boolean none = context.req().getContentLengthLong() == 0 || context.header("Content-Type") == null;
            handler.handle(context, none ? Optional.empty() : Optional.of(RestServer.body(context, body)));
        });
    }

    /** As {@link #post(String, Class, BodyHandler)}. */
    public <T> void put(String path, Class<T> body, BodyHandler<T> handler) {
        add(HandlerType.PUT, path, body, context -> handler.handle(context, RestServer.body(context, body)));
    }

    private void add(HandlerType method, String path, Class<?> body, Handler handler) {
        javalin.addHttpHandler(method, path, handler);
        endpoints.add(new Endpoint(method.name(), path, Optional.ofNullable(body)));
    }

    List<Endpoint> endpoints() {
        return List.copyOf(endpoints);
    }
}
