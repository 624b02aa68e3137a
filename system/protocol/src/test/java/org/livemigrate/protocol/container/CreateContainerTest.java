package org.livemigrate.protocol.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.scheduler.model.Constraints;
import org.livemigrate.scheduler.model.Label;

class CreateContainerTest {

    @Test
    void whatItDemandsIsInItsLabelsAndItsNetwork() {
        assertThat(create("a", null, null, Map.of(), "bridge").constraints()).isEqualTo(Constraints.NONE);
        CreateContainer both =
                create("a", null, null, Map.of("livemigrate.host-labels", "disk=ssd"), "apps:ip=10.0.0.60");
        assertThat(both.constraints())
                .isEqualTo(Constraints.onHostsWith(
                        new Label("disk", "ssd"), new Label("livemigrate.network.apps", "yes")));
    }

    @Test
    void whatNoHostCouldRunIsRefused() {
        refused(() -> create("a", 1_000_000_001L, null, Map.of(), null), "limits of 1000000001 millicores");
        refused(() -> create("a", null, Long.MAX_VALUE, Map.of(), null), "9223372036854775807 bytes");
        refused(() -> create("a", -1L, null, Map.of(), null), "limits of -1 millicores");
        refused(() -> create("a".repeat(101), null, null, Map.of(), null), "has 101 characters");
        refused(() -> create("a", null, null, Map.of("x", "a\0b"), null), "NUL");
        refused(() -> create("a", null, null, Map.of("x", "y".repeat(30_001)), null), "at most 30000 characters");
        refused(() -> create("a", null, null, Map.of("livemigrate.pinned", "perhaps"), null), "Write true or false");
        refused(() -> create("a", null, null, Map.of(), "container:b"), "network \"container:b\" cannot be");
    }

    private static CreateContainer create(
            String name, Long millicores, Long bytes, Map<String, String> labels, String network) {
        return new CreateContainer(
                name, "localhost/stress:latest", List.of("--cpu", "1"), millicores, bytes, null, labels, network, null);
    }

    private static void refused(Runnable create, String why) {
        assertThatThrownBy(create::run).isInstanceOf(ProblemException.class).hasMessageContaining(why);
    }
}
