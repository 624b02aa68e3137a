package org.livemigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.checkpoint.ModelledCosts;
import org.livemigrate.controller.schedule.SchedulingSettings;
import org.livemigrate.protocol.event.FleetEvent;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.plan.PlanDocument;
import org.livemigrate.rest.RestClient;
import org.livemigrate.rest.TokenFile;
import tools.jackson.databind.JsonNode;

/** What a fleet tells of itself, and the commands that look at and change it, over real HTTP with modelled containers. */
class ObservedFleetTest {

    private static final Path DEPLOY = Path.of("..", "deploy");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private ModelledFleet fleet;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void start() throws IOException {
        fleet = new ModelledFleet(
                folder, SchedulingSettings.DEFAULT.withInterval(Duration.ofHours(1)), ModelledCosts.DEFAULT);
        await().atMost(PATIENCE)
                .until(() -> fleet.nodes().stream()
                                .filter(node -> node.state().equals("ready"))
                                .count()
                        == 3);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    private String create(String name, String host) {
        String id = fleet.create(name, host, 100).id();
        await().atMost(PATIENCE)
                .until(() -> fleet.containers().stream()
                        .anyMatch(container -> container.id().equals(id)));
        return id;
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of(
                "--controller",
                fleet.uri().toString(),
                "--token-file",
                folder.resolve("token").toString()));
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return LiveMigrate.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(all.toArray(String[]::new));
    }

    private static HttpResponse<String> get(URI base, String path, String token) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(base.resolve(path));
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI agent() {
        return fleet.nodes().get(0).facts().agentUri();
    }

    @Test
    void livenessAndReadinessNeedNoTokenAndMetricsDo() throws Exception {
        for (URI base : List.of(fleet.uri(), agent())) {
            assertThat(get(base, "/healthz", null).statusCode()).isEqualTo(200);
            await().atMost(PATIENCE).untilAsserted(() -> {
                HttpResponse<String> ready = get(base, "/readyz", null);
                assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
            });
            assertThat(get(base, "/metrics", null).statusCode()).isEqualTo(401);
            assertThat(get(base, "/healthz/../metrics", null).statusCode()).isNotEqualTo(200);
            assertThat(get(base, "/v1/events", null).statusCode()).isNotEqualTo(200);
        }
    }

    @Test
    void everyFigureOfDashboardAndAlertsExistsAfterAMigration() throws Exception {
        create("a", "v1");
        assertThat(fleet.ended(fleet.order("a", "v2").id()).outcome()).isEqualTo(MigrationOutcome.COMMITTED);
        fleet.client().post("/v1/rounds", null, Void.class);
        String token = TokenFile.read(folder.resolve("token"));

        String controller = get(fleet.uri(), "/metrics", token).body();
        assertThat(controller)
                .contains("livemigrate_migrations_total{outcome=\"committed\"} 1.0")
                .contains("livemigrate_migration_downtime_seconds_count 1")
                .contains("livemigrate_decision_seconds_count 1")
                .contains("livemigrate_host_load_ratio{host=\"v1\"}");
        Set<String> known = new TreeSet<>(figures(controller));
        for (String host : List.of("v1", "v2")) {
            known.addAll(figures(get(
                            fleet.nodes().stream()
                                    .filter(node -> node.facts().id().equals(host))
                                    .findFirst()
                                    .orElseThrow()
                                    .facts()
                                    .agentUri(),
                            "/metrics",
                            token)
                    .body()));
        }
        JsonNode dashboard = Json.mapper().readTree(Files.readString(DEPLOY.resolve("grafana/live-migrate.json")));
        StringBuilder expressions =
                new StringBuilder(Files.readString(DEPLOY.resolve("prometheus/live-migrate-rules.yml")));
        int panels = 0;
        for (JsonNode panel : dashboard.get("panels")) {
            for (JsonNode target : panel.get("targets")) {
                expressions.append('\n').append(target.get("expr").asString());
            }
            panels++;
        }
        assertThat(panels).isGreaterThan(10);
        Set<String> wanted = new TreeSet<>();
        Matcher matcher =
                Pattern.compile("\\b(?:livemigrate|jvm|process)_[a-z_]+").matcher(expressions);
        while (matcher.find()) {
            wanted.add(matcher.group());
        }
        assertThat(known).containsAll(wanted);
    }

    private static Set<String> figures(String page) {
        Set<String> names = new TreeSet<>();
        Matcher matcher = Pattern.compile("^([a-z_]+)", Pattern.MULTILINE).matcher(page);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        return names;
    }

