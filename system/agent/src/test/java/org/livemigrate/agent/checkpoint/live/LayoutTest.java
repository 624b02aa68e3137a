package org.livemigrate.agent.checkpoint.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.agent.checkpoint.files.FileTree;
import org.livemigrate.protocol.container.ContainerFacts;

class LayoutTest {

    @TempDir
    Path root;

    @Test
    void runcsOwnStateTellsTheStandardDescriptors() throws IOException {
        Path state = Files.createDirectories(root.resolve("run/runc/c1")).resolve("state.json");
        Files.writeString(state, "{\"id\":\"c1\",\"external_descriptors\":[\"/dev/null\",\"pipe:[7]\",\"pipe:[8]\"]}");
        assertThat(Layout.standardDescriptors(root, "c1")).containsExactly("/dev/null", "pipe:[7]", "pipe:[8]");
        assertThatThrownBy(() -> Layout.standardDescriptors(root, "c2")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void runcsOwnStateTellsWhereTheFilesAre() throws IOException {
        Path layers = root.resolve("containers/overlay");
        Path merged = Files.createDirectories(layers.resolve("top/merged"));
        Path upper = Files.createDirectories(layers.resolve("top/diff"));
        List<Path> lower = new ArrayList<>();
        for (String layer : List.of("one", "two")) {
            lower.add(Files.createDirectories(layers.resolve(layer + "/diff")).toRealPath());
            Files.createSymbolicLink(
                    Files.createDirectories(layers.resolve("l")).resolve("L" + layer),
                    Path.of("../" + layer + "/diff"));
        }
        Files.writeString(merged.resolveSibling("lower"), "l/Lone:l/Ltwo");
        Path shm = Files.createDirectories(root.resolve("containers/c1/userdata/shm"));
        String state = """
                {"init_process_pid": 42, "config": {"rootfs": "%s",
                  "mounts": [{"source": "tmpfs", "destination": "/dev"}, {"source": "%s", "destination": "/dev/shm"}]}}
                """;
        Path file = Files.createDirectories(root.resolve("run/runc/c1")).resolve("state.json");
        Files.writeString(file, state.formatted(merged, shm));
        assertThat(Layout.ofRuncsState(root, in("bridge")))
                .contains(new Layout.Source(
                        42,
                        true,
                        List.of(
                                new FileTree(FileTree.ROOTFS, merged, upper, lower),
                                FileTree.directory(FileTree.SHM, shm))));
        Files.writeString(file, state.formatted(merged, "tmpfs"));
        assertThat(Layout.ofRuncsState(root, in("none")))
                .as("no network, no memory of podman's to share")
                .contains(new Layout.Source(42, false, List.of(new FileTree(FileTree.ROOTFS, merged, upper, lower))));
        Files.delete(merged.resolveSibling("lower"));
        assertThat(Layout.ofRuncsState(root, in("none"))).as("not as expected").isEmpty();
    }

    private static ContainerFacts in(String network) {
        return new ContainerFacts(
                "c1", "web", "i", "i", "running", 1, null, 0, 0, null, network, null, null, null, null, null, null,
                null);
    }

    @ParameterizedTest
    @CsvSource({
        "runc, overlay, bridge,",
        "runc, overlay, none,",
        // a source that does not tell is believed until its freeze
        ", , bridge,",
        "crun, overlay, bridge, OCI runtime crun",
        "runc, vfs, bridge, storage driver vfs",
        "runc, overlay, host, its host's network",
    })
    void whatTheEngineCannotCarryIsNamed(String runtime, String driver, String network, String named) {
        ContainerFacts container = new ContainerFacts(
                "c1", "web", "i", "i", "running", 1, null, 0, 0, null, network, null, null, null, runtime, driver, null,
                null);
        if (named == null) {
            assertThat(Layout.objection(container)).isEmpty();
        } else {
            assertThat(Layout.objection(container))
                    .hasValueSatisfying(
                            why -> assertThat(why).contains("container web", named, "livemigrate.pinned=true"));
        }
    }
}
