package org.livemigrate.scheduler.literature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Container;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.model.History;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.plan.Migration;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.policy.LiteraturePolicy;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.PolicyParameters;
import org.livemigrate.scheduler.power.PowerModel;

class LiteraturePoliciesTest {
    private static final PolicyParameters EIGHTY = PolicyParameters.target(Fraction.percent(80));
    private static final int FLEETS = 120;

    static Stream<String> names() {
        return Policies.names().stream().filter(name -> name.contains("-") && !name.startsWith("local"));
    }

    @Test
    void thereIsEveryDetectorWithEverySelector() {
        assertThat(names()).hasSize(12).contains("thr-mmt", "mad-mc", "iqr-rs", "lr-mmt");
        assertThatThrownBy(() -> new LiteraturePolicy("foo-mmt", EIGHTY)).hasMessageContaining("foo");
        assertThatThrownBy(() -> new LiteraturePolicy("thr-foo", EIGHTY)).hasMessageContaining("foo");
        assertThatThrownBy(() -> Switches.of(Set.of("warp"))).hasMessageContaining("warp");
    }

    @Test
    void anOverloadedHostGivesItsSmallestUntilItIsNot() {
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host("h1", 1000, 1 << 20)
                .host("h2", 1000, 1 << 20)
                .container("a", "h1", 500, 300)
                .container("b", "h1", 300, 100)
                .container("c", "h1", 150, 200)
                .container("d", "h2", 100, 500)
                .build();

        MigrationPlan plan = Policies.create("thr-mmt", EIGHTY).plan(snapshot);

        assertThat(plan.migrations()).hasToString("[b: h1 -> h2]");
        assertThat(plan.isBalanced()).isTrue();
        assertThat(plan.migrations().get(0).reason().sentence()).contains("h1").contains("95.0 %");
    }

    @Test
    void theLeastLoadedHostIsEmptiedOntoHostsThatAreOn() {
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host("h1", 1000, 1 << 20)
                .host("h2", 1000, 1 << 20)
                .host("h3", 1000, 1 << 20)
                .container("a", "h1", 400, 1)
                .container("b", "h2", 300, 1)
                .build();

        assertThat(Policies.create("thr-mmt", EIGHTY).plan(snapshot).migrations())
                .hasToString("[b: h2 -> h1]");
    }

    @Test
    void withItsSwitchAHostIsEmptiedThatHasReceivedInTheSameRound() {
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host("h1", 1000, 1 << 20)
                .host("h2", 1000, 1 << 20)
                .host("h3", 1000, 1 << 20)
                .container("a", "h1", 500, 300)
                .container("b", "h1", 300, 100)
                .container("c", "h1", 150, 200)
                .container("d", "h2", 100, 1)
                .container("e", "h3", 300, 1)
                .build();

        assertThat(planned(snapshot)).containsExactlyInAnyOrder("b: h1 -> h2", "e: h3 -> h2");
        assertThat(planned(snapshot, "empty-receivers")).containsExactlyInAnyOrder("b: h1 -> h3", "d: h2 -> h3");
    }

    @Test
    void withItsSwitchAHostThatWasSwitchedOnTakesNothingFromThoseThatAreEmptied() {
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host("h1", 1000, 1 << 20)
                .host("h2", 2000, 1 << 20)
                .host("h3", 1000, 1 << 20)
                .container("a", "h1", 500, 300)
                .container("b", "h1", 300, 100)
                .container("c", "h1", 150, 200)
                .container("e", "h3", 510, 1)
                .build();

        assertThat(planned(snapshot)).containsExactlyInAnyOrder("b: h1 -> h2", "e: h3 -> h2");
        assertThat(planned(snapshot, "woken-closed")).containsExactly("b: h1 -> h2");
    }

    private static List<String> planned(ClusterSnapshot snapshot, String... switches) {
        return new LiteraturePolicy("thr-mmt", EIGHTY, Switches.of(Set.of(switches)))
                .plan(snapshot).migrations().stream().map(Migration::toString).toList();
    }

