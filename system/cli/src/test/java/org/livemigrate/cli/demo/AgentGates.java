package org.livemigrate.cli.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.operation.Operation;

/**
 * What the controller says to the agents passes here, one gate for each agent, so that a test may act between two
 * messages: the exact place of a boundary. The agents advertise their gates; nothing in them knows of it.
 */
final class AgentGates implements AutoCloseable {

    /** Shorter than the controller's, so that a silent host is noticed in seconds. */
    private static final long LONGEST_POLL_MS = 1_000;

    /** For an agent on a busy machine; one that is cut off keeps a message this long. */
    private static final long ANSWERS_WITHIN_MS = 5_000;

    private static final Pattern STEP = Pattern.compile("/v1/migrations/([^/]+)/([a-z]+)");
    private static final Pattern OPERATION = Pattern.compile("/v1/operations/(.+)\\.([a-z]+)\\.[0-9]+");

    private final Map<String, HttpServer> gates = new LinkedHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "gate");
        thread.setDaemon(true);
        return thread;
    });
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();
    private volatile Watcher watcher = Watcher.NONE;

    /** Sees each boundary as it is reached; the message waits until it has answered. */
    interface Watcher {

        Watcher NONE = (migration, phase, moment) -> Verdict.PASS;

        Verdict reached(String migration, Strike.Phase phase, Strike.Moment moment) throws InterruptedException;
    }

    /** What becomes of the message. */
    enum Verdict {
        PASS,
        /** Neither delivered nor answered. */
        LOSE,
        /** Answered in the agent's place: it will not do it. */
        REFUSE
    }

    /** What the gates know of a step that was asked for, for its later messages. */
    private record Asked(String migration, Strike.Phase phase) {}

    private final Map<String, Asked> asked = new java.util.concurrent.ConcurrentHashMap<>();

    AgentGates(RealLab lab) throws IOException {
        for (DemoNode node : lab.nodes()) {
            HttpServer gate = HttpServer.create(new InetSocketAddress(lab.hubAddress(), 0), 64);
            gate.setExecutor(threads);
            URI agent = URI.create("http://" + node.address() + ":" + node.port());
            gate.createContext("/", exchange -> pass(node.id(), agent, exchange));
            gate.start();
            gates.put(node.id(), gate);
        }
    }

    URI uri(String node) {
        InetSocketAddress address = gates.get(node).getAddress();
        return URI.create("http://" + address.getHostString() + ":" + address.getPort());
    }

    /** One at a time: the latest stands. */
    void watch(Watcher value) {
        watcher = value;
    }

    private void pass(String node, URI agent, HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            Asked step = null;
            Matcher put = STEP.matcher(path);
            Matcher poll = OPERATION.matcher(path);
            if (exchange.getRequestMethod().equals("PUT") && put.matches()) {
                StepRequest request = Json.mapper().readValue(body, StepRequest.class);
                step = new Asked(
                        put.group(1),
                        Strike.Phase.of(
                                MigrationStep.of(put.group(2)), request.to().equals(node)));
                asked.put(key(node, put.group(1), put.group(2)), step);
                if (!goesOn(exchange, step, Strike.Moment.ASKED)) {
                    return;
                }
            } else if (poll.matches()) {
                step = asked.get(key(node, poll.group(1), poll.group(2)));
            }
            HttpResponse<byte[]> answer = http.send(forwarded(agent, exchange, body), bytes());
            if (step != null && answer.statusCode() < 300) {
                Operation operation = Json.mapper().readValue(answer.body(), Operation.class);
                boolean first = exchange.getRequestMethod().equals("PUT");
                if (first && !operation.ended() && !goesOn(exchange, step, Strike.Moment.AT_WORK)) {
                    return;
                }
                if (operation.ended() && !goesOn(exchange, step, Strike.Moment.ANSWERED)) {
                    return;
                }
            }
            answer(exchange, answer.statusCode(), answer.headers().firstValue("Content-Type"), answer.body());
        } catch (IOException | RuntimeException unreachable) {
            // the controller sees a connection that ends without an answer
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean goesOn(HttpExchange exchange, Asked step, Strike.Moment moment)
            throws IOException, InterruptedException {
        Verdict verdict = watcher.reached(step.migration(), step.phase(), moment);
        if (verdict == Verdict.REFUSE) {
            Problem problem = Problem.conflict("refused-by-test", "a test refuses " + step.phase() + ".");
            answer(
                    exchange,
                    problem.status(),
                    java.util.Optional.of(Problem.CONTENT_TYPE),
                    Json.mapper().writeValueAsBytes(problem));
        }
        return verdict == Verdict.PASS;
    }

    private static void answer(HttpExchange exchange, int status, java.util.Optional<String> type, byte[] body)
            throws IOException {
        type.ifPresent(value -> exchange.getResponseHeaders().set("Content-Type", value));
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
    }

    private static HttpRequest forwarded(URI agent, HttpExchange exchange, byte[] body) {
        String path = exchange.getRequestURI().toString().replaceFirst("waitMs=\\d+", "waitMs=" + LONGEST_POLL_MS);
        HttpRequest.Builder request = HttpRequest.newBuilder(agent.resolve(path))
                .timeout(Duration.ofMillis(LONGEST_POLL_MS + ANSWERS_WITHIN_MS))
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        for (String header : new String[] {"Authorization", "Content-Type", "Accept"}) {
            String value = exchange.getRequestHeaders().getFirst(header);
            if (value != null) {
                request.header(header, value);
            }
        }
        return request.build();
    }

    private static HttpResponse.BodyHandler<byte[]> bytes() {
        return HttpResponse.BodyHandlers.ofByteArray();
    }

    private static String key(String node, String migration, String step) {
        return node + " " + migration + " " + step;
    }

    @Override
    public void close() {
        gates.values().forEach(gate -> gate.stop(0));
        threads.shutdownNow();
    }
}
