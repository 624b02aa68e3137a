package org.livemigrate.agent.migration;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.ProblemException;

class VolumesTest {

    private static final Map<String, String> SHARED = Map.of(Volumes.LABEL, "shared");

    @TempDir
    Path here;

    private static ContainerFacts container(Map<String, String> labels, String... volumes) {
        return new ContainerFacts(
                "c1", "web", "i", "i", "running", 1, null, 0, 0, null, "none", List.of(volumes), labels, null);
    }

    private String bind() {
        return "bind " + here + " on /data";
    }

    @Test
    void whatMountsNothingMayGoAnywhere() {
        assertThatCode(() -> Volumes.requireHere(container(Map.of()))).doesNotThrowAnyException();
    }

    @Test
    void whatMountsSomethingStaysUnlessItIsDeclaredShared() {
        assertThatThrownBy(() -> Volumes.requireThatTheyAreEverywhere(container(Map.of(), bind())))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("livemigrate.pinned=true")
                .hasMessageContaining("livemigrate.volumes=shared");
        assertThatCode(() -> Volumes.requireHere(container(SHARED, bind()))).doesNotThrowAnyException();
    }

    @Test
    void whatIsDeclaredSharedAndCannotBeIsRefused() {
        assertThatThrownBy(() -> Volumes.requireThatTheyAreEverywhere(container(SHARED, "volume data on /data")))
                .hasMessageContaining("volume data on /data");
        assertThatThrownBy(
                        () -> Volumes.requireThatTheyAreEverywhere(container(Map.of(Volumes.LABEL, "copied"), bind())))
                .hasMessageContaining("write shared");
    }

    @Test
    void theTargetMustHaveThePath() {
        assertThatThrownBy(() -> Volumes.requireHere(container(SHARED, "bind " + here + "/not/there on /data")))
                .hasMessageContaining("this host has no such path");
    }
}
