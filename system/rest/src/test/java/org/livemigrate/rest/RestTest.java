package org.livemigrate.rest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.operation.Operation;

class RestTest {

    private static final String TOKEN = "0123456789abcdef0123";

    private final ExecutorService workers = Executors.newCachedThreadPool();
    private final Operations operations = new Operations(Clock.systemUTC(), 4);
    private final AtomicInteger runs = new AtomicInteger();
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private RestServer server;
    private RestClient client;

    @BeforeEach
    void start() {
        server = RestServer.start(new RestServer.Settings("127.0.0.1", 0, TOKEN, 2_000), routes -> {
            operations.addTo(routes);
            routes.post("/v1/containers", CreateContainer.class, (context, create) -> context.json(create));
            routes.get("/v1/broken", context -> {
                throw new IllegalStateException("secret detail");
            });
            routes.put(
                    "/v1/work/{id}",
                    Map.class,
                    (context, nothing) -> Operations.accepted(
                            context, operations.start(context.pathParam("id"), "work", workers, progress -> {
                                runs.incrementAndGet();
                                progress.report(0.5, "half way");
                                mayEnd.await();
                                return Map.of("answer", 42);
                            })));
        });
        client = new RestClient(server.uri(), TOKEN);
    }

    @AfterEach
    void stop() {
        mayEnd.countDown();
        server.close();
        workers.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({"'Bearer wrong'", "''", "Bearer", "'bearer 0123456789abcdef0123'"})
    void withoutTheTokenNothingIsAnsweredEvenForUnknownPaths(String authorization) throws Exception {
        for (String path : new String[] {"/v1/broken", "/nowhere"}) {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(server.uri().resolve(path))
                                    .header("Authorization", authorization)
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("Content-Type")).contains(Problem.CONTENT_TYPE);
            assertThat(Json.mapper().readValue(answer.body(), Problem.class).type())
                    .isEqualTo("unauthorized");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/v1/broken,,500,internal",
        "GET,/v1/nowhere,,404,not-found",
        "DELETE,/v1/containers,,405,method-not-allowed",
        "POST,/v1/containers,'',400,bad-request",
        "POST,/v1/containers,'{',400,bad-request",
        "POST,/v1/containers,'null',400,bad-request",
        "POST,/v1/containers,'[1]',400,bad-request",
        "'POST','/v1/containers','{\"name\":\"../x\",\"image\":\"a\"}',400,bad-request",
        "GET,/v1/operations/none,,404,not-found",
        "GET,/v1/operations/none?waitMs=-1,,400,bad-request",
        "GET,/v1/operations/a%20b,,400,bad-request",
    })
    void everyErrorIsAProblemWithItsStatus(String method, String path, String body, int status, String type)
            throws Exception {
        HttpResponse<String> answer = send(method, path, body == null ? "" : body);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains(Problem.CONTENT_TYPE);
        Problem problem = Json.mapper().readValue(answer.body(), Problem.class);
        assertThat(problem.type()).isEqualTo(type);
        assertThat(answer.body()).doesNotContain("secret detail", "\\tat ", "java.lang.IllegalState");
    }

    @Test
    void aBodyBeyondTheBoundIs413() throws Exception {
        HttpResponse<String> answer = send("POST", "/v1/containers", "{\"name\":\"" + "x".repeat(3_000) + "\"}");
        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(Json.mapper().readValue(answer.body(), Problem.class).type()).isEqualTo("too-large");
    }

    @Test
    void workStartsOncePerIdAndIsWatchedByLongPoll() {
        Operation first = client.put("/v1/work/w1", Map.of(), Operation.class);
        Operation again = client.put("/v1/work/w1", Map.of(), Operation.class);
        assertThat(again.id()).isEqualTo(first.id());
        assertThat(client.get("/v1/operations/w1?waitMs=1", Operation.class).state())
                .isEqualTo(Operation.State.RUNNING);
        assertThatThrownBy(() -> client.await(first, Duration.ofMillis(20), seen -> {}))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().type()).isEqualTo("timeout"));
        mayEnd.countDown();
        assertThat(client.result(first, Duration.ofSeconds(20), Map.class)).isEqualTo(Map.of("answer", 42));
        assertThat(runs).hasValue(1);
    }

    @Test
    void endedWorkIsForgottenOldestFirst() {
        mayEnd.countDown();
        for (int i = 0; i < 6; i++) {
            client.result(client.put("/v1/work/w" + i, Map.of(), Operation.class), Duration.ofSeconds(20), Map.class);
        }
        assertThat(operations.find("w0")).isEmpty();
        assertThat(operations.find("w5")).isPresent();
    }

    @Test
    void aProblemComesBackAsTheSameProblem() {
        assertThatThrownBy(() -> client.get("/v1/operations/none", Operation.class))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().status()).isEqualTo(404);
                    assertThat(e.problem().detail()).contains("none");
                });
    }

    @Test
    void noAnswerIsToldApartFromABadOne() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        RestClient nobody = new RestClient(URI.create("http://127.0.0.1:" + port), TOKEN, Duration.ofSeconds(2), 1);
        assertThatThrownBy(() -> nobody.get("/v1/host", Map.class))
                .isInstanceOf(UnreachableException.class)
                .hasMessage("no answer from http://127.0.0.1:" + port + "/v1/host: nobody takes connections there");
    }

    @Test
    void anAnswerThatStopsInTheMiddleIsNoAnswer() throws Exception {
        try (ServerSocket dying = new ServerSocket(0)) {
            workers.submit(() -> {
                Socket caller = dying.accept(); // stays open, as that of a host without power does
                caller.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{".getBytes(US_ASCII));
                return caller;
            });
            URI uri = URI.create("http://127.0.0.1:" + dying.getLocalPort());
            RestClient caller = new RestClient(uri, TOKEN, Duration.ofMillis(300), 0);
            assertThatThrownBy(() -> caller.get("/v1/host", Map.class))
                    .isInstanceOf(UnreachableException.class)
                    .hasMessageContaining("no answer from " + uri + "/v1/host: "); // JDKs word it differently
        }
    }

    @Test
    void aTakenPortIsOneClearMessage() {
        assertThatThrownBy(() ->
                        RestServer.start(new RestServer.Settings("127.0.0.1", server.port(), TOKEN), routes -> {}))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("127.0.0.1:" + server.port());
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(server.uri().resolve(path))
                                .header("Authorization", "Bearer " + TOKEN)
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }
}
