package org.livemigrate.controller.observe;

import io.javalin.http.Context;
import io.javalin.http.sse.SseClient;
import io.javalin.http.sse.SseHandler;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.livemigrate.protocol.event.FleetEvent;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.rest.Routes;

/**
 * {@code GET /v1/events}: the kept events as a JSON array, or, for those who accept {@code text/event-stream}, these and
 * every later one as server-sent events (HTML Living Standard, 9.2), {@code id} and {@code event} being the event's id
 * and kind. {@code Last-Event-ID} or {@code ?after=ID} leaves out what was seen.
 */
public final class EventStream implements AutoCloseable {

    /** Each holds a thread and a connection; people and dashboards are few. */
    private static final int MOST_READERS = 64;

    /** A comment this often tells the reader that the stream lives, and the server that the reader does. */
    private static final long KEEP_ALIVE_MS = 10_000;

    private final EventLog log;
    private final SseHandler stream = new SseHandler(this::serve);
    private final Set<Thread> readers = ConcurrentHashMap.newKeySet();

    public EventStream(EventLog log) {
        this.log = log;
    }

    /** Adds the path. */
    public void addTo(Routes routes) {
        routes.get("/v1/events", this::events);
    }

    private void events(Context context) {
        String accept = context.header("Accept");
        if (accept == null || !accept.contains("text/event-stream")) {
            context.json(log.after(context.queryParam("after")));
            return;
        }
        if (readers.size() >= MOST_READERS) {
            throw new ProblemException(Problem.unavailable(
                    MOST_READERS + " readers follow the events already: end one of them, or ask again later."));
        }
        stream.handle(context);
    }

    private void serve(SseClient client) {
        String header = client.ctx().header("Last-Event-ID");
        String seen = header == null ? client.ctx().queryParam("after") : header;
        client.keepAlive();
        Thread reader = new Thread(() -> follow(client, seen), "events");
        reader.setDaemon(true);
        readers.add(reader);
        client.onClose(reader::interrupt);
        reader.start();
    }

    private void follow(SseClient client, String from) {
        try {
            String seen = from;
            client.sendComment("live-migrate events");
            while (!client.terminated() && !Thread.currentThread().isInterrupted()) {
                List<FleetEvent> events = log.awaitAfter(seen, KEEP_ALIVE_MS);
                for (FleetEvent event : events) {
                    client.sendEvent(event.kind(), Json.mapper().writeValueAsString(event), event.id());
                    seen = event.id();
                }
                if (events.isEmpty()) {
                    client.sendComment("still here");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the reader has gone, or the controller ends
        } finally {
            readers.remove(Thread.currentThread());
            client.close();
        }
    }

    @Override
    public void close() {
        readers.forEach(Thread::interrupt);
    }
}
