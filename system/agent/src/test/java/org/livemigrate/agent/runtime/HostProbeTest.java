package org.livemigrate.agent.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostProbeTest {

    @TempDir
    Path root;

    private final SystemProcessRunner processes = new SystemProcessRunner();

    @Test
    void cpuFeaturesAreWhatTheKernelNames() throws Exception {
        HostProbe probe = new HostProbe(processes, root);
        assertThat(probe.cpuFeatures()).isEmpty();
        write("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu avx2\nbugs\t\t: spectre_v1\n\nflags\t\t: fpu\n");
        assertThat(probe.cpuFeatures()).isEqualTo("fpu,avx2");
    }

    @Test
    void theTightestQuotaOfAGroupAndItsAncestorsIsTheCapacity() throws Exception {
        write("sys/fs/cgroup/a/cpu.max", "60000 100000\n");
        write("sys/fs/cgroup/a/b/cpu.max", "max 100000\n");
        write("sys/fs/cgroup/cpu/v1/cpu.cfs_quota_us", "40000\n");
        write("sys/fs/cgroup/cpu/v1/cpu.cfs_period_us", "100000\n");
        write("sys/fs/cgroup/memory/v1/memory.limit_in_bytes", "1048576\n");
        write("proc/meminfo", "MemFree: 1 kB\nMemTotal:  8388608 kB\n");
        HostProbe probe = new HostProbe(processes, root);
        assertThat(probe.capacityMillicores(Optional.of("/a/b"))).isEqualTo(600);
        assertThat(probe.capacityMillicores(Optional.of("/v1"))).isEqualTo(400);
        assertThat(probe.capacityMillicores(Optional.empty()))
                .isEqualTo(Runtime.getRuntime().availableProcessors() * 1_000L);
        assertThat(probe.memoryBytes(Optional.of("/v1"))).isEqualTo(1 << 20);
        assertThat(probe.memoryBytes(Optional.of("/a"))).isEqualTo(8L << 30);
    }

    @Test
    void capabilitiesAreWhatCriuPasses() throws Exception {
        List<String> missing = new ArrayList<>(List.of("mem_dirty_track"));
        RunsOnly criu = command -> {
            String last = command.arguments().get(command.arguments().size() - 1);
            return new ProcessRunner.Result(missing.contains(last) ? 1 : 0, "", "", false, Duration.ZERO);
        };
        HostProbe probe = new HostProbe(criu, root);
        assertThat(probe.capabilities()).containsExactly(HostProbe.CHECKPOINT, HostProbe.LAZY_PAGES);
        missing.add("check");
        assertThat(probe.capabilities()).isEmpty();
    }

    @Test
    void programsThatAreNotInstalledHaveNoVersion() throws Exception {
        FakePodman onlyPodman = new FakePodman();
        onlyPodman.override = arguments -> FakePodman.ok("podman version 5.4.2\n");
        assertThat(new HostProbe(onlyPodman, root).versions())
                .containsEntry("podman", "5.4.2")
                .containsOnlyKeys("kernel", "podman");
    }

    @Test
    void programsAreRunWithTheirExitStatusAndKilledWhenLate() throws Exception {
        ProcessRunner.Result failed = processes.run(new ProcessRunner.Command(
                List.of("sh", "-c", "echo out; echo err >&2; exit 3"), Duration.ofSeconds(30)));
        assertThat(failed.exitStatus()).isEqualTo(3);
        assertThat(failed.stdout()).isEqualTo("out\n");
        assertThat(failed.stderr()).isEqualTo("err\n");
        assertThat(failed.succeeded()).isFalse();
        ProcessRunner.Result late =
                processes.run(new ProcessRunner.Command(List.of("sleep", "600"), Duration.ofMillis(100)));
        assertThat(late.timedOut()).isTrue();
        assertThat(late.succeeded()).isFalse();
    }

    @Test
    void outputIsFollowedLineByLineAndStraysAreWaitedFor() throws Exception {
        List<String> lines = new ArrayList<>();
        int status = processes.follow(
                new ProcessRunner.Command(List.of("printf", "a\\nb\\n"), Duration.ofSeconds(30)), lines::add);
        assertThat(status).isZero();
        assertThat(lines).containsExactly("a", "b");

        String marker = root.resolve("marker").toString();
        Process stray = new ProcessBuilder("sh", "-c", "sleep 600", marker).start();
        assertThat(processes.awaitStrays(root.resolve("other").toString(), Duration.ofMillis(10)))
                .isTrue();
        assertThat(processes.awaitStrays(marker, Duration.ofMillis(50)))
                .as("it was late and was killed")
                .isFalse();
        stray.descendants().forEach(ProcessHandle::destroyForcibly);
        stray.onExit().get();
    }

    private void write(String file, String content) throws Exception {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }
}
