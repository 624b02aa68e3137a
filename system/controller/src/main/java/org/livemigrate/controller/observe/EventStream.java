package org.livemigrate.controller.observe;

import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;
import org.livemigrate.protocol.event.FleetEvent;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.rest.Routes;
import org.livemigrate.rest.ServerSentEvents;

/**
 * {@code GET /v1/events}: the kept events as a JSON array, or, for those who accept {@code text/event-stream}, these and
 * every later one as server-sent events (HTML Living Standard, 9.2), {@code id} and {@code event} being the event's id
 * and kind. {@code Last-Event-ID} or {@code ?after=ID} leaves out what was seen.
 */
public final class EventStream implements AutoCloseable {

    /** A comment this often tells the reader that the stream lives, and the server that the reader does. */
    private static final long KEEP_ALIVE_MS = 10_000;

    private final EventLog log;
    private final ServerSentEvents streams = new ServerSentEvents();

    public EventStream(EventLog log) {
        this.log = log;
    }

    /** Adds the path. */
    public void addTo(Routes routes) {
        routes.get("/v1/events", this::events);
    }

    private void events(Context context) {
        String after = context.queryParam("after");
        if (!ServerSentEvents.wantedBy(context)) {
            context.json(log.after(after));
            return;
        }
        String seen = context.header("Last-Event-ID");
        streams.answer(context, stream -> tell(stream, seen == null ? after : seen));
    }

    private void tell(ServerSentEvents.Stream stream, String from) throws IOException, InterruptedException {
        String seen = from;
        stream.comment("live-migrate events");
        while (true) {
            List<FleetEvent> events = log.awaitAfter(seen, KEEP_ALIVE_MS);
            for (FleetEvent event : events) {
                stream.event(event.kind(), Json.mapper().writeValueAsString(event), event.id());
                seen = event.id();
            }
            if (events.isEmpty()) {
                stream.comment("still here");
            }
        }
    }

    @Override
    public void close() {
        streams.close();
    }
}
