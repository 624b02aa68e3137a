package org.livemigrate.agent.checkpoint.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.ProblemException;

class VolumesTest {

    private static ContainerFacts container(String id, Map<String, String> labels, String... volumes) {
        return new ContainerFacts(
                id, "web", "i", "i", "running", 1, null, 0, 0, null, "none", List.of(volumes), labels, null);
    }

    private static ContainerFacts saying(String label, String... volumes) {
        return container("c1", Map.of(Volumes.LABEL, label), volumes);
    }

    @Test
    void whatMountsNothingMayGoAnywhere() {
        assertThat(Volumes.of(container("c1", Map.of()))).isEmpty();
        assertThat(Volumes.objection(container("c1", Map.of()))).isEmpty();
    }

    @Test
    void whatMountsSomethingStaysUnlessItsOwnerSaysWhatIsToBecomeOfIt() {
        ContainerFacts silent = container("c1", Map.of(), "bind /srv/a on /data");
        assertThatThrownBy(() -> Volumes.of(silent))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("livemigrate.pinned=true")
                .hasMessageContaining("livemigrate.volumes=shared")
                .hasMessageContaining("livemigrate.volumes=copied");
        assertThat(Volumes.objection(silent))
                .hasValueSatisfying(why -> assertThat(why).contains("/srv/a"));
    }

    @Test
    void oneWordIsForAllAndAListForEach() {
        String[] two = {"bind /srv/a on /data", "bind /srv/b on /conf"};
        assertThat(Volumes.copied(saying("shared", two))).isEmpty();
        assertThat(Volumes.of(saying("copied", two)))
                .containsExactly(
                        new Volumes.Volume("volume-1", Path.of("/srv/a"), true),
                        new Volumes.Volume("volume-2", Path.of("/srv/b"), true));
        assertThat(Volumes.copied(saying("/data=shared, /conf=copied", two)))
                .containsExactly(new Volumes.Volume("volume-2", Path.of("/srv/b"), true));
    }

    @ParameterizedTest
    @ValueSource(strings = {"moved", "", "/data=moved", "copied,shared", "/data=copied,copied"})
    void aLabelThatIsNoneOfTheseIsToldHow(String label) {
        assertThatThrownBy(() -> Volumes.of(saying(label, "bind /srv/a on /data")))
                .hasMessageContaining("livemigrate.volumes=" + label)
                .hasMessageContaining("write shared or copied");
    }

    @Test
    void aListMustNameAll() {
        assertThatThrownBy(() -> Volumes.of(saying("/data=copied", "bind /srv/a on /data", "bind /srv/b on /conf")))
                .hasMessageContaining("does not name /conf");
    }

    @Test
    void whatOneHostsPodmanKeepsByANameStays() {
        for (String label : List.of("shared", "copied")) {
            assertThatThrownBy(() -> Volumes.of(saying(label, "volume data on /data")))
                    .hasMessageContaining("volume data on /data");
        }
    }

    @Test
    void whatIsCopiedBelongsToOneContainer() {
        ContainerFacts mine = saying("copied", "bind /srv/a on /data");
        assertThat(Volumes.objection(mine, List.of(mine, container("c2", Map.of(), "bind /srv/ab on /x"))))
                .isEmpty();
        for (String overlaps : List.of("/srv/a", "/srv/a/below", "/srv", "/")) {
            ContainerFacts other = container("c2", Map.of(), "bind " + overlaps + " on /x");
            assertThat(Volumes.objection(mine, List.of(mine, other)))
                    .as(overlaps)
                    .hasValueSatisfying(why -> assertThat(why).contains("mounts " + overlaps));
        }
    }
}
