package org.livemigrate.agent.heartbeat;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

class NetworkLabelsTest {

    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
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
            new Now());

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
        now = now.plusSeconds(59);
        assertThat(labels.addedTo(host).labels()).hasSize(2);
        assertThat(asked).isEqualTo(1);
        now = now.plusSeconds(1);
        assertThat(labels.addedTo(host).labels()).containsEntry("livemigrate.network.backend", "yes");
    }

    @Test
    void whereTheRuntimeDoesNotAnswerTheLastOnesStand() {
        labels.addedTo(host);
        fails = true;
        now = now.plusSeconds(60);
        assertThat(labels.addedTo(host).labels()).containsKey("livemigrate.network.podman");
    }

    private final class Now extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
