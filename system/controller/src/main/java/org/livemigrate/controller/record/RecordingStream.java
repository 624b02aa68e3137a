package org.livemigrate.controller.record;

import io.javalin.http.sse.SseClient;
import io.javalin.http.sse.SseHandler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.recording.RecordingLine;
import org.livemigrate.rest.Routes;

/**
 * {@code GET /v1/recording}: a recording from now on, as server-sent events (HTML Living Standard, 9.2) whose data is a
 * line each. It has no end line; who follows it writes that when it has enough. A reader that is too slow is cut off.
 */
public final class RecordingStream implements AutoCloseable {

    private static final int MOST_WAITING = 100_000;

    /** A comment this often tells both ends that the other lives. */
    private static final long KEEP_ALIVE_MS = 5_000;

    private final Recorder recorder;
    private final SseHandler stream = new SseHandler(this::serve);
    private final Set<Thread> readers = ConcurrentHashMap.newKeySet();

    public RecordingStream(Recorder recorder) {
        this.recorder = recorder;
    }

    /** Adds the path. */
    public void addTo(Routes routes) {
        routes.get("/v1/recording", stream::handle);
    }

    private void serve(SseClient client) {
        client.keepAlive();
        Thread reader = new Thread(() -> follow(client), "recording-stream");
        reader.setDaemon(true);
        readers.add(reader);
        client.onClose(reader::interrupt);
        reader.start();
    }

    private void follow(SseClient client) {
        LinkedBlockingQueue<RecordingLine> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
        Thread self = Thread.currentThread();
        Recorder.Listener listener = line -> {
            if (!waiting.offer(line)) {
                self.interrupt();
            }
        };
        try {
            recorder.begin(listener);
            while (!client.terminated() && !self.isInterrupted()) {
                RecordingLine line = waiting.poll(KEEP_ALIVE_MS, TimeUnit.MILLISECONDS);
                if (line == null) {
                    client.sendComment("still here");
                } else {
                    client.sendEvent(
                            "line", Json.mapper().writerFor(RecordingLine.class).writeValueAsString(line));
                }
            }
        } catch (InterruptedException e) {
            self.interrupt(); // the reader has gone or is too slow, or the controller ends
        } finally {
            recorder.end(listener);
            readers.remove(self);
            client.close();
        }
    }

    @Override
    public void close() {
        readers.forEach(Thread::interrupt);
    }
}
