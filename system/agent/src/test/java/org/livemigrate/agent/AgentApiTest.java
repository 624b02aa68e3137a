package org.livemigrate.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.livemigrate.agent.ModelledFleet.SOURCE;
import static org.livemigrate.agent.ModelledFleet.TARGET;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.operation.Operation;
import org.livemigrate.rest.TokenFile;

class AgentApiTest {

    @TempDir
    Path folder;

    private ModelledFleet fleet;

    @BeforeEach
    void start() {
        fleet = new ModelledFleet(folder);
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET|/v1/containers/none||404|unknown-container",
                "GET|/v1/containers/a;b||400|bad-request",
                "GET|/v1/containers/-rf||400|bad-request",
                "DELETE|/v1/containers/none||404|unknown-container",
                "GET|/v1/containers/none/ticks||404|unknown-container",
                "POST|/v1/containers|{}|400|bad-request",
                "POST|/v1/containers|{\"name\":\"x\",\"image\":\"--privileged\"}|400|bad-request",
                "POST|/v1/containers|{\"name\":\"x\",\"image\":\"a\",\"cpuLimitMillicores\":-1}|400|bad-request",
                "POST|/v1/containers|{\"name\":\"x\",\"image\":\"a\",\"cpuLimitMillicores\":\"NaN\"}|400|bad-request",
                "PUT|/v1/migrations/m1/explode|{}|400|bad-request",
                "PUT|/v1/migrations/m1/freeze|{}|400|bad-request",
                "PUT|/v1/migrations/m1/freeze|not json|400|bad-request",
                "GET|/v1/migrations/none||404|not-found",
                "GET|/v1/claims/c;1||400|bad-request",
                "GET|/v1/claims/c1/x||400|bad-request",
                "GET|/v1/claims/c1/0||400|bad-request",
                "GET|/v1/claims/c;1/1||400|bad-request",
            })
    void badInputIsAnsweredByOneClearProblem(String method, String path, String body, int status, String type)
            throws Exception {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(fleet.uri(SOURCE).resolve(path))
                                .header("Authorization", "Bearer " + TokenFile.read(folder.resolve("token")))
                                .method(method, HttpRequest.BodyPublishers.ofString(body == null ? "" : body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        Problem problem = Json.mapper().readValue(answer.body(), Problem.class);
        assertThat(answer.statusCode() + " " + problem.type() + " " + problem.detail())
                .startsWith(status + " " + type);
        assertThat(answer.body()).doesNotContain("\\tat ", "org.livemigrate.");
    }

    @Test
    void aContainerIsCreatedListedAndRemoved() {
        ContainerFacts web = fleet.create("web");
        assertThat(fleet.client(SOURCE).get("/v1/containers", ContainerFacts[].class))
                .extracting(ContainerFacts::name)
                .containsExactly("web");
        assertThat(fleet.client(SOURCE).get("/v1/containers/web", ContainerFacts.class))
                .isEqualTo(fleet.client(SOURCE).get("/v1/containers/" + web.id(), ContainerFacts.class));
        assertThatThrownBy(() -> fleet.create("web"))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().type()).isEqualTo("name-taken"));
        fleet.client(SOURCE).delete("/v1/containers/web", Void.class);
        assertThat(fleet.runtime(SOURCE).list(true)).isEmpty();
        fleet.create("web");
    }

    @Test
    void theHostSaysWhatItIs() {
        HostFacts a = fleet.client(SOURCE).get("/v1/host", HostFacts.class);
        HostFacts b = fleet.client(TARGET).get("/v1/host", HostFacts.class);
        assertThat(a.runtime()).isEqualTo("modelled");
        assertThat(a.engines()).containsExactly("modelled");
        assertThat(a.capacityMillicores()).isEqualTo(4_000);
        assertThat(a.storeId()).isEqualTo(b.storeId());
        assertThat(a.agentUri()).isEqualTo(fleet.uri(SOURCE));
    }

    @Test
    void prepareRefusesWithAReasonOfItsOwn() {
        ContainerFacts web = fleet.create("web");
        assertRefused("engine-unsupported", web, "podman");
        assertRefused("cannot-travel", changed(web, web.name(), 0, 0, List.of(), List.of("bind /data on /data")), null);
        assertRefused("port-taken", changed(web, web.name(), 0, 0, List.of("80/tcp"), List.of()), null);
        assertRefused("no-capacity", changed(web, web.name(), 5_000, 0, List.of(), List.of()), null);
        assertRefused("no-capacity", changed(web, web.name(), 0, 9L << 30, List.of(), List.of()), null);
        CreateContainer same =
                new CreateContainer("web", "localhost/stress:latest", null, null, null, null, null, null, null);
        fleet.client(TARGET)
                .result(
                        fleet.client(TARGET).post("/v1/containers", same, Operation.class),
                        ModelledFleet.PATIENCE,
                        ContainerFacts.class);
        assertRefused("name-taken", web, null);
        assertThat(fleet.runningOn(web)).containsExactly(SOURCE);
    }

    @Test
    void aSecondAgentOnTheSameStateIsRefused() {
        assertThatThrownBy(() -> fleet.start(SOURCE))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().type()).isEqualTo("state-failed"));
    }

    @Test
    void aTokenThatOthersMayReadStopsTheStart() throws Exception {
        fleet.stop(SOURCE);
        Files.setPosixFilePermissions(
                folder.resolve("token"), java.nio.file.attribute.PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(() -> fleet.start(SOURCE)).hasMessageContaining("chmod 600");
    }

    private void assertRefused(String type, ContainerFacts container, String engine) {
        MigrationOptions options = new MigrationOptions(engine == null ? "modelled" : engine, 0, 0, "none", true, 100);
        StepRequest request = new StepRequest(1, container, SOURCE, TARGET, options, null);
        String migration = "m" + Math.abs(container.hashCode()) + type;
        assertThatThrownBy(() -> fleet.step(TARGET, migration, MigrationStep.PREPARE, request))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().type()).isEqualTo(type));
    }

    private static ContainerFacts changed(
            ContainerFacts c,
            String name,
            long millicores,
            long memoryBytes,
            List<String> ports,
            List<String> volumes) {
        return new ContainerFacts(
                c.id(),
                name,
                c.image(),
                c.imageId(),
                c.state(),
                c.pid(),
                c.startedAt(),
                millicores,
                memoryBytes,
                ports,
                c.network(),
                volumes,
                Map.of(),
                c.command());
    }
}
