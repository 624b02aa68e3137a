package org.livemigrate.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.plan.PlanListener;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.scheduler.policy.PolicyParameters;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Series;
import org.livemigrate.simulator.trace.Trace;

/** The scheduler in the simulator sees what the controller would see. */
class HeardPictureTest {
    private static final long MIB = 1L << 20;

    private static Policy greedy() {
        return Policies.create(
                "greedy", new PolicyParameters(Fraction.percent(70), Fraction.ZERO, 1, PlanListener.NONE));
    }

    /** Ten containers of up to 800 millicores on five hosts of 4000: busy, and nobody is cut short. */
    private static Trace busy(int samples) {
        SplittableRandom random = new SplittableRandom(7);
        List<Series> series = new ArrayList<>();
        for (int c = 0; c < 25; c++) {
            series.add(new Series(String.format("c%02d", c), 700, 100 * MIB));
        }
        byte[][] rows = new byte[samples][25];
        for (byte[] row : rows) {
            for (int c = 0; c < row.length; c++) {
                row[c] = (byte) (c % 5 == 0 ? 120 + random.nextInt(80) : random.nextInt(120));
            }
        }
        return new Trace("busy", series, 60_000, 0, rows, 0);
    }

    private static Scenario scenario(Trace trace, String telling) {
        return Runs.scenario(trace, "5x4000m/8GiB", 60_000, Runs.PRECOPY).withTelling(Telling.parse(telling));
    }

    private static List<String> plans(Scenario scenario, List<ClusterSnapshot> seen) {
        List<String> plans = new ArrayList<>();
        Runs.run(scenario, greedy(), new RunListener() {
            @Override
            public void onPlan(long nowUs, ClusterSnapshot snapshot, MigrationPlan plan) {
                plans.add(nowUs + " " + plan.migrations());
                seen.add(snapshot);
            }
        });
        return plans;
    }

    @Test
    void whoIsToldEverythingAtOnceDecidesAsWhoSeesEverything() {
        Trace trace = busy(60);
        List<String> direct = plans(scenario(trace, "direct"), new ArrayList<>());
        List<String> heard = plans(scenario(trace, "live,threshold=0,every=60s"), new ArrayList<>());

        assertThat(direct).anyMatch(plan -> plan.contains("->"));
        assertThat(heard).isEqualTo(direct);
    }

