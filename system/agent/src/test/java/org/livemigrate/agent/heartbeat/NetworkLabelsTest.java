package org.livemigrate.agent.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.livemigrate.agent.runtime.ManualClock;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

class NetworkLabelsTest {

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private Set<String> networks = Set.of("podman");
    private boolean fails;
    private int asked;

    private final NetworkLabels labels = new NetworkLabels(
            () -> {
                asked++;
                if (fails) {
                    throw new ProblemException(Problem.unavailable("podman hangs"));
                }
                return networks;
            },
            clock);

    private final HostFacts host = new HostFacts(
            "node1",
            URI.create("http://node1:7071"),
            "podman",
            1_000,
            1L << 30,
            Map.of("zone", "a"),
            Map.of(),
            List.of(),
            List.of(),
            "store");

    @Test
    void aNetworkThatIsMadeLaterIsToldWithinAMinute() {
        assertThat(labels.addedTo(host).labels()).isEqualTo(Map.of("zone", "a", "livemigrate.network.podman", "yes"));
        networks = Set.of("podman", "backend");
        clock.pass(Duration.ofSeconds(59));
        assertThat(labels.addedTo(host).labels()).hasSize(2);
        assertThat(asked).isEqualTo(1);
        clock.pass(Duration.ofSeconds(1));
        assertThat(labels.addedTo(host).labels()).containsEntry("livemigrate.network.backend", "yes");
    }

    @Test
    void whereTheRuntimeDoesNotAnswerTheLastOnesStand() {
        labels.addedTo(host);
        fails = true;
        clock.pass(Duration.ofSeconds(60));
        assertThat(labels.addedTo(host).labels()).containsKey("livemigrate.network.podman");
    }
}
