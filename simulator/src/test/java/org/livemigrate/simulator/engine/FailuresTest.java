package org.livemigrate.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.simulator.metrics.HostMeters;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Trace;

class FailuresTest {
    private static final long MIB = 1L << 20;

    private static Scenario scenario(Trace trace, String hosts, String failures) {
        return Runs.scenario(trace, hosts, 60_000, Runs.PRECOPY).withFailures(FailureModel.parse(failures));
    }

    @Test
    void aHostThatStaysSaturatedFailsAndItsContainersStartElsewhere() {
        // both on one host of three would be quiet; the first host alone is over
        Trace trace = Runs.trace(60_000, Runs.constant(10, 100, 20, 20), 1000, MIB);
        RunResult result = Runs.run(
                scenario(trace, "1x1000m+2x4000m", "saturation=95,for=2m,detect=2m,repair=0s"),
                Runs.once(),
                RunListener.NONE);

        assertThat(result.hostFailures()).isEqualTo(1);
        assertThat(result.containersLost()).isEqualTo(1);
        assertThat(result.hostFailuresCaused()).isZero();
        assertThat(result.cascades()).isZero();
        // unserved from minute 2 to minute 4, at 1000 of 1400 millicores
        assertThat(result.unmetDemand()).isCloseTo(2.0 * 1000 / (10 * 1400), offset(1e-9));
    }

    @Test
    void aShortPeakBringsNobodyDown() {
        int[][] rows = Runs.constant(10, 50, 50);
        rows[4] = new int[] {100, 50};
        Trace trace = Runs.trace(60_000, rows, 1000, MIB);

        assertThat(Runs.run(scenario(trace, "2x1000m", "saturation=95,for=2m"), Runs.once(), RunListener.NONE)
                        .hostFailures())
                .isZero();
    }

    @Test
    void whatAFailedHostLeavesBringsDownTheNext() {
        // three hosts: 100 %, 60 %, 60 %: the first's container lands on the second, and so on
        Trace trace = Runs.trace(60_000, Runs.constant(30, 100, 60, 60), 1000, MIB);
        RunResult result = Runs.run(
                scenario(trace, "3x1000m", "saturation=95,for=2m,detect=1m,repair=0s"), Runs.once(), RunListener.NONE);

        assertThat(result.hostFailures()).isEqualTo(3);
        assertThat(result.hostFailuresCaused()).isEqualTo(2);
        assertThat(result.cascades()).isEqualTo(1);
        assertThat(result.cascadeLargest()).isEqualTo(3);
    }

    @Test
    void randomFailuresComeAboutAsOftenAsTheirMeanSays() {
        Trace trace = Runs.trace(3_600_000, Runs.constant(1000, 10), 1000, MIB);
        RunResult result = Runs.run(
                scenario(trace, "20x4000m", "saturation=off,mtbf=100h,repair=1s"), Runs.once(), RunListener.NONE);

        // 20 hosts · 1000 h / 100 h = 200 expected, standard deviation 14
        assertThat(result.hostFailures()).isBetween(140L, 260L);
    }

    /** As {@link InvariantsTest}, with hosts that come and go: whoever is present stands on a host that is up, or on none. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void invariantsHoldWithFailures(long seed) {
        Scenario plain = InvariantsTest.scenario(seed);
        Scenario scenario = new Scenario(
                        plain.fleet(),
                        plain.workload(),
                        plain.sizes(),
                        plain.intervalMs(),
                        true,
                        false,
                        Placement.ROUND_ROBIN,
                        plain.migrations(),
                        Integer.MAX_VALUE,
                        5,
                        HostMeters.CloudSimReading.NONE,
                        FailureModel.parse("saturation=60,for=10s,detect=20s,repair=60s,mtbf=1h"))
                .withDestinations(plain.destinations());
        RunListener checker = new RunListener() {
            @Override
            public void onEvent(long nowUs, World world) {
                long[] demand = new long[world.hosts()];
                for (int c = 0; c < world.containers(); c++) {
                    int host = world.hostOf(c);
                    if (host >= 0) {
                        assertThat(world.isPresent(c)).isTrue();
                        assertThat(world.isUp(host)).isTrue();
                        demand[host] += world.cpuMillicores(c);
                    }
                }
                for (int h = 0; h < demand.length; h++) {
                    assertThat(world.hostMeters().demand(h))
                            .as("seed %d, host %d at %d µs", seed, h, nowUs)
                            .isEqualTo(demand[h] + world.flights().extraDemandOn(h));
                }
            }
        };
        RunResult result = Runs.run(scenario, new InvariantsTest.RandomPolicy(seed), checker);
        assertThat(Runs.run(scenario, new InvariantsTest.RandomPolicy(seed), RunListener.NONE)
                        .digest())
                .isEqualTo(result.digest());
    }

    @ParameterizedTest
    @ValueSource(strings = {"on", "saturation=x", "for=5", "speed=9", "saturation=95,,"})
    void badSpecsAreExplained(String text) {
        assertThatThrownBy(() -> FailureModel.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
