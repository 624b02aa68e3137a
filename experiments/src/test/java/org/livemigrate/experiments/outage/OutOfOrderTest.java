package org.livemigrate.experiments.outage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.livemigrate.experiments.scenario.BalancedFleet;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.model.History;
import org.livemigrate.scheduler.policy.Policy;

class OutOfOrderTest {
    private static final Fraction TARGET = Fraction.percent(71);
    private static final Policy POLICY = new OutOfOrder(
            BalancedFleet.guarded("greedy", TARGET, GuardSettings.LIVE),
            BalancedFleet.policy("none", TARGET),
            at(10),
            at(20));

    private static Instant at(long minute) {
        return Instant.EPOCH.plusSeconds(60 * minute);
    }

    /** A host far above target for at least three samples, beside an empty one. */
    private static ClusterSnapshot snapshot(long minute) {
        return ClusterSnapshot.builder()
                .time(at(minute))
                .host("hot", 1000)
                .host("idle", 1000)
                .container("a", "hot", 450)
                .container("b", "hot", 450)
                .build()
                .revise()
                .history(new History(
                        List.of(at(minute - 3), at(minute - 2), at(minute - 1)),
                        new long[][] {{900, 0}, {900, 0}, {900, 0}},
                        null))
                .build();
    }

    @Test
    void a_controller_that_is_down_decides_nothing() {
        assertThat(POLICY.plan(snapshot(9)).migrations()).hasSize(1);
        assertThat(POLICY.plan(snapshot(10)).migrations()).isEmpty();
        assertThat(POLICY.plan(snapshot(19)).migrations()).isEmpty();
    }

    @Test
    void one_that_returns_has_forgotten_the_samples_from_before() {
        assertThat(POLICY.plan(snapshot(20)).migrations())
                .as("a sustained breach needs two samples")
                .isEmpty();
        assertThat(POLICY.plan(snapshot(21)).migrations()).hasSize(1);
    }
}