    @Test
    void memoryIsEnforcedAndIgnoredOnlyWhereItIsUnlimited() {
        ClusterSnapshot tight = ClusterSnapshot.builder()
                .host("h1", 1000, 100)
                .host("h2", 1000, 100)
                .container("a", "h1", 400, 60)
                .container("b", "h2", 300, 60)
                .build();
        ClusterSnapshot unlimited = ClusterSnapshot.builder()
                .host("h1", 1000)
                .host("h2", 1000)
                .container("a", "h1", 400, 60)
                .container("b", "h2", 300, 60)
                .build();

        assertThat(Policies.create("thr-mmt", EIGHTY).plan(tight).migrations()).isEmpty();
        assertThat(Policies.create("thr-mmt", EIGHTY).plan(unlimited).migrations())
                .hasSize(1);
    }

    @Test
    void bestFitPrefersTheSmallestRiseInPower() {
        // at 0 to 10 % the G5 rises 3.3 W per 532 millicores, the G4 3.4 W per 372
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host(new Host("h1", 3720, Host.UNLIMITED_MEMORY, Map.of(PowerModel.LABEL, "ml110-g4"), true))
                .host(new Host("h2", 5320, Host.UNLIMITED_MEMORY, Map.of(PowerModel.LABEL, "ml110-g5"), true))
                .host(new Host("h3", 1000, Host.UNLIMITED_MEMORY, Map.of(), true))
                .container("a", "h3", 600, 1)
                .container("b", "h3", 350, 1)
                .container("p", "h1", 10, 9)
                .container("q", "h2", 10, 9)
                .build();

        assertThat(Policies.create("thr-mmt", EIGHTY).plan(snapshot).migrations())
                .anySatisfy(m -> assertThat(m.to()).isEqualTo("h2"))
                .noneSatisfy(m -> assertThat(m.to()).isEqualTo("h1"));
    }

    @Test
    void theRegressionUsesItsWeights() {
        long[] bend = {100, 100, 100, 100, 100, 100, 100, 300, 500, 700};
        long[] flat = {700, 700, 700, 700, 700, 700, 700, 700, 700, 700};

        // a line through all ten is flatter than the newest rise; the weights see it
        assertThat(new LocalRegression(1.2, true).isOverloaded(700, 700, bend, 0, 10))
                .isTrue();
        assertThat(new LocalRegression(1.2, false).isOverloaded(700, 700, bend, 0, 10))
                .isFalse();
        assertThat(new LocalRegression(1.2, true).isOverloaded(700, 900, flat, 0, 10))
                .isFalse();
        assertThat(new LocalRegression(1.2, true).isOverloaded(700, 840, flat, 0, 10))
                .isTrue();
    }

    @Test
    void adaptiveThresholdsAreTheirFormulas() {
        long[] history = {400, 600, 400, 600, 400, 600, 400, 600, 400, 600, 400, 600};
        // median 500, every distance 100: MAD 0.1 of 1000; quartiles 400 and 600: IQR 0.2
        assertThat(new MedianAbsoluteDeviation(2.5).isOverloaded(751, 1000, history, 0, 12))
                .isTrue();
        assertThat(new MedianAbsoluteDeviation(2.5).isOverloaded(749, 1000, history, 0, 12))
                .isFalse();
        assertThat(new InterQuartileRange(1.5).isOverloaded(701, 1000, history, 0, 12))
                .isTrue();
        assertThat(new InterQuartileRange(1.5).isOverloaded(699, 1000, history, 0, 12))
                .isFalse();
        // with too few samples, 70 % decides
        assertThat(new MedianAbsoluteDeviation(2.5).isOverloaded(701, 1000, history, 0, 11))
                .isTrue();
        assertThat(new MedianAbsoluteDeviation(2.5).isOverloaded(700, 1000, history, 0, 11))
                .isFalse();
    }

