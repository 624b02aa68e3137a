package org.livemigrate.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.json.ProblemException;

class PodmanRuntimeTest {

    @TempDir
    Path here;

    private final FakePodman podman = new FakePodman();
    private PodmanRuntime runtime;

    @BeforeEach
    void makeRuntime() {
        runtime = new PodmanRuntime(new Podman(podman, List.of("podman")), Optional.of("/containers"), here);
    }

    @Test
    void factsAreReadFromInspect() {
        podman.with("c1", "running");
        ContainerFacts facts = runtime.inspect("c1").orElseThrow();
        assertThat(facts.name()).isEqualTo("name-of-c1");
        assertThat(facts.running()).isTrue();
        assertThat(facts.pid()).isEqualTo(42);
        assertThat(facts.cpuLimitMillicores()).isEqualTo(300);
        assertThat(facts.memoryLimitBytes()).isEqualTo(1 << 20);
        assertThat(facts.ports()).containsExactly("8080/tcp");
        assertThat(facts.command()).containsExactly("ticker", "--", "stress");
        assertThat(facts.labels()).containsEntry("app", "x");
        assertThat(facts.addresses()).isEqualTo(Map.of("backend", "10.89.0.2", "admin", "fd00::2"));
        assertThat(runtime.networks()).isEqualTo(Map.of("podman", List.of("10.88.0.0/16"), "backend", List.of()));
    }

    @Test
    void socketsAreCountedInTheNamespaceOfTheFirstProcess() throws IOException {
        podman.with("c1", "running");
        assertThat(runtime.inspect("c1").orElseThrow().boundSockets()).isZero();
        Files.writeString(
                Files.createDirectories(here.resolve("proc/42/net")).resolve("tcp"),
                "   0: 0200580A:1F90 0100580A:C350 01 00000000:00000000\n");
        assertThat(runtime.inspect("c1").orElseThrow().boundSockets()).isEqualTo(1);
    }

    @Test
    void aStoppedContainerWithImagesIsCheckpointedAndNotJustExited() {
        podman.with("c1", "checkpointed").with("c2", "exited");
        assertThat(runtime.inspect("c1").orElseThrow().state()).isEqualTo("checkpointed");
        assertThat(runtime.inspect("c2").orElseThrow().state()).isEqualTo("exited");
        assertThat(runtime.list(false)).isEmpty();
        assertThat(runtime.list(true)).hasSize(2);
    }

