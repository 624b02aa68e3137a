package org.livemigrate.experiments.fleetsize;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.ClusterSnapshotBuilder;

class ComingsTest {
    private static ClusterSnapshot picture(String... hosts) {
        ClusterSnapshotBuilder builder = ClusterSnapshot.builder();
        for (String host : hosts) {
            builder.host(host, 4000);
        }
        return builder.build();
    }

    @Test
    void a_host_is_known_from_its_own_join_to_the_first_round_that_sees_it() {
        Comings comings = new Comings(
                Map.of("a", Duration.ofSeconds(10), "b", Duration.ofSeconds(50), "c", Duration.ofSeconds(55)),
                Duration.ZERO);

        comings.onPlan(0, picture("a", "z"), null); // there before it left
        comings.onPlan(60_000_000, picture("b", "z"), null);
        comings.onPlan(120_000_000, picture("a", "b", "z"), null);

        assertThat(comings.knownAfterUs()).containsExactly(10_000_000L, 110_000_000L);
    }
}
