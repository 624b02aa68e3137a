package org.livemigrate.rest;

import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * Answers with server-sent events (HTML Living Standard, 9.2). A stream is written by its request's own thread, so that a
 * reader who has gone is an exception where it is written, and nothing is written to a request that is over. Closing
 * ends all streams.
 */
public final class ServerSentEvents implements AutoCloseable {
    private static final String TYPE = "text/event-stream";

    /** Each holds one of the server's threads; people and dashboards are few. */
    private static final int MOST_READERS = 16;

    private final Set<Thread> readers = new HashSet<>();
    private boolean closed;

    /** What is to be told. */
    @FunctionalInterface
    public interface Source {
        /**
         * Tells until it has told all.
         *
         * @throws IOException from the stream: its reader has gone
         * @throws InterruptedException the server ends, or the source has interrupted this thread
         */
        void tell(Stream stream) throws IOException, InterruptedException;
    }

    /** Whether the request asks for a stream. */
    public static boolean wantedBy(Context context) {
        String accept = context.header("Accept");
        return accept != null && accept.contains(TYPE);
    }

    /**
     * Answers the request; returns when the stream has ended.
     *
     * @throws ProblemException of status 503 when there are readers enough
     */
    public void answer(Context context, Source source) {
        enter();
        try {
            source.tell(new Stream(context.res()));
        } catch (IOException | InterruptedException e) {
            // nobody is left to be told, or the server ends: both are how streams end
        } finally {
            leave();
        }
    }

    private synchronized void enter() {
        if (closed || readers.size() >= MOST_READERS) {
            throw new ProblemException(Problem.unavailable(MOST_READERS
                    + " readers follow already, or the server ends: end one of them, or ask again later."));
        }
        readers.add(Thread.currentThread());
    }

    /** The thread goes back to its pool, and takes no interrupt along that was meant for the stream. */
    @SuppressWarnings("ResultOfMethodCallIgnored")
    private synchronized void leave() {
        readers.remove(Thread.currentThread());
        Thread.interrupted();
    }

    @Override
    public synchronized void close() {
        closed = true;
        readers.forEach(Thread::interrupt);
    }

    /** One reader's. */
    public static final class Stream {
        private final HttpServletResponse response;

        private Stream(HttpServletResponse response) {
            this.response = response;
        }

        /**
         * Sends an event.
         *
         * @param data one line
         * @param id by which a reader that comes again says what it has seen; {@code null} for none
         */
        public void event(String kind, String data, String id) throws IOException {
            write((id == null ? "" : "id: " + id + "\n") + "event: " + kind + "\ndata: " + data + "\n\n");
        }

        /** Sends what readers pass over: it shows both ends that the other is there. */
        public void comment(String text) throws IOException {
            write(": " + text + "\n\n");
        }

        private void write(String text) throws IOException {
            if (!response.isCommitted()) {
                response.setStatus(200);
                response.setContentType(TYPE);
                response.setCharacterEncoding(StandardCharsets.UTF_8.name());
                response.setHeader("Cache-Control", "no-store");
                // a proxy that collects answers would hold events back
                response.setHeader("X-Accel-Buffering", "no");
            }
            ServletOutputStream out = response.getOutputStream();
            out.write(text.getBytes(StandardCharsets.UTF_8));
            out.flush();
        }
    }
}
