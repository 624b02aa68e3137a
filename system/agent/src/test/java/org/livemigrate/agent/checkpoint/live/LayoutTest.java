package org.livemigrate.agent.checkpoint.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
