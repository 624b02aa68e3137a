package org.livemigrate.agent.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.livemigrate.protocol.container.ContainerFacts;

class ContainerConstraintsTest {

    private static ContainerFacts container(
            Map<String, String> labels, List<String> volumes, Map<String, String> addresses) {
        return new ContainerFacts(
                "c1",
                "web",
                "i",
                "i",
                "running",
                1,
                null,
                0,
                0,
                List.of("8080/tcp"),
                "bridge",
                volumes,
                labels,
                null,
                "runc",
                "overlay",
                addresses,
                0);
    }

    @Test
    void oneThatMayGoAnywhereIsToldByItsPortsAlone() {
        assertThat(ContainerConstraints.of(container(Map.of("app", "web"), List.of(), Map.of("podman", "10.88.0.2"))))
                .isEqualTo(Map.of("app", "web", "livemigrate.exclusive", "port 8080/tcp"));
    }

    @Test
    void oneWhoseDirectoriesWouldStayBehindIsPinned() {
        List<String> mounts = List.of("bind /srv/a on /data");
        assertThat(ContainerConstraints.of(container(Map.of(), mounts, Map.of())))
                .containsEntry("livemigrate.pinned", "true");
        assertThat(ContainerConstraints.of(container(Map.of("livemigrate.volumes", "copied"), mounts, Map.of())))
                .doesNotContainKey("livemigrate.pinned");
    }

    @Test
    void itsNetworksAreAskedOfHostsBesideWhatItsOwnerAsks() {
        Map<String, String> addresses = Map.of("podman", "10.88.0.2", "backend", "10.89.0.2", "admin", "");
        assertThat(ContainerConstraints.of(
                        container(Map.of("livemigrate.host-labels", "zone=a"), List.of(), addresses)))
                .containsEntry(
                        "livemigrate.host-labels",
                        "zone=a,livemigrate.network.admin=yes,livemigrate.network.backend=yes");
    }
}