    @Test
    void maximumCorrelationTakesTheOneThatGoesWithTheOthers() {
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .time(Instant.ofEpochSecond(600))
                .host("h", 10_000)
                .container("alone", "h", 300, 1)
                .container("sum", "h", 700, 5)
                .container("x", "h", 400, 3)
                .container("y", "h", 300, 4)
                .build();
        long[][] hosts = new long[9][1];
        long[][] containers = new long[9][];
        List<Instant> times = new ArrayList<>();
        Random random = new Random(3);
        for (int k = 0; k < 9; k++) {
            long x = random.nextInt(500);
            long y = random.nextInt(500);
            containers[k] = new long[] {random.nextInt(500), x + y + random.nextInt(3), x, y};
            times.add(Instant.ofEpochSecond(k * 60));
        }
        ClusterSnapshot past =
                snapshot.revise().history(new History(times, hosts, containers)).build();

        int[] candidates = {0, 1, 2, 3};
        assertThat(candidates[new MaximumCorrelation().select(past, 0, candidates, 4)])
                .isNotZero();
        // without a history the least memory decides
        assertThat(new MaximumCorrelation().select(snapshot, 0, candidates, 4)).isZero();
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyPlanIsValidStepByStepAndTheSameInAnyListingOrder(String name) {
        for (int seed = 0; seed < FLEETS; seed++) {
            try {
                List<Host> hosts = new ArrayList<>();
                List<Container> containers = new ArrayList<>();
                fill(new Random(seed), hosts, containers);
                ClusterSnapshot snapshot = withHistory(build(hosts, containers), seed);
                MigrationPlan plan =
                        Policies.create(name, EIGHTY.withSeed(seed)).plan(snapshot);
                carryOut(snapshot, plan);

                Collections.shuffle(hosts, new Random(~seed));
                Collections.shuffle(containers, new Random(seed * 31L));
                ClusterSnapshot shuffled = withHistory(build(hosts, containers), seed);
                assertThat(Policies.create(name, EIGHTY.withSeed(seed))
                                .plan(shuffled)
                                .migrations())
                        .isEqualTo(plan.migrations());
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError(name + ", seed " + seed + ": " + failure.getMessage(), failure);
            }
        }
    }

    private static void fill(Random random, List<Host> hosts, List<Container> containers) {
        int count = 1 + random.nextInt(12);
        for (int h = 0; h < count; h++) {
            hosts.add(new Host(
                    "h" + h,
                    1000 + 1000 * random.nextInt(4),
                    4000,
                    random.nextBoolean() ? Map.of(PowerModel.LABEL, "ml110-g4") : Map.of(),
                    random.nextInt(8) > 0));
            int on = random.nextInt(7);
            for (int c = 0; c < on; c++) {
                containers.add(
                        Container.of("c" + h + "-" + c, "h" + h, random.nextInt(700), random.nextInt(4000 / on) + 1));
            }
        }
    }

    private static ClusterSnapshot build(List<Host> hosts, List<Container> containers) {
        return ClusterSnapshot.builder()
                .time(Instant.ofEpochSecond(100_000))
                .hosts(hosts)
                .containers(containers)
                .build();
    }

    private static ClusterSnapshot withHistory(ClusterSnapshot snapshot, int seed) {
        int samples = seed % 31;
        long[][] hosts = new long[samples][snapshot.hostCount()];
        long[][] containers = new long[samples][snapshot.containerCount()];
        List<Instant> times = new ArrayList<>();
        for (int k = 0; k < samples; k++) {
            times.add(Instant.ofEpochSecond(k));
            for (int c = 0; c < snapshot.containerCount(); c++) {
                containers[k][c] = new Random(snapshot.containerId(c).hashCode() * 31L + k).nextInt(700);
            }
        }
        return snapshot.revise().history(new History(times, hosts, containers)).build();
    }

    private static void carryOut(ClusterSnapshot snapshot, MigrationPlan plan) {
        Map<String, Long> cpu = new HashMap<>();
        Map<String, Long> memory = new HashMap<>();
        Map<String, String> on = new HashMap<>();
        for (int c = 0; c < snapshot.containerCount(); c++) {
            String host = snapshot.hostId(snapshot.hostOf(c));
            on.put(snapshot.containerId(c), host);
            cpu.merge(host, snapshot.cpuMillicores(c), Long::sum);
            memory.merge(host, snapshot.memoryBytes(c), Long::sum);
        }
        for (Migration move : plan.migrations()) {
            int c = snapshot.containerIndex(move.container());
            Host to = snapshot.host(snapshot.hostIndex(move.to()));
            assertThat(on.put(move.container(), move.to())).isEqualTo(move.from());
            assertThat(to.schedulable()).isTrue();
            cpu.merge(move.from(), -snapshot.cpuMillicores(c), Long::sum);
            memory.merge(move.from(), -snapshot.memoryBytes(c), Long::sum);
            assertThat(cpu.merge(move.to(), snapshot.cpuMillicores(c), Long::sum))
                    .isLessThanOrEqualTo(to.capacityMillicores());
            assertThat(memory.merge(move.to(), snapshot.memoryBytes(c), Long::sum))
                    .isLessThanOrEqualTo(to.memoryBytes());
        }
    }
}