    @Test
    void followersHearOfAMigrationFromItsReasonToItsEnd() throws Exception {
        create("a", "v1");
        List<FleetEvent> heard = new CopyOnWriteArrayList<>();
        RestClient follower = new RestClient(fleet.uri(), TokenFile.read(folder.resolve("token")));
        Thread thread = new Thread(() -> {
            try {
                follower.follow(
                        "/v1/events", null, line -> heard.add(Json.mapper().readValue(line, FleetEvent.class)));
            } catch (RuntimeException e) {
                // the test has ended
            }
        });
        thread.setDaemon(true);
        thread.start();

        String id = fleet.order("a", "v3").id();
        await().atMost(PATIENCE)
                .until(() -> heard.stream()
                        .anyMatch(event -> event.kind().equals("migration-ended") && id.equals(event.migration())));

        List<FleetEvent> story =
                heard.stream().filter(event -> id.equals(event.migration())).toList();
        assertThat(story.get(0).kind()).isEqualTo("migration-phase");
        assertThat(story).anySatisfy(event -> {
            assertThat(event.kind()).isEqualTo("migration-started");
            assertThat(event.reason()).contains("by hand");
            assertThat(event.host() + event.target()).isEqualTo("v1v3");
        });
        assertThat(story.stream()
                        .filter(event -> event.kind().equals("migration-phase"))
                        .map(event -> event.data().get("phase").toString())
                        .distinct()
                        .toList())
                .contains("freeze", "restore", "verify");
        assertThat(story.get(story.size() - 1).data().get("outcome")).isEqualTo("committed");
        assertThat(heard).anySatisfy(event -> assertThat(event.kind()).isEqualTo("host-state"));

        assertThat(run("events", "--json")).isZero();
        assertThat(out.toString().lines().count()).isGreaterThanOrEqualTo(heard.size());
        // who comes back has only what is new
        String last = story.get(story.size() - 1).id();
        assertThat(get(fleet.uri(), "/v1/events?after=" + last, TokenFile.read(folder.resolve("token")))
                        .body())
                .doesNotContain(last + "\"");
        thread.interrupt();
    }

    @Test
    void aRoundWithoutRoomSaysWhyOnce() {
        create("big", "v1");
        fleet.client().post("/v1/rounds", null, Void.class);
        fleet.client().post("/v1/rounds", null, Void.class);
        assertThat(run("plan", "--json")).isZero();
        assertThat(Json.mapper().readValue(out.toString(), PlanDocument.class).loadBefore())
                .containsKeys("v1", "v2", "v3");
        assertThat(fleet.migrations()).isEmpty();
    }

    @Test
    void dryRunsChangeNothing() {
        create("a", "v1");
        assertThat(run("move", "a", "v2", "--dry-run")).isZero();
        assertThat(out.toString()).contains("would move").contains("v1 -> v2");
        assertThat(run("move", "a", "v1", "--dry-run")).isEqualTo(2);
        assertThat(run("cordon", "v1", "--dry-run", "--json")).isZero();
        assertThat(run("drain", "v1", "--dry-run", "--json")).isZero();
        JsonNode drain = Json.mapper().readTree(out.toString());
        assertThat(drain.get("plan").get("migrations").size()).isEqualTo(1);
        assertThat(drain.get("migrations").size()).isZero();

        assertThat(fleet.migrations()).isEmpty();
        assertThat(fleet.nodes()).allMatch(node -> node.state().equals("ready"));
        assertThat(fleet.runningOn(fleet.containers().get(0).id())).containsExactly("v1");
    }

    @Test
    void drainEmptiesAHostAndKeepsItCordonedUntilItIsOpened() {
        create("a", "v1");
        create("b", "v1");
        assertThat(run("drain", "v1")).as(out + "" + err).isZero();
        assertThat(fleet.containers()).noneMatch(container -> container.host().equals("v1"));
        assertThat(fleet.migrations()).hasSize(2).allMatch(m -> m.outcome() == MigrationOutcome.COMMITTED);
        // the two went to different hosts: each to the least loaded one
        assertThat(fleet.containers().stream().map(c -> c.host()).distinct()).hasSize(2);
        assertThat(state("v1")).isEqualTo("cordoned");

        assertThat(run("cordon", "v1", "--undo")).isZero();
        assertThat(state("v1")).isEqualTo("ready");
    }

    private String state(String host) {
        return fleet.nodes().stream()
                .filter(node -> node.facts().id().equals(host))
                .findFirst()
                .orElseThrow()
                .state();
    }

    @Test
    void aDrainThatFindsNoRoomSaysWhatStays() {
        create("a", "v1");
        assertThat(run("cordon", "v2")).isZero();
        assertThat(run("cordon", "v3")).isZero();
        assertThat(run("drain", "v1", "--json")).isEqualTo(1);
        JsonNode rejection = Json.mapper()
                .readTree(out.toString())
                .get("plan")
                .get("rejections")
                .get(0);
        assertThat(rejection.get("code").asString()).isEqualTo("no-destination");
        assertThat(fleet.runningOn(fleet.containers().get(0).id())).containsExactly("v1");
    }

    @Test
    void anUnknownHostIsBadInput() {
        assertThat(run("drain", "nowhere")).isEqualTo(2);
        assertThat(err.toString()).contains("nowhere").doesNotContain("\tat ");
        assertThat(run("cordon", "../v1")).isEqualTo(2);
    }
}