    @Test
    void noSuchContainerIsToldApartFromAFailure() {
        assertThat(runtime.inspect("none")).isEmpty();
        podman.override = command -> FakePodman.failed(125, "Error: database is locked");
        assertThatThrownBy(() -> runtime.inspect("c1"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("database is locked")
                .hasMessageContaining("status 125");
    }

    @Test
    void aCommandThatHangsIsAProblem() {
        podman.override = command -> new ProcessRunner.Result(-1, "", "", true, Duration.ofSeconds(60));
        assertThatThrownBy(() -> runtime.list(true)).hasMessageContaining("took longer than 60 s");
    }

    @Test
    void createIsOneArgumentListInWhichNothingIsAShellsOrAnOption() {
        CreateContainer create = new CreateContainer(
                "web",
                "localhost/stress:latest",
                List.of("--", "stress; rm -rf /", "$(id)"),
                300L,
                1L << 20,
                Map.of("A", "1 2"),
                Map.of("app", "x"),
                "none",
                null);
        ContainerFacts made = runtime.run(create);
        assertThat(made.id()).isEqualTo("id-of-web");
        List<String> run = podman.commands.stream()
                .filter(command -> command.get(0).equals("run"))
                .findFirst()
                .orElseThrow();
        assertThat(run)
                .containsSequence("--cgroup-parent", "/containers")
                .containsSequence("--cpu-period", "10000", "--cpu-quota", "3000")
                .containsSequence("--memory", "1048576b")
                .containsSequence("--pull", "never")
                .endsWith("localhost/stress:latest", "--", "stress; rm -rf /", "$(id)");
    }

    /** Command lines are for every user of the host to see, and stand in problems and logs. */
    @Test
    void secretsAreInAFileOfTheAgentsAloneWhilePodmanRuns() {
        List<String> seen = new ArrayList<>();
        List<Path> files = new ArrayList<>();
        podman.override = command -> {
            if (!command.get(0).equals("run")) {
                return null;
            }
            Path file = Path.of(FakePodman.after(command, "--env-file"));
            files.add(file);
            try {
                seen.addAll(Files.readAllLines(file));
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return FakePodman.failed(125, "Error: no space left");
        };
        CreateContainer create = with(Map.of("PATH", "/only/in/it", "TOKEN", " s3cret=#\"1 ", "EMPTY", ""));
        assertThatThrownBy(() -> runtime.run(create))
                .hasMessageContaining("no space left")
                .hasMessageNotContaining("s3cret");
        assertThat(seen).containsExactly("EMPTY=", "PATH=/only/in/it", "TOKEN= s3cret=#\"1 ");
        assertThat(podman.commands)
                .noneSatisfy(command -> assertThat(command.toString()).contains("s3cret"));
        assertThat(files.get(0)).doesNotExist();
        assertThat(files.get(0).getParent()).doesNotExist();
    }

    @Test
    void aValueThatIsNoLineIsRefusedWithoutSayingIt() {
        for (String value : List.of("s3cret\nB=1", "s3cret\r", "s3cret" + "€".repeat(25_000))) {
            assertThatThrownBy(() -> runtime.run(with(Map.of("KEY", value))))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().status()).isEqualTo(400))
                    .hasMessageContaining("KEY")
                    .hasMessageNotContaining("s3cret");
        }
        assertThat(podman.commands).noneMatch(command -> command.get(0).equals("run"));
    }

    private static CreateContainer with(Map<String, String> environment) {
        return new CreateContainer("web", "localhost/a", null, null, null, environment, null, null, null);
    }

    @ParameterizedTest
    @CsvSource({"50,100000,5000", "5,100000,1000", "100,10000,1000", "1500,10000,15000"})
    void aSmallLimitKeepsThePeriodThatTheKernelTakes(long millicores, String period, String quota) {
        runtime.run(new CreateContainer("web", "localhost/a", null, millicores, null, null, null, null, null));
        assertThat(podman.commands)
                .anySatisfy(
                        command -> assertThat(command).containsSequence("--cpu-period", period, "--cpu-quota", quota));
    }

    @Test
    void aContainerMayBeInANetworkThatIsHere() {
        runtime.run(
                new CreateContainer("web", "localhost/a", null, null, null, null, null, "backend:ip=10.0.0.60", null));
        assertThat(podman.commands)
                .anySatisfy(command -> assertThat(command).containsSequence("--network", "backend:ip=10.0.0.60"));
    }

    @Test
    void whatAFailedStartLeavesIsRemoved() {
        podman.override = command -> {
            if (command.get(0).equals("run")) {
                podman.override = other -> null;
                podman.with("id-of-web", "created");
                try {
                    java.nio.file.Files.writeString(
                            java.nio.file.Path.of(FakePodman.after(command, "--cidfile")), "id-of-web");
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                return FakePodman.failed(126, "Error: crun: quota: Invalid argument");
            }
            return null;
        };
        CreateContainer create = new CreateContainer("web", "localhost/a", null, null, null, null, null, null, null);
        assertThatThrownBy(() -> runtime.run(create)).hasMessageContaining("Invalid argument");
        assertThat(podman.state("id-of-web")).isNull();
    }

    @Test
    void takenNamesAndMissingImagesAreRefusedBeforeAnythingIsMade() {
        podman.with("web", "running");
        assertThatThrownBy(() -> runtime.run(
                        new CreateContainer("web", "localhost/a", null, null, null, null, null, null, null)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().type()).isEqualTo("name-taken"));
        assertThatThrownBy(() -> runtime.run(
                        new CreateContainer("new", "localhost/missing", null, null, null, null, null, null, null)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().type()).isEqualTo("image-missing"));
        assertThatThrownBy(() -> runtime.run(
                        new CreateContainer("new", "localhost/a", null, null, null, null, null, "front", null)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().type()).isEqualTo("network-missing"));
        assertThat(podman.commands).noneMatch(command -> command.get(0).equals("run"));
    }

    /** Podman takes the beginning of an id too: one named "db" is not the one whose id begins with db. */
    @Test
    void theBeginningOfAnotherContainersIdIsNoName() {
        podman.with("db", "running");
        String itsInspection = podman.inspection("db").replace("\"Id\":\"db\"", "\"Id\":\"db12\"");
        podman.override = command -> command.contains("inspect") ? FakePodman.ok(itsInspection) : null;
        assertThat(runtime.inspect("db")).isEmpty();
        assertThat(runtime.inspect("db12")).isPresent();
        assertThat(runtime.inspect("name-of-db")).isPresent();

        podman.override = command -> FakePodman.failed(125, "Error: more than one result for container name or ID db");
        assertThat(runtime.inspect("db")).isEmpty();
    }

    @Test
    void aRunningContainerIsNotRemovedAsStopped() {
        podman.with("c1", "running").with("c2", "checkpointed");
        assertThatThrownBy(() -> runtime.removeStopped("c1")).hasMessageContaining("runs on this host");
        runtime.removeStopped("c2");
        runtime.removeStopped("none");
        assertThat(podman.state("c1")).isEqualTo("running");
        assertThat(podman.state("c2")).isNull();
    }

    @Test
    void readingsAreTheStreamsJsonLinesAndNothingElse() throws Exception {
        podman.statsLines.addAll(List.of(
                "[]",
                "not { json",
                "\u001b[2J\u001b[H{\"ContainerID\":\"c1\",\"Name\":\"web\",\"CPU\":27.1,\"CPUNano\":300,"
                        + "\"SystemNano\":1000,\"MemUsage\":196608}"));
        List<UseReading> readings = new ArrayList<>();
        runtime.followStats(Duration.ofMillis(1_900), readings::add);
        assertThat(readings).containsExactly(new UseReading("c1", "web", 300, 1_000, 196_608));
        assertThat(podman.commands.get(0)).containsSequence("stats", "--interval", "2");
    }

    @Test
    void theStatsOfAKilledAgentAreEndedBeforeNewOnesBegin() throws Exception {
        runtime.followStats(Duration.ofSeconds(1), reading -> {});
        assertThat(podman.strays)
                .as("by an argument that nobody else's podman has")
                .containsExactly(FakePodman.after(podman.commands.get(0), "--format"));
        assertThat(podman.strays.get(0)).contains("live-migrate");
    }
}
