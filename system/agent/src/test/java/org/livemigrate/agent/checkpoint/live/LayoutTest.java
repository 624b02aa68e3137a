package org.livemigrate.agent.checkpoint.live;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.protocol.container.ContainerFacts;

class LayoutTest {

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
