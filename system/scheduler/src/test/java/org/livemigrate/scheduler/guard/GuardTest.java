package org.livemigrate.scheduler.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.ClusterSnapshotBuilder;
import org.livemigrate.scheduler.model.Constraints;
import org.livemigrate.scheduler.model.Container;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.model.History;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.model.InFlightMove;
import org.livemigrate.scheduler.model.PastMove;
import org.livemigrate.scheduler.plan.Migration;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.plan.Reason;
import org.livemigrate.scheduler.plan.RejectionCode;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.scheduler.policy.PolicyParameters;

class GuardTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final PolicyParameters TARGET_60 = PolicyParameters.target(Fraction.percent(60));

    /** One hot host with four containers and two empty ones. */
    private static ClusterSnapshotBuilder hot() {
        return ClusterSnapshot.builder()
                .time(NOW)
                .host("a", 1000)
                .host("b", 1000)
                .host("c", 1000)
                .container("w", "a", 300)
                .container("x", "a", 250)
                .container("y", "a", 200)
                .container("z", "a", 150);
    }

    private static MigrationPlan plan(ClusterSnapshot snapshot, GuardSettings settings) {
        return settings.guard(Policies.create("greedy", TARGET_60), TARGET_60).plan(snapshot);
    }

    private static List<String> moved(MigrationPlan plan) {
        return plan.migrations().stream().map(Migration::container).toList();
    }

    @Test
    void withoutGuardsThePlanIsThePolicys() {
        ClusterSnapshot snapshot = hot().build();
        assertThat(plan(snapshot, GuardSettings.OFF))
                .isEqualTo(Policies.create("greedy", TARGET_60).plan(snapshot));
        assertThat(moved(plan(snapshot, GuardSettings.OFF))).containsExactly("w");
    }

    @Test
    void aShortPeakMovesNothing() {
        ClusterSnapshot peak = withHistory(hot().build(), 100, 900, 100);
        MigrationPlan plan = plan(peak, GuardSettings.OFF.withBreach(3, 4));
        assertThat(plan.migrations()).isEmpty();
        assertThat(plan.overTarget()).containsExactly("a");
        assertThat(plan.rejections()).singleElement().satisfies(r -> {
            assertThat(r.code()).isEqualTo(RejectionCode.BREACH_NOT_SUSTAINED);
            assertThat(r.from()).isEqualTo("a");
            assertThat(r.sentence()).contains("90.0 %", "2 of its last 4 samples", "it takes 3");
        });
    }

    @Test
    void aSustainedBreachIsActedUpon() {
        ClusterSnapshot breach = withHistory(hot().build(), 100, 900, 700);
        assertThat(moved(plan(breach, GuardSettings.OFF.withBreach(3, 4)))).containsExactly("w");
        // the same samples, but the window is too short for them
        assertThat(moved(plan(breach, GuardSettings.OFF.withBreach(3, 3)))).containsExactly("w");
        ClusterSnapshot old = withHistory(hot().build(), 900, 700, 100);
        assertThat(moved(plan(old, GuardSettings.OFF.withBreach(3, 3)))).isEmpty();
    }

    private static ClusterSnapshot withHistory(ClusterSnapshot snapshot, long... useOfA) {
        long[][] rows = new long[useOfA.length][];
        for (int k = 0; k < rows.length; k++) {
            rows[k] = new long[] {useOfA[k], 0, History.UNKNOWN};
        }
        List<Instant> times = List.of(NOW.minusSeconds(30), NOW.minusSeconds(20), NOW.minusSeconds(10));
        return snapshot.revise().history(new History(times, rows, null)).build();
    }

    @Test
    void aContainerThatMovedRestsAndAnotherGoes() {
        PastMove past = new PastMove("w", "b", "a", NOW.minusSeconds(60), true);
        ClusterSnapshot snapshot = hot().lastMove(past).build();
        MigrationPlan plan = plan(snapshot, GuardSettings.OFF.withCoolDown(Duration.ofMinutes(2), Duration.ZERO));
        assertThat(moved(plan)).containsExactly("x", "y");
        assertThat(moved(plan(snapshot, GuardSettings.OFF.withCoolDown(Duration.ofSeconds(60), Duration.ZERO))))
                .containsExactly("w");
    }

    @Test
    void theReasonOfACoolDownIsTold() {
        PastMove past = new PastMove("w", "a", "b", NOW.minusSeconds(60), false);
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .time(NOW)
                .host("a", 1000)
                .host("b", 1000)
                .container("w", "a", 700)
                .lastMove(past)
                .build();
        MigrationPlan plan = plan(snapshot, GuardSettings.OFF.withCoolDown(Duration.ofMinutes(2), Duration.ZERO));
        assertThat(plan.rejections()).singleElement().satisfies(r -> {
            assertThat(r.code()).isEqualTo(RejectionCode.CONTAINER_COOL_DOWN);
            assertThat(r.sentence()).isEqualTo("w failed to move to b 60 s ago; it rests for 120 s");
        });
    }

    @Test
    void aHostThatTookPartRests() {
        PastMove past = new PastMove("gone", "c", "b", NOW.minusSeconds(60), true);
        ClusterSnapshot snapshot = hot().lastMove(past).build();
        MigrationPlan plan = plan(snapshot, GuardSettings.OFF.withCoolDown(Duration.ZERO, Duration.ofMinutes(2)));
        assertThat(plan.migrations()).isEmpty();
        assertThat(plan.rejections()).extracting("code").contains(RejectionCode.HOST_COOL_DOWN);
        PastMove ofSource = new PastMove("gone", "a", "elsewhere", NOW.minusSeconds(60), true);
        MigrationPlan held = plan(
                hot().lastMove(ofSource).build(), GuardSettings.OFF.withCoolDown(Duration.ZERO, Duration.ofMinutes(2)));
        assertThat(held.migrations()).isEmpty();
        assertThat(held.rejections())
                .singleElement()
                .satisfies(r -> assertThat(r.from()).isEqualTo("a"));
    }

    /** Two hosts that each need to lose two containers. */
    private static ClusterSnapshotBuilder twoHot() {
        return ClusterSnapshot.builder()
                .time(NOW)
                .host("a", 1000)
                .host("b", 1000)
                .host("c", 1000)
                .host("d", 1000)
                .container("a1", "a", 250)
                .container("a2", "a", 250)
                .container("a3", "a", 250)
                .container("a4", "a", 250)
                .container("b1", "b", 250)
                .container("b2", "b", 250)
                .container("b3", "b", 250)
                .container("b4", "b", 250);
    }

    private static Budget budget(int round, int inFlight, int out, int in) {
        return new Budget(round, inFlight, out, in);
    }

    @Test
    void budgetsLimitTheRoundAndSayWhatHadToWait() {
        int many = Budget.UNLIMITED;
        assertThat(moved(plan(twoHot().build(), GuardSettings.OFF))).hasSize(4);
        MigrationPlan three = plan(twoHot().build(), GuardSettings.OFF.withBudget(budget(3, many, many, many)));
        assertThat(three.migrations()).hasSize(3);
        assertThat(three.rejections()).extracting("code").containsExactly(RejectionCode.ROUND_BUDGET);
        assertThat(three.overTarget()).hasSize(1);
        MigrationPlan two = plan(twoHot().build(), GuardSettings.OFF.withBudget(budget(many, 2, many, many)));
        assertThat(two.migrations()).hasSize(2);
        MigrationPlan out = plan(twoHot().build(), GuardSettings.OFF.withBudget(budget(many, many, 1, many)));
        assertThat(out.migrations()).extracting(Migration::from).containsExactlyInAnyOrder("a", "b");
        MigrationPlan in = plan(twoHot().build(), GuardSettings.OFF.withBudget(budget(many, many, many, 1)));
        assertThat(in.migrations()).extracting(Migration::to).doesNotHaveDuplicates();
    }

    @Test
    void whatIsInFlightCountsTowardsTheBudget() {
        ClusterSnapshot snapshot = twoHot().inFlight(new InFlightMove("a1", "a", "c", NOW.minusSeconds(5)))
                .build();
        MigrationPlan plan = plan(
                snapshot,
                GuardSettings.OFF.withBudget(budget(Budget.UNLIMITED, 2, Budget.UNLIMITED, Budget.UNLIMITED)));
        assertThat(plan.migrations()).hasSize(1);
        assertThat(plan.rejections()).extracting("code").contains(RejectionCode.IN_FLIGHT_BUDGET);
        MigrationPlan out = plan(
                snapshot,
                GuardSettings.OFF.withBudget(budget(Budget.UNLIMITED, Budget.UNLIMITED, 1, Budget.UNLIMITED)));
        assertThat(out.migrations()).extracting(Migration::from).containsOnly("b");
    }

    @Test
    void roomThatOnlyADepartureMakesIsNotCountedOn() {
        // a policy that swaps two containers by way of c
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host("a", 1000)
                .host("b", 1000)
                .container("p", "a", 600)
                .container("q", "b", 500)
                .container("r", "b", 450)
                .build();
        Policy chain = fixed(move("r", "b", "a"), move("p", "a", "b"));
        // r does not fit on a before p has left it
        assertThat(moved(new GuardedPolicy(chain, TARGET_60, List.of()).plan(snapshot)))
                .isEmpty();
        ClusterSnapshot three = ClusterSnapshot.builder()
                .host("a", 1000)
                .host("b", 1000)
                .host("c", 1000)
                .container("p", "a", 600)
                .container("r", "b", 450)
                .build();
        Policy chase = fixed(move("p", "a", "c"), move("r", "b", "a"));
        assertThat(moved(new GuardedPolicy(chase, TARGET_60, List.of()).plan(three)))
                .containsExactly("p", "r");
        MigrationPlan guarded = new GuardedPolicy(chase, TARGET_60, List.of(new InFlightLoad())).plan(three);
        assertThat(moved(guarded)).containsExactly("p");
        assertThat(guarded.rejections()).extracting("code").containsExactly(RejectionCode.IN_FLIGHT_LOAD);
    }

    @Test
    void whatReliedOnARefusedMoveIsRefusedToo() {
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host("a", 1000)
                .host("b", 1000)
                .host("c", 1000)
                .container(Container.of("p", "a", 600).withConstraints(Constraints.PINNED))
                .container("r", "b", 450)
                .build();
        Policy chase = fixed(move("p", "a", "c"), move("r", "b", "a"));
        MigrationPlan plan = new GuardedPolicy(chase, TARGET_60, List.of(new ConstraintCheck())).plan(snapshot);
        assertThat(plan.migrations()).isEmpty();
        assertThat(plan.rejections()).extracting("code").containsExactly(RejectionCode.PINNED, RejectionCode.BLOCKED);
    }

    @Test
    void aParkedContainerMakesBothMovesOrNone() {
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host("a", 1000)
                .host("b", 1000)
                .host("c", 1000)
                .container("p", "a", 600)
                .container("q", "b", 600)
                .build();
        Policy swap = fixed(
                new Migration("p", "a", "c", new Reason(Reason.Code.PARKING, "steps aside")),
                move("q", "b", "a"),
                move("p", "c", "b"));
        int many = Budget.UNLIMITED;
        assertThat(new GuardedPolicy(swap, TARGET_60, List.of(budget(2, many, many, many)))
                        .plan(snapshot)
                        .migrations())
                .hasSize(3);
        MigrationPlan none = new GuardedPolicy(swap, TARGET_60, List.of(refusing("p", "b"))).plan(snapshot);
        assertThat(none.migrations()).isEmpty();
        assertThat(none.rejections()).extracting("container").containsExactly("p", "q");
    }

    private static Guard refusing(String container, String to) {
        return new Guard() {
            @Override
            public String name() {
                return "refusing";
            }

            @Override
            public Judge judge(ClusterSnapshot snapshot) {
                return m -> m.migration().container().equals(container)
                                && m.migration().to().equals(to)
                        ? Optional.of(new Refusal(RejectionCode.CONSTRAINT, "no"))
                        : Optional.empty();
            }
        };
    }

    @Test
    void smallGainsAreNotWorthAMigration() {
        MigrationPlan plan = plan(hot().build(), GuardSettings.OFF.withMinimumGain(Fraction.percent(31)));
        assertThat(plan.migrations()).isEmpty();
        assertThat(plan.rejections()).singleElement().satisfies(r -> {
            assertThat(r.code()).isEqualTo(RejectionCode.GAIN_TOO_SMALL);
            assertThat(r.sentence()).isEqualTo("w would take 30.0 % off a; a move must take 31 %");
        });
        assertThat(moved(plan(hot().build(), GuardSettings.OFF.withMinimumGain(Fraction.percent(30)))))
                .containsExactly("w");
    }

    @Test
    void aMigrationMustBringMoreThanItCosts() {
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host("a", 1000)
                .host("b", 1000)
                .container("w", "a", 500, 1_000_000_000)
                .container("x", "a", 200, 1_000)
                .build();
        MigrationCost cost = MigrationCost.linear(Duration.ofSeconds(1), 10_000_000);
        // w: 101 s at 0.5 cores = 50.5 core-seconds; it relieves a of 0.1 cores
        assertThat(plan(snapshot, GuardSettings.OFF.withCost(cost, Duration.ofSeconds(500)))
                        .rejections())
                .extracting("code")
                .contains(RejectionCode.COST_TOO_HIGH);
        assertThat(moved(plan(snapshot, GuardSettings.OFF.withCost(cost, Duration.ofSeconds(510)))))
                .containsExactly("w");
    }

    @Test
    void aHostThatCannotRestoreIsNoDestination() {
        Map<String, String> newer =
                Map.of(CapabilityMatch.CPU_FEATURES, "avx2,avx512f", CapabilityMatch.KERNEL, "6.12.1");
        Map<String, String> older = Map.of(CapabilityMatch.CPU_FEATURES, "avx2", CapabilityMatch.KERNEL, "6.1.0-37");
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host(Host.of("a", 1000).withLabels(newer))
                .host(Host.of("b", 1000).withLabels(older))
                .host(Host.of("c", 1000).withLabels(newer))
                .container("v", "a", 350)
                .container("w", "a", 350)
                .build();
        MigrationPlan plan = plan(snapshot, GuardSettings.OFF.withCapabilityMatch(true));
        assertThat(plan.migrations()).extracting(Migration::to).containsExactly("c");
        assertThat(plan(snapshot, GuardSettings.OFF).migrations())
                .extracting(Migration::to)
                .containsExactly("b");
        ClusterSnapshot withoutC = ClusterSnapshot.builder()
                .host(Host.of("a", 1000).withLabels(newer))
                .host(Host.of("b", 1000).withLabels(older))
                .container("v", "a", 350)
                .container("w", "a", 350)
                .build();
        assertThat(plan(withoutC, GuardSettings.OFF.withCapabilityMatch(true)).rejections())
                .hasSize(2)
                .allSatisfy(r -> {
                    assertThat(r.code()).isEqualTo(RejectionCode.CAPABILITY_MISMATCH);
                    assertThat(r.to()).isEqualTo("b");
                });
        assertThat(CapabilityMatch.canRestore(older, newer)).isTrue();
        assertThat(CapabilityMatch.canRestore(newer, older)).isFalse();
        assertThat(CapabilityMatch.canRestore(newer, Map.of())).isTrue();
        assertThat(CapabilityMatch.canRestore(
                        Map.of(CapabilityMatch.CRIU, "4.1.1"), Map.of(CapabilityMatch.CRIU, "4.1")))
                .isFalse();
    }

    @Test
    void theInitialDistributionGetsThereInRounds() {
        ClusterSnapshotBuilder builder =
                ClusterSnapshot.builder().host("a", 4000).host("b", 4000).host("c", 4000);
        for (int k = 0; k < 12; k++) {
            builder.container("c" + (10 + k), "a", 100 + k);
        }
        ClusterSnapshot snapshot = builder.build();
        Policy initial = GuardSettings.OFF
                .withBudget(budget(3, 3, 3, 3))
                .guard(Policies.create("initial", TARGET_60), TARGET_60);
        int rounds = 0;
        MigrationPlan plan = initial.plan(snapshot);
        while (!plan.isEmpty()) {
            assertThat(plan.migrations()).hasSizeLessThanOrEqualTo(3);
            assertThat(++rounds).as("rounds").isLessThanOrEqualTo(3);
            int[] placement = snapshot.copyPlacement();
            for (Migration migration : plan.migrations()) {
                placement[snapshot.containerIndex(migration.container())] = snapshot.hostIndex(migration.to());
            }
            snapshot = snapshot.revise().placement(placement).build();
            plan = initial.plan(snapshot);
        }
        assertThat(rounds).isEqualTo(3);
        for (int h = 0; h < 3; h++) {
            assertThat(snapshot.containerCountOn(h)).isEqualTo(4);
        }
    }

    @Test
    void settingsOutOfRangeAreRefused() {
        assertThatThrownBy(() -> new SustainedBreach(3, 2, Fraction.ONE)).hasMessageContaining("3 of 2");
        assertThatThrownBy(() -> new Budget(-1, 1, 1, 1)).hasMessageContaining("-1 per round");
        assertThatThrownBy(() -> new CoolDown(Duration.ofSeconds(-1), Duration.ZERO))
                .hasMessageContaining("PT-1S");
    }

    private static Migration move(String container, String from, String to) {
        return new Migration(container, from, to, new Reason(Reason.Code.POLICY, "because"));
    }

    private static Policy fixed(Migration... migrations) {
        return new Policy() {
            @Override
            public String name() {
                return "fixed";
            }

            @Override
            public MigrationPlan plan(ClusterSnapshot snapshot) {
                MigrationPlan nothing = MigrationPlan.nothing(name(), snapshot, Fraction.percent(60), List.of());
                return new MigrationPlan(
                        name(),
                        List.of(migrations),
                        List.of(),
                        nothing.overTarget(),
                        nothing.loadBefore(),
                        nothing.loadAfter(),
                        false);
            }
        };
    }
}
