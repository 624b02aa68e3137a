package org.livemigrate.agent.checkpoint.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.protocol.json.ProblemException;

class FreezerTest {

    private static final int PID = 42;

    @TempDir
    Path root;

    private Freezer.Switch of(String groups) throws IOException {
        Path process = Files.createDirectories(root.resolve("proc/" + PID));
        Files.writeString(process.resolve("cgroup"), groups);
        return new Freezer(root).of(PID, "c1");
    }

    @Test
    void versionOneHasItsOwnHierarchy() throws IOException {
        Freezer.Switch found = of("3:cpu:/x/c1\n6:freezer:/containers/libpod-c1\n0::/system.slice/libpod-c1\n");
        assertThat(found)
                .isEqualTo(new Freezer.Switch(
                        root.resolve("sys/fs/cgroup/freezer/containers/libpod-c1/freezer.state"), "FROZEN"));
        Files.createDirectories(found.file().getParent());
        found.freeze();
        assertThat(found.frozen()).isTrue();
    }

    @Test
    void versionTwoSaysWhatHasComeOfIt() throws IOException {
        Freezer.Switch found = of("0::/machine.slice/libpod-c1.scope/container\n");
        assertThat(found)
                .isEqualTo(new Freezer.Switch(
                        root.resolve("sys/fs/cgroup/machine.slice/libpod-c1.scope/container/cgroup.freeze"), "1"));
        Files.createDirectories(found.file().getParent());
        found.freeze();
        Path events = found.file().resolveSibling("cgroup.events");
        Files.writeString(events, "populated 1\nfrozen 0\n");
        assertThat(found.frozen()).isFalse();
        Files.writeString(events, "populated 1\nfrozen 1\n");
        assertThat(found.frozen()).isTrue();
    }

    @Test
    void processesInGroupsBelowBelongToIt() throws IOException {
        Freezer.Switch found = of("0::/machine.slice/libpod-c1.scope/container\n");
        Path group = Files.createDirectories(found.file().getParent());
        Path below = Files.createDirectory(group.resolve("init.scope"));
        Files.writeString(group.resolve("cgroup.procs"), "");
        Files.writeString(below.resolve("cgroup.procs"), "42\n43\n");
        for (String pid : List.of("42", "43")) {
            Files.writeString(
                    Files.createDirectories(root.resolve("proc/" + pid)).resolve("status"),
                    "VmRSS:\t    1800 kB\nRssAnon:\t     120 kB\nRssFile:\t    1672 kB\nRssShmem:\t       8 kB\nVmSwap:\t      64 kB\n");
        }
        Freezer freezer = new Freezer(root);
        assertThat(freezer.processes(found)).containsExactly("42", "43");
        assertThat(freezer.memoryBytes(found)).isEqualTo(2 * 192 * 1024);
        Files.writeString(below.resolve("cgroup.procs"), "");
        assertThatThrownBy(() -> freezer.processes(found)).isInstanceOf(IOException.class);
    }

    @Test
    void whatIsFrozenOrHasEndedDoesNotRun() throws IOException {
        Freezer freezer = new Freezer(root);
        assertThat(freezer.letsRun(PID, "c1")).as("no process").isFalse();
        Freezer.Switch found = of("6:freezer:/containers/libpod-c1\n");
        Files.createDirectories(found.file().getParent());
        Files.writeString(found.file(), "THAWED\n");
        assertThat(freezer.letsRun(PID, "c1")).isTrue();
        assertThat(freezer.letsRun(PID, "c2")).as("another's process").isFalse();
        found.freeze();
        assertThat(freezer.letsRun(PID, "c1")).isFalse();
        Path events = of("0::/libpod-c1\n").file().resolveSibling("cgroup.events");
        assertThat(freezer.letsRun(PID, "c1")).as("nothing tells").isFalse();
        Files.createDirectories(events.getParent());
        Files.writeString(events, "populated 0\nfrozen 0\n");
        assertThat(freezer.letsRun(PID, "c1"))
                .as("a process that nobody has waited for yet")
                .isFalse();
        Files.writeString(events, "populated 1\nfrozen 0\n");
        assertThat(freezer.letsRun(PID, "c1")).isTrue();
    }

    @Test
    void aProcessThatHasEndedIsInTheRootAndThatIsNeverFrozen() {
        assertThatThrownBy(() -> of("6:freezer:/\n0::/\n"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("c1");
        assertThatThrownBy(() -> new Freezer(root).of(PID + 1, "c1")).isInstanceOf(ProblemException.class);
    }
}
