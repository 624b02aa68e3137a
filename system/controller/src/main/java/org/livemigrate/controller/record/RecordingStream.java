package org.livemigrate.controller.record;

import io.javalin.http.Context;
import java.io.IOException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.recording.RecordingLine;
import org.livemigrate.rest.Routes;
import org.livemigrate.rest.ServerSentEvents;

/**
 * {@code GET /v1/recording}: a recording from now on, as server-sent events whose data is a line each. It has no end
 * line; who follows it writes that when it has enough. A reader that is too slow is cut off.
 */
public final class RecordingStream implements AutoCloseable {

    private static final int MOST_WAITING = 100_000;

    /** A comment this often tells both ends that the other lives. */
    private static final long KEEP_ALIVE_MS = 5_000;

    private final Recorder recorder;
    private final ServerSentEvents streams = new ServerSentEvents();

    public RecordingStream(Recorder recorder) {
        this.recorder = recorder;
    }

    /** Adds the path. */
    public void addTo(Routes routes) {
        routes.get("/v1/recording", this::recording);
    }

    private void recording(Context context) {
        if (!ServerSentEvents.wantedBy(context)) {
            throw new ProblemException(Problem.badRequest(
                    "A recording is a stream without an end: ask for it with 'Accept: text/event-stream'."));
        }
        streams.answer(context, this::tell);
    }

    private void tell(ServerSentEvents.Stream stream) throws IOException, InterruptedException {
        LinkedBlockingQueue<RecordingLine> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
        Thread self = Thread.currentThread();
        Recorder.Listener listener = line -> {
            if (!waiting.offer(line)) {
                self.interrupt();
            }
        };
        recorder.begin(listener);
        try {
            while (true) {
                RecordingLine line = waiting.poll(KEEP_ALIVE_MS, TimeUnit.MILLISECONDS);
                if (line == null) {
                    stream.comment("still here");
                } else {
                    stream.event(
                            "line", Json.mapper().writerFor(RecordingLine.class).writeValueAsString(line), null);
                }
            }
        } finally {
            recorder.end(listener);
        }
    }

    @Override
    public void close() {
        streams.close();
    }
}
