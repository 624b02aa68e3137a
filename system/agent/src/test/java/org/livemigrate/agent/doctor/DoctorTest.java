package org.livemigrate.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.agent.doctor.Finding.Severity;
import org.livemigrate.agent.doctor.Finding.State;
import org.livemigrate.protocol.host.ControllerStatus;
import org.livemigrate.protocol.json.Json;

class DoctorTest {

    private static final String TOKEN = "0123456789abcdef";

    @TempDir
    private Path folder;

    private Path root;
    private Path store;
    private Path token;
    private HttpServer controller;
    private ServerSocket broker;

    @BeforeEach
    void aHealthyHost() throws IOException {
        root = folder.resolve("root");
        store = Files.createDirectory(
                folder.resolve("store"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        token = folder.resolve("token");
        Files.createFile(token, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(token, TOKEN);
        Files.writeString(store.resolve("store-id"), "s-1\n");
        write("proc/self/status", "Name:\tjava\nUid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n");
        write("proc/sys/kernel/osrelease", "6.12.41+deb13-amd64\n");
        write("sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n");
        mountStore("nfs4", "vers=4.1,hard,lookupcache=pos", "nas:/");
        broker = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        controller = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(
                "/v1/status",
                path -> Json.mapper()
                        .writeValueAsString(new ControllerStatus(
                                "test",
                                Instant.EPOCH,
                                "greedy",
                                0.71,
                                0.1,
                                60_000,
                                new ControllerStatus.BrokerStatus(
                                        "amqp://livemigrate@127.0.0.1:" + broker.getLocalPort(),
                                        true,
                                        true,
                                        0,
                                        0,
                                        0,
                                        null),
                                1,
                                0,
                                0)));
        answer("/v1/nodes", path -> "[]");
        controller.start();
    }

    @AfterEach
    void stop() throws IOException {
        controller.stop(0);
        broker.close();
    }

    private void answer(String path, Function<String, String> body) {
        controller.createContext(path, exchange -> {
            byte[] bytes = body.apply(path).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void mountStore(String type, String options, String source) throws IOException {
        write(
                "proc/self/mountinfo",
                "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n" + "40 22 0:50 / "
                        + store.toRealPath() + " rw,noatime shared:2 - " + type + " " + source + " rw," + options
                        + "\n");
    }

    private Doctor doctor(ScriptedProcesses processes, Clock clock) {
        URI uri = URI.create("http://127.0.0.1:" + controller.getAddress().getPort());
        return new Doctor(new Doctor.Settings("podman", store, uri, token), processes, root, clock);
    }

    private List<Finding> examine(ScriptedProcesses processes) throws InterruptedException {
        return doctor(processes, Clock.systemUTC()).examine();
    }

    private static Finding of(List<Finding> findings, String check) {
        List<Finding> of = findings.stream()
                .filter(finding -> finding.check().equals(check))
                .toList();
        assertThat(of).as(check).hasSize(1);
        return of.get(0);
    }

    private static void assertMissing(List<Finding> findings, String check, Severity severity) {
        Finding finding = of(findings, check);
        assertThat(finding.state()).as(finding.toString()).isEqualTo(State.MISSING);
        assertThat(finding.severity()).as(finding.toString()).isEqualTo(severity);
        assertThat(finding.remedy()).as(finding.toString()).isNotBlank();
        assertThat(findings.stream().filter(f -> f.state() != State.OK).map(Finding::check))
                .as("nothing else is wrong")
                .containsExactly(check);
    }

    @Test
    void onAHealthyHostAllIsThereAndTheStoreIsLeftAsItWas() throws Exception {
        List<Finding> findings = examine(ScriptedProcesses.debian13());

        assertThat(findings).allMatch(finding -> finding.state() == State.OK && finding.remedy() == null);
        assertThat(findings.stream().map(Finding::check).collect(Collectors.toSet()))
                .contains(
                        "root",
                        "kernel",
                        "cgroups",
                        "podman",
                        "runc",
                        "criu",
                        "dirty-tracking",
                        "userfaultfd",
                        "store",
                        "store-shared",
                        "store-options",
                        "token",
                        "controller",
                        "broker",
                        "clock");
        try (var files = Files.list(store)) {
            assertThat(files).containsExactly(store.resolve("store-id"));
        }
    }

    @Test
    void anOrdinaryUserIsToldToUseSudo() throws Exception {
        write("proc/self/status", "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t000001ffffffffff\n");
        assertMissing(examine(ScriptedProcesses.debian13()), "root", Severity.NEEDED);
    }

    @Test
    void aRootThatMayNotAskForLimitsCanMoveRootsContainersOnly() throws Exception {
        write("proc/self/status", "Uid:\t0\t0\t0\t0\nCapEff:\t000001fffeffffff\n");
        assertMissing(examine(ScriptedProcesses.debian13()), "other-users", Severity.LIMITS);
    }

    @ParameterizedTest
    @CsvSource({"5.15.0-91-generic, false", "6.0.0, true", "6.1, true", "10.0-rc1, true", "4.19.0, false"})
    void theKernelIsComparedByNumber(String release, boolean enough) throws Exception {
        write("proc/sys/kernel/osrelease", release + "\n");
        Finding finding = of(examine(ScriptedProcesses.debian13()), "kernel");
        assertThat(finding.state()).isEqualTo(enough ? State.OK : State.MISSING);
        assertThat(finding.found()).contains(release);
    }

    @ParameterizedTest
    @CsvSource({"podman, podman version 4.1.9", "runc, runc version 1.0-rc93", "podman, podman version 3.4.4"})
    void tooOldAProgramIsNeeded(String program, String says) throws Exception {
        ScriptedProcesses processes = ScriptedProcesses.debian13().answer(program + " --version", 0, says + "\n", "");
        boolean candidate = says.contains("1.0-rc93");
        Finding finding = of(examine(processes), program);
        // a release candidate of the least version counts as that version
        assertThat(finding.state()).isEqualTo(candidate ? State.OK : State.MISSING);
    }

    @Test
    void aMissingProgramIsNamedWithItsPackage() throws Exception {
        List<Finding> findings = examine(ScriptedProcesses.debian13().notInstalled("runc --version"));
        assertMissing(findings, "runc", Severity.NEEDED);
        assertThat(of(findings, "runc").remedy()).contains("apt-get install runc");
    }

    @Test
    void aCriuThatDoesNotStartOnThisKernelIsQuoted() throws Exception {
        List<Finding> findings = examine(ScriptedProcesses.debian13()
                .answer("criu check", 1, "", "Error: vdso: Unexpected rt vDSO area bounds\nmore\n"));
        assertMissing(findings, "criu", Severity.NEEDED);
        assertThat(of(findings, "criu").found()).contains("4.1.1").contains("vDSO area bounds; more");
    }

    @Test
    void aKernelWithoutDirtyTrackingOnlyLimits() throws Exception {
        assertMissing(
                examine(ScriptedProcesses.debian13().answer("criu check --feature mem_dirty_track", 1, "", "OFF")),
                "dirty-tracking",
                Severity.LIMITS);
    }

    @Test
    void anotherRuntimeThanRuncOnlyLimits() throws Exception {
        assertMissing(
                examine(ScriptedProcesses.debian13()
                        .answer("podman info --format {{.Host.OCIRuntime.Name}}", 0, "crun\n", "")),
                "podman-runtime",
                Severity.LIMITS);
    }

    @Test
    void aStoreOfThisMachineAloneOnlyLimits() throws Exception {
        mountStore("ext4", "discard", "/dev/sdb1");
        assertMissing(examine(ScriptedProcesses.debian13()), "store-shared", Severity.LIMITS);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vers=4.1,soft,lookupcache=none | NEEDED",
                "vers=3,hard,lookupcache=none | LIMITS",
                "vers=4.2,hard | LIMITS"
            })
    void mountOptionsThatHurtAreNamed(String options, Severity severity) throws Exception {
        mountStore("nfs4", options, "nas:/");
        assertMissing(examine(ScriptedProcesses.debian13()), "store-options", severity);
    }

    @Test
    void aStoreThatIsNotMountedIsNeeded() throws Exception {
        Files.delete(store.resolve("store-id"));
        Files.delete(store);
        Finding finding = of(examine(ScriptedProcesses.debian13()), "store");
        assertThat(finding.blocks()).isTrue();
        assertThat(finding.remedy()).contains("mount");
    }

    @Test
    void aStoreThatOthersMayWriteToIsRefused() throws Exception {
        Files.setPosixFilePermissions(store, PosixFilePermissions.fromString("rwxrwxrwx"));
        assertMissing(examine(ScriptedProcesses.debian13()), "store-mode", Severity.NEEDED);
    }

    @Test
    void aTokenThatOthersMayReadEndsWhatNeedsIt() throws Exception {
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r--r--"));
        List<Finding> findings = examine(ScriptedProcesses.debian13());
        assertThat(of(findings, "token").blocks()).isTrue();
        assertThat(of(findings, "controller").state()).isEqualTo(State.UNKNOWN);
        assertThat(findings.toString()).doesNotContain(TOKEN);
    }

    @Test
    void aBrokerThatCannotBeReachedFromHereIsNeeded() throws Exception {
        broker.close();
        assertMissing(examine(ScriptedProcesses.debian13()), "broker", Severity.NEEDED);
    }

    @Test
    void aControllerThatIsDownIsNeeded() throws Exception {
        controller.stop(0);
        List<Finding> findings = examine(ScriptedProcesses.debian13());
        assertMissing(findings, "controller", Severity.NEEDED);
    }

    @ParameterizedTest
    @CsvSource({"-60, MISSING", "0, OK", "60, MISSING"})
    void theClockIsComparedWithTheControllers(long aheadSeconds, State state) throws Exception {
        Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(aheadSeconds));
        Finding finding = of(doctor(ScriptedProcesses.debian13(), clock).examine(), "clock");
        assertThat(finding.state()).as(finding.toString()).isEqualTo(state);
        assertThat(finding.severity()).isEqualTo(Severity.LIMITS);
    }

    @Test
    void modelsOfContainersNeedNeitherRootNorPrograms() throws Exception {
        List<Finding> findings = new Doctor(
                        new Doctor.Settings("modelled", store, null, token),
                        new ScriptedProcesses(),
                        root,
                        Clock.systemUTC())
                .examine();
        assertThat(findings.stream().filter(Finding::blocks)).isEmpty();
        assertThat(findings.stream().map(Finding::check)).doesNotContain("root", "podman", "criu");
    }
}
