package org.livemigrate.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerSentEventsTest {
    private static final String TOKEN = "a-token-for-streams";

    private final ServerSentEvents streams = new ServerSentEvents();
    private final CompletableFuture<Throwable> ended = new CompletableFuture<>();
    private final RestServer server = RestServer.start(new RestServer.Settings("127.0.0.1", 0, TOKEN), routes -> {
        routes.get("/v1/numbers", context -> streams.answer(context, this::count));
        routes.get(
                "/v1/silence",
                context -> streams.answer(context, stream -> {
                    stream.comment("nothing follows");
                    tells(() -> Thread.sleep(TimeUnit.MINUTES.toMillis(10)));
                }));
    });

    private interface Telling {
        void run() throws IOException, InterruptedException;
    }

    private void tells(Telling telling) throws IOException, InterruptedException {
        try {
            telling.run();
        } catch (IOException | InterruptedException e) {
            ended.complete(e);
            throw e;
        }
    }

    private void count(ServerSentEvents.Stream stream) throws IOException, InterruptedException {
        tells(() -> {
            for (int n = 0; ; n++) {
                stream.event("number", Integer.toString(n), "n-" + n);
            }
        });
    }

    @AfterEach
    void stop() {
        streams.close();
        server.close();
    }

    private Socket ask(String path) throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + TOKEN + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private static String upTo(Socket socket, String end) throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder text = new StringBuilder();
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
            text.append(line).append('\n');
            if (line.equals(end)) {
                return text.toString();
            }
        }
        throw new AssertionError("the stream ended after: " + text);
    }

    @Test
    void aReaderThatGoesEndsItsStreamAndNothingElse() throws Exception {
        try (Socket reader = ask("/v1/numbers")) {
            assertThat(upTo(reader, "data: 2"))
                    .contains("200 OK", "text/event-stream", "id: n-1\nevent: number\ndata: 1\n\n");
        }
        assertThat(ended.get(60, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
        try (Socket next = ask("/v1/numbers")) {
            assertThat(upTo(next, "data: 0")).contains("200 OK");
        }
    }

    @Test
    void closingEndsTheStreamsThatWait() throws Exception {
        try (Socket reader = ask("/v1/silence")) {
            upTo(reader, ": nothing follows");
            streams.close();
            assertThat(ended.get(60, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        }
        try (Socket late = ask("/v1/silence")) {
            assertThat(upTo(late, "")).contains("503");
        }
    }
}
