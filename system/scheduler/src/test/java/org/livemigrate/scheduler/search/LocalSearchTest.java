package org.livemigrate.scheduler.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.livemigrate.scheduler.RandomFleets;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.model.History;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.plan.Reason;
import org.livemigrate.scheduler.plan.RejectionCode;
import org.livemigrate.scheduler.policy.LocalSearchPolicy;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.PolicyParameters;
import org.livemigrate.scheduler.synthetic.HotFleet;

class LocalSearchTest {
    private static final PolicyParameters EIGHTY = PolicyParameters.target(Fraction.percent(80));
    private static final long MIB = 1L << 20;

    private static MigrationPlan plan(ClusterSnapshot snapshot) {
        return Policies.create("local-search", EIGHTY).plan(snapshot);
    }

    @Test
    void takesTheCheapestMoveThatRelievesTheHost() {
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host("h1", 1000)
                .host("h2", 1000)
                .container("large", "h1", 300, 4096 * MIB)
                .container("small", "h1", 300, 64 * MIB)
                .container("rest", "h1", 400, 4096 * MIB)
                .container("there", "h2", 100, MIB)
                .build();

        MigrationPlan plan = plan(snapshot);

        assertThat(plan.migrations()).hasToString("[small: h1 -> h2]");
        assertThat(plan.migrations().get(0).reason().code()).isEqualTo(Reason.Code.OVER_TARGET);
        assertThat(plan.migrations().get(0).reason().sentence())
                .contains("h1 is at 100.0 %", "predicted at 100.0 %", "core-seconds");
    }

    @Test
    void swapsWhereNoMoveFits() {
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host("h1", 1000)
                .host("h2", 1000)
                .host("h3", 4000)
                .container("a", "h1", 500)
                .container("b", "h1", 450)
                .container("c", "h2", 300)
                .container("d", "h2", 300)
                .container("e", "h3", 3200)
                .build();

        MigrationPlan plan = plan(snapshot);

        // neither of h1's fits on h2 (110 % and 105 %) or, under target, on h3; one of each changed leaves 75 and 80 %
        assertThat(plan.overTarget()).isEmpty();
        assertThat(plan.migrations())
                .filteredOn(move -> move.reason().code() != Reason.Code.PARKING)
                .hasSize(2);
    }

    @Test
    void aSpikeThatPassesMovesNothingAndIsExplained() {
        ClusterSnapshot spike = ClusterSnapshot.builder()
                .time(Instant.EPOCH.plusSeconds(600))
                .host("h1", 1000)
                .host("h2", 1000)
                .container("a", "h1", 500, MIB)
                .container("b", "h1", 350, MIB)
                .build();
        ClusterSnapshot seen = spike.revise()
                .history(new History(
                        List.of(Instant.EPOCH, Instant.EPOCH.plusSeconds(300)),
                        new long[][] {{500, 0}, {500, 0}},
                        new long[][] {{250, 250}, {250, 250}}))
                .build();

        assertThat(plan(spike).migrations()).hasSize(1);
        assertThat(plan(seen).migrations()).isEmpty();
        assertThat(plan(seen).rejections())
                .anyMatch(r -> r.code() == RejectionCode.BREACH_NOT_SUSTAINED
                        && r.sentence().contains("h1"));
    }

    @Test
    void doesNotPayMoreThanItBrings() {
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host("h1", 1000)
                .host("h2", 1000)
                .container("a", "h1", 401, 512L << 30)
                .container("b", "h1", 400, 512L << 30)
                .build();

        MigrationPlan plan = plan(snapshot); // one millicore too much, and hours of copying

        assertThat(plan.migrations()).isEmpty();
        assertThat(plan.rejections()).anyMatch(r -> r.code() == RejectionCode.COST_TOO_HIGH);
    }

    @Test
    void isNeverWorseThanGreedyByItsOwnObjective() {
        int better = 0;
        for (long seed = 0; seed < 600; seed++) {
            RandomFleets fleets = new RandomFleets(seed);
            ClusterSnapshot snapshot = fleets.draw().snapshot(seed);
            PolicyParameters parameters = fleets.parameters();
            Objective objective = new Objective(snapshot, parameters.target(), SearchSettings.DEFAULT);
            double ours =
                    objective.value(Policies.create("local-search", parameters).plan(snapshot));
            double greedy =
                    objective.value(Policies.create("greedy", parameters).plan(snapshot));
            double none = objective.value(Policies.create("none", parameters).plan(snapshot));

            assertThat(ours).as("seed %d, beside greedy", seed).isLessThanOrEqualTo(greedy);
            assertThat(ours).as("seed %d, beside doing nothing", seed).isLessThanOrEqualTo(none);
            better += ours < greedy ? 1 : 0;
        }
        assertThat(better).as("fleets where it is better").isGreaterThan(100);
    }

    @Test
    void oneSeedAndBudgetOnePlanAndAnyBudgetAPlan() {
        ClusterSnapshot snapshot = HotFleet.easy(200, 7).snapshot();
        double last = Double.MAX_VALUE;
        Objective objective = new Objective(snapshot, EIGHTY.target(), SearchSettings.DEFAULT);
        for (long steps : new long[] {0, 10, 1_000, 500_000}) {
            LocalSearchPolicy policy = new LocalSearchPolicy(EIGHTY, SearchSettings.DEFAULT.withSteps(steps));
            MigrationPlan plan = policy.plan(snapshot);
            assertThat(policy.plan(snapshot)).isEqualTo(plan);
            last = Math.min(last, objective.value(plan));
        }
        assertThat(objective.value(plan(snapshot))).isEqualTo(last);
    }

    @Test
    void worksBehindTheLiveGuards() {
        ClusterSnapshot snapshot = HotFleet.easy(200, 7).snapshot();
        GuardSettings guards = GuardSettings.LIVE.withBreach(1, 1).withCoolDown(Duration.ZERO, Duration.ZERO);

        MigrationPlan plan = guards.guard(new LocalSearchPolicy(EIGHTY), EIGHTY).plan(snapshot);

        assertThat(plan.migrations()).hasSizeBetween(1, guards.budget().inFlight());
        assertThat(plan.rejections()).anyMatch(r -> r.code() == RejectionCode.IN_FLIGHT_BUDGET);
    }
}
