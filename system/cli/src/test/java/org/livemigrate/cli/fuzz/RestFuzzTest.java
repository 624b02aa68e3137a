package org.livemigrate.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.Agent;
import org.livemigrate.agent.checkpoint.ModelledCosts;
import org.livemigrate.agent.runtime.Ticks;
import org.livemigrate.cli.ModelledFleet;
import org.livemigrate.controller.schedule.SchedulingSettings;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.rest.Routes.Endpoint;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Drives every endpoint of a controller and its agents with good, spoilt and hostile requests that are made from the
 * forms the servers' own registries tell. What must hold for each is in {@link #judge}; afterwards the fleet must be as
 * whole as before.
 *
 * <p>More, and another run: {@code -Dlivemigrate.requests=100000 -Dlivemigrate.fuzz.seed=7}. A request depends on seed and
 * number alone, but for the ids that servers made up by then.
 */
class RestFuzzTest {

    private static final int REQUESTS = Integer.getInteger("livemigrate.requests", 3_000);
    private static final long SEED = Long.getLong("livemigrate.fuzz.seed", 1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MOST_FAILURES = 20;

    /** Names of queries that any handler reads. */
    private static final List<String> QUERIES = List.of("waitMs", "dryRun", "all", "after");

    private static final Set<String> WITHOUT_TOKEN = Set.of("/healthz", "/readyz");

    /** What the servers say is "not now": no host has room, the agent does not answer, a part is not ready. */
    private static final Set<String> DOCUMENTED_503 = Set.of("unavailable");

    private static final Pattern INNARDS = Pattern.compile("\\tat |Caused by|Exception\\b|\\bjava\\.[a-z]+\\.|"
            + "org\\.livemigrate|tools\\.jackson|io\\.javalin|org\\.eclipse|com\\.fasterxml|kotlin\\.");

    private static final Pattern PARAMETER = Pattern.compile("\\{(\\w+)}");

    /** Never named in a request: whatever is done to others, these must not notice. */
    private static final String BYSTANDER = "bystander";

    @TempDir
    private Path folder;

    private ModelledFleet fleet;
    private final Map<String, String> bystanders = new TreeMap<>();
    private final List<String> known = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final Set<String> succeeded = new TreeSet<>();

    /** A server and one thing that it answers to. */
    private record Target(String name, URI server, Endpoint endpoint) {
        @Override
        public String toString() {
            return name + ", " + endpoint;
        }
    }

    private record Request(byte[] bytes, boolean halfClose, boolean wrongToken, boolean broken) {
        String shown() {
            String text = new String(bytes, StandardCharsets.UTF_8);
            return (text.length() > 1_500 ? text.substring(0, 1_500) + "…" : text)
                    .replace("\r", "\\r")
                    .replaceAll("\\p{Cntrl}&&[^\\n]", "?");
        }
    }

    @BeforeEach
    void start() throws IOException {
        fleet = new ModelledFleet(
                folder,
                SchedulingSettings.DEFAULT.withInterval(Duration.ofHours(1)),
                new ModelledCosts(2, 2, 1L << 34, 1L << 34));
        awaitReady();
        for (String host : List.of("v1", "v2", "v3")) {
            ContainerFacts made = fleet.create(BYSTANDER + "-" + host, host, 10, Map.of("livemigrate.pinned", "true"));
            bystanders.put(made.id(), host);
        }
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    private void awaitReady() {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(fleet.nodes().stream()
                                .filter(node -> List.of("v1", "v2", "v3")
                                        .contains(node.facts().id()))
                                .map(node -> node.state())
                                .toList())
                        .containsExactly("ready", "ready", "ready"));
    }

    @Test
    void everyEndpointAnswersEverythingWithOneClearProblemOrDoesIt() throws IOException {
        List<Target> targets = targets();
        Set<String> driven = new TreeSet<>();
        for (int number = 0; number < REQUESTS && failures.size() < MOST_FAILURES; number++) {
            if (number % 200 == 0) {
                learn(targets);
            }
            Random random = new Random(SEED * 1_000_003 + number);
            // in turn, so that each has its share whatever the seed
            Target target = targets.get(number % targets.size());
            Request request = request(target, random);
            driven.add(target.toString());
            drive(number, target, request);
        }
        FuzzTally.add("endpoints", driven.size());
        FuzzTally.add("endpoints that did something", succeeded.size());
        FuzzTally.write(failures.size());
        assertThat(failures)
                .as("seed %d: ./mvnw … -Dtest=RestFuzzTest -Dlivemigrate.fuzz.seed=%d", SEED, SEED)
                .isEmpty();
        assertThat(driven)
                .as("endpoints in the servers' registries that %d requests did not reach", REQUESTS)
                .containsAll(targets.stream().map(Target::toString).toList());
        requireWhole();
    }

    private List<Target> targets() {
        List<Target> targets = new ArrayList<>();
        fleet.controller()
                .endpoints()
                .forEach(endpoint -> targets.add(new Target("controller", fleet.uri(), endpoint)));
        // agents are alike: one after the other gets the next endpoint
        List<Agent> agents = fleet.agents();
        List<Endpoint> endpoints = agents.get(0).endpoints();
        for (int i = 0; i < endpoints.size(); i++) {
            targets.add(new Target("agent", agents.get(i % agents.size()).uri(), endpoints.get(i)));
        }
        assertThat(targets).hasSizeGreaterThan(20);
        return targets;
    }

    /** The ids and names that stand in what the servers tell now. */
    private void learn(List<Target> targets) throws IOException {
        Set<String> seen = new TreeSet<>(Schema.words());
        for (Target target : targets) {
            Endpoint endpoint = target.endpoint();
            if (endpoint.method().equals("GET") && !endpoint.path().contains("{")) {
                Wire.Answer answer = Wire.exchange(
                        target.server(), plain("GET", endpoint.path(), "", ModelledFleet.TOKEN, null, ""), false);
                if (answer.header("content-type").startsWith("application/json") && answer.status() == 200) {
                    collect(Json.mapper().readTree(answer.body()), seen);
                }
            }
        }
        known.clear();
        known.addAll(seen);
    }

    private void collect(JsonNode node, Set<String> seen) {
        if (node.isString() && node.asString().matches("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}")) {
            String text = node.asString();
            if (!text.startsWith(BYSTANDER) && !bystanders.containsKey(text) && seen.size() < 150) {
                seen.add(text);
            }
        }
        node.forEach(child -> collect(child, seen));
    }

    private Request request(Target target, Random random) {
        Schema schema = new Schema(random, known);
        Spoiler spoiler = new Spoiler(random);
        Endpoint endpoint = target.endpoint();
        String path = path(endpoint.path(), random, schema, spoiler);
        if (random.nextInt(20) == 0) {
            return new Request(spoiler.http(path, ModelledFleet.TOKEN), true, false, true);
        }
        boolean wrongToken = random.nextInt(20) == 0;
        String token = wrongToken
                ? List.of("", "wrong", ModelledFleet.TOKEN + "x").get(random.nextInt(3))
                : ModelledFleet.TOKEN;
        byte[] body = body(endpoint, random, schema, spoiler);
        boolean shortBody = body != null && random.nextInt(40) == 0;
        String headers = headers(random, schema, spoiler);
        byte[] bytes = plain(endpoint.method(), path, headers, token, body, shortBody ? "0" : "");
        boolean broken = shortBody
                || path.matches("(?s).*[\\s\\p{Cntrl}].*")
                || !headers.replace("\r\n", "").matches("[ -~]{0,4000}");
        return new Request(bytes, shortBody, wrongToken, broken);
    }

    /** What a reader of events may send along: whether it wants a stream, and from where on. */
    private static String headers(Random random, Schema schema, Spoiler spoiler) {
        StringBuilder headers = new StringBuilder();
        if (random.nextInt(4) == 0) {
            String accept = random.nextBoolean() ? "text/event-stream" : spoiler.text();
            headers.append("Accept: ").append(oneLine(accept)).append("\r\n");
        }
        if (random.nextInt(4) == 0) {
            String seen = random.nextBoolean() ? schema.text() + "-" + spoiler.number() : spoiler.text();
            headers.append("Last-Event-ID: ").append(oneLine(seen)).append("\r\n");
        }
        return headers.toString();
    }

    /** What is sent as one header stays one. */
    private static String oneLine(String value) {
        return value.replaceAll("[\\r\\n]", " ");
    }

    private static String path(String template, Random random, Schema schema, Spoiler spoiler) {
        Matcher matcher = PARAMETER.matcher(template);
        StringBuilder path = new StringBuilder();
        while (matcher.find()) {
            String value = switch (random.nextInt(6)) {
                case 0, 1, 2 -> schema.text();
                case 3 -> Integer.toString(random.nextInt(4));
                case 4 -> spoiler.number();
                default -> spoiler.text();
            };
            String written = random.nextInt(4) > 0 ? URLEncoder.encode(value, StandardCharsets.UTF_8) : value;
            matcher.appendReplacement(path, Matcher.quoteReplacement(written));
        }
        matcher.appendTail(path);
        int queries = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 0;
        for (int q = 0; q < queries; q++) {
            // at times one that nobody knows, or the same twice
            String name = random.nextInt(5) > 0 ? QUERIES.get(random.nextInt(QUERIES.size())) : spoiler.text();
            String value = random.nextBoolean()
                    ? List.of("true", "false", "0", "1", "20").get(random.nextInt(5))
                    : random.nextBoolean() ? spoiler.number() : spoiler.text();
            path.append(q == 0 ? '?' : '&')
                    .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                    .append('=')
                    .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
        return path.toString();
    }

    /** {@code null}: none at all. */
    private static byte[] body(Endpoint endpoint, Random random, Schema schema, Spoiler spoiler) {
        if (endpoint.body().isEmpty()) {
            return random.nextInt(5) > 0 ? null : spoiler.bytes("{\"a\":1}".getBytes(StandardCharsets.UTF_8));
        }
        int kind = random.nextInt(20);
        if (kind == 0) {
            return null;
        }
        if (kind == 1) {
            List<Class<?>> others = Schema.records();
            return Json.mapper().writeValueAsBytes(schema.valid(others.get(random.nextInt(others.size()))));
        }
        JsonNode good = schema.valid(endpoint.body().get());
        if (kind < 9) {
            return Json.mapper().writeValueAsBytes(good);
        }
        return kind < 17 ? spoiler.tree(good) : spoiler.bytes(Json.mapper().writeValueAsBytes(good));
    }

    /** @param more appended to the content's length, so that the server waits for what never comes */
    private static byte[] plain(String method, String path, String headers, String token, byte[] body, String more) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        StringBuilder head = new StringBuilder();
        head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        head.append("Authorization: Bearer ").append(token).append("\r\n").append(headers);
        if (body != null) {
            head.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(body.length)
                    .append(more)
                    .append("\r\n");
        }
        all.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
        if (body != null) {
            all.writeBytes(body);
        }
        return all.toByteArray();
    }

    private void drive(int number, Target target, Request request) {
        String what = "request " + number + " to " + target + ": ";
        try {
            Wire.Answer answer = Wire.exchange(target.server(), request.bytes(), request.halfClose());
            FuzzTally.add("requests", 1);
            FuzzTally.add(
                    answer.status() == 0 ? "requests hung up on" : "requests answered " + answer.status() / 100 + "xx",
                    1);
            if (answer.status() / 100 == 2) {
                succeeded.add(target.toString());
            }
            String wrong = judge(target.endpoint(), request, answer);
            if (wrong != null) {
                failures.add(what + wrong + "\n  answer: " + answer.status() + " " + answer.body() + "\n  request:\n"
                        + request.shown());
            }
        } catch (IOException e) {
            failures.add(what + "no answer: " + e + "\n  request:\n" + request.shown());
        }
    }

    /** @return what is wrong with the answer, or null */
    private static String judge(Endpoint endpoint, Request request, Wire.Answer answer) {
        int status = answer.status();
        if (status == 0) {
            return request.broken() ? null : "the server hung up without a word";
        }
        boolean notHttp = answer.body().contains("not a request that HTTP/1.1 allows");
        if (status >= 500 && !documented503(endpoint, answer) && !(status == 505 && notHttp)) {
            return "a status that says that the server failed";
        }
        if (INNARDS.matcher(answer.body()).find() && !endpoint.path().equals("/metrics")) {
            return "an answer that shows the server's innards";
        }
        if (answer.body().contains("\"type\":\"internal\"")) {
            return "an operation that failed unexpectedly";
        }
        boolean open = WITHOUT_TOKEN.contains(endpoint.path());
        if (request.wrongToken() && !open && status != 401 && !notHttp) {
            return "an answer without the token";
        }
        if (status < 400 || (status == 503 && open)) {
            return null;
        }
        if (!answer.header("content-type").startsWith(Problem.CONTENT_TYPE)) {
            return "an error that is no problem document, but " + answer.header("content-type");
        }
        try {
            Problem problem = Json.mapper().readValue(answer.body(), Problem.class);
            if (problem.status() != status
                    || problem.detail().isBlank()
                    || problem.detail().length() > 1_000) {
                return "a problem with another status, without or with an endless detail";
            }
        } catch (JacksonException e) {
            return "an error that is no problem document";
        }
        return null;
    }

    private static boolean documented503(Endpoint endpoint, Wire.Answer answer) {
        return answer.status() == 503
                && (WITHOUT_TOKEN.contains(endpoint.path())
                        || DOCUMENTED_503.stream()
                                .anyMatch(type -> answer.body().contains("\"type\":\"" + type + "\"")));
    }

    /** Nobody was hurt, everything that was begun ends, the fleet works, and what is durable can be read again. */
    private void requireWhole() {
        for (String host : List.of("v1", "v2", "v3")) {
            fleet.client().post("/v1/nodes/" + host + "/uncordon", null, Void.class);
        }
        awaitReady();
        bystanders.forEach((id, host) -> {
            assertThat(fleet.runningOn(id))
                    .as("where the bystander of %s runs", host)
                    .containsExactly(host);
            Ticks ticks = fleet.runtime(host).ticks(id).orElseThrow();
            assertThat(ticks.gaps())
                    .as("interruptions of the bystander of %s", host)
                    .isEmpty();
        });
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                fleet.migrations().stream().filter(migration -> migration.outcome() == null))
                        .isEmpty());
        Set<String> everywhere = new TreeSet<>();
        for (String host : List.of("v1", "v2", "v3")) {
            everywhere.addAll(fleet.runtime(host).running().keySet());
        }
        assertThat(everywhere).allSatisfy(id -> assertThat(fleet.runningOn(id)).hasSizeLessThanOrEqualTo(1));

        List<String> before =
                fleet.migrations().stream().map(RestFuzzTest::told).toList();
        fleet.restartController();
        awaitReady();
        assertThat(fleet.migrations().stream().map(RestFuzzTest::told).toList()).isEqualTo(before);
        String id = fleet.create("afterwards", "v1", 10).id();
        await().atMost(PATIENCE)
                .until(() -> fleet.containers().stream()
                        .anyMatch(container -> container.id().equals(id)));
        assertThat(fleet.ended(fleet.order("afterwards", "v2").id()).outcome()).isEqualTo(MigrationOutcome.COMMITTED);
        assertThat(fleet.runningOn(id)).containsExactly("v2");
    }

    private static String told(MigrationView migration) {
        return migration.id() + " " + migration.outcome().word();
    }
}