    @Test
    void aThresholdKeepsMessagesBackAndNoPictureIsOffByMoreThanIt() {
        Trace trace = busy(60);
        RunResult all = Runs.run(scenario(trace, "live,threshold=0,every=60s"), greedy(), RunListener.NONE);
        RunResult few = Runs.run(scenario(trace, "live,threshold=400,every=60s"), greedy(), RunListener.NONE);
        assertThat(few.statsSent()).isPositive().isLessThan(all.statsSent());
        assertThat(few.statsSent() + few.statsSuppressed()).isEqualTo(all.statsSent() + all.statsSuppressed());

        World[] world = new World[1];
        Runs.run(scenario(trace, "live,threshold=400,every=60s"), Runs.once(), new RunListener() {
            @Override
            public void onEvent(long nowUs, World truth) {
                world[0] = truth;
            }

            @Override
            public void onPlan(long nowUs, ClusterSnapshot snapshot, MigrationPlan plan) {
                for (int c = 0; c < snapshot.containerCount(); c++) {
                    assertThat(Math.abs(snapshot.cpuMillicores(c) - world[0].cpuMillicores(c)))
                            .as("%s at %d µs", snapshot.containerId(c), nowUs)
                            .isLessThan(400);
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void lostMessagesAreGapsAndTheWholeStateComesAgain(long seed) {
        World[] world = new World[1];
        List<Long> wrong = new ArrayList<>();
        List<Long> right = new ArrayList<>();
        RunResult result = Runs.run(
                apart(scenario(busy(60), "live,threshold=0,every=10s,loss=5,delay=2s,heartbeat-loss=30")),
                Runs.once(),
                seed,
                new RunListener() {
                    @Override
                    public void onEvent(long nowUs, World truth) {
                        world[0] = truth;
                    }

                    @Override
                    public void onPlan(long nowUs, ClusterSnapshot snapshot, MigrationPlan plan) {
                        boolean same = snapshot.containerCount() == world[0].containers();
                        for (int c = 0; same && c < snapshot.containerCount(); c++) {
                            same = snapshot.cpuMillicores(c) == world[0].cpuMillicores(c) && !snapshot.isHeld(c);
                        }
                        if (!same) {
                            wrong.add(nowUs / 1_000_000);
                        } else {
                            right.add(nowUs / 1_000_000);
                        }
                    }
                });
        // a lost message is noticed by the next one, a minute later, and then the whole state comes
        assertThat(wrong).as("rounds with a wrong picture").isNotEmpty();
        assertThat(right).as("rounds with the truth").hasSizeGreaterThan(wrong.size());
        assertThat(result.statsSent()).isPositive();
    }

    /** Rounds that do not fall on the samples, whose messages would still be on their way. */
    private static Scenario apart(Scenario s) {
        return Runs.scenario(s.workload(), "5x4000m/8GiB", 47_000, Runs.PRECOPY).withTelling(s.telling());
    }

    @Test
    void aHostThatFallsSilentLeavesThePictureAndComesBack() {
        Trace trace = busy(60);
        List<ClusterSnapshot> seen = new ArrayList<>();
        Scenario scenario = scenario(trace, "live,every=60s,expiry=2m")
                .withMembership(Membership.parse("leave=h002@10m,join=h002@30m"));
        plans(scenario, seen);

        assertThat(hostsAt(seen, 5)).contains("h002");
        assertThat(hostsAt(seen, 20)).doesNotContain("h002").hasSize(4);
        assertThat(hostsAt(seen, 35)).contains("h002");
        ClusterSnapshot late = seen.get(seen.size() - 1);
        assertThat(late.containerCount()).isEqualTo(25);
    }

    private static List<String> hostsAt(List<ClusterSnapshot> seen, int minute) {
        ClusterSnapshot snapshot = seen.get(minute - 1);
        return java.util.stream.IntStream.range(0, snapshot.hostCount())
                .mapToObj(snapshot::hostId)
                .toList();
    }

    @Test
    void aHostThatLeavesIsDrainedFirstAndNothingIsLost() {
        List<String> directs = new ArrayList<>();
        RunResult result = Runs.run(
                scenario(busy(60), "direct").withMembership(Membership.parse("leave=h001@10m")),
                Runs.once(),
                new RunListener() {
                    @Override
                    public void onMigration(MigrationRecord migration) {
                        directs.add(migration.from());
                    }
                });
        assertThat(directs).hasSize(5).containsOnly("h001");
        assertThat(result.migrationsCommitted()).isEqualTo(5);
        assertThat(result.containersLost()).isZero();
        assertThat(result.unmetDemand()).isZero();
    }

    @Test
    void whatIsSeenOnACrowdedHostIsItsShare() {
        long[] demand = {100, 1000, 2500};
        assertThat(Contention.MAX_MIN.share(demand, 3000)).containsExactly(100, 1000, 1900);
        assertThat(Contention.MAX_MIN.share(demand, 1500)).containsExactly(100, 700, 700);
        assertThat(Contention.PROPORTIONAL.share(demand, 1800)).containsExactly(50, 500, 1250);
        assertThat(Contention.MAX_MIN.share(demand, 3600)).containsExactly(demand);
        SplittableRandom random = new SplittableRandom(3);
        for (int k = 0; k < 2_000; k++) {
            long[] any = random.longs(random.nextInt(1, 9), 0, 5_000).toArray();
            long capacity = random.nextLong(1, 12_000);
            for (Contention contention : List.of(Contention.MAX_MIN, Contention.PROPORTIONAL)) {
                long[] got = contention.share(any, capacity);
                assertThat(Arrays.stream(got).sum())
                        .isLessThanOrEqualTo(capacity)
                        .isGreaterThanOrEqualTo(
                                Math.min(capacity, Arrays.stream(any).sum()) - any.length);
                for (int c = 0; c < got.length; c++) {
                    assertThat(got[c]).isBetween(0L, any[c]);
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "live,loss=x", "live,loss=100", "threshold=-1", "every=5", "expiry=5s", "live,,"})
    void badSpecsAreExplained(String text) {
        assertThatThrownBy(() -> Telling.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "leave=h1", "leave=@6h", "join=h1@soon", "stay=h1@6h"})
    void badMembershipIsExplained(String text) {
        assertThatThrownBy(() -> Membership.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--membership");
    }
}
