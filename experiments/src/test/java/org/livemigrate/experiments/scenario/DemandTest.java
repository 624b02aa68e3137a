package org.livemigrate.experiments.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.livemigrate.simulator.engine.FailureModel;
import org.livemigrate.simulator.trace.Samples;
import org.livemigrate.simulator.trace.Series;
import org.livemigrate.simulator.trace.Trace;

class DemandTest {
    private static final List<Series> TWO = List.of(new Series("a", 1000, 1), new Series("b", 1000, 1));

    /** One container at 10, 30 and 50 %, and one that comes with the second sample at 0 and then 80 %. */
    private static Trace trace() {
        return new Trace(
                "t",
                TWO,
                300_000,
                0,
                new byte[][] {
                    {Samples.encode(10), Samples.ABSENT},
                    {Samples.encode(30), Samples.encode(0)},
                    {Samples.encode(50), Samples.encode(80)}
                },
                0);
    }

    private static byte[][] rows(double... percents) {
        return Arrays.stream(percents)
                .mapToObj(percent -> new byte[] {Samples.encode(percent), Samples.ABSENT})
                .toArray(byte[][]::new);
    }

    private static double[] percents(Trace trace, int container) {
        double[] percents = new double[trace.samples()];
        for (int k = 0; k < percents.length; k++) {
            byte sample = trace.rows()[k][container];
            percents[k] = sample == Samples.ABSENT ? -1 : Samples.percent(sample);
        }
        return percents;
    }

    @Test
    void what_is_looked_at_more_often_is_the_same_demand() {
        Trace often = Demand.sampledEvery(trace(), 100_000);

        assertThat(often.stepMs()).isEqualTo(100_000);
        assertThat(percents(often, 0)).containsExactly(10, 10, 10, 30, 30, 30, 50, 50, 50);
        assertThat(percents(often, 1)).containsExactly(-1, -1, -1, 0, 0, 0, 80, 80, 80);
        assertThatThrownBy(() -> Demand.sampledEvery(trace(), 70_000)).hasMessageContaining("300000 ms");
    }

    @Test
    void days_are_whole_and_begin_where_the_one_before_ends() {
        List<Trace> days = Demand.days(Demand.sampledEvery(
                new Trace("t", TWO, Duration.ofHours(8).toMillis(), 5, rows(10, 20, 30, 40, 50, 60, 70), 0),
                Duration.ofHours(4).toMillis()));

        assertThat(days)
                .extracting(Trace::startEpochMs)
                .containsExactly(5L, 5 + Duration.ofDays(1).toMillis());
        assertThat(percents(days.get(0), 0)).containsExactly(10, 10, 20, 20, 30, 30);
        assertThat(percents(days.get(1), 0)).containsExactly(40, 40, 50, 50, 60, 60);
        assertThatThrownBy(
                        () -> Demand.days(new Trace("t", TWO, Duration.ofDays(2).toMillis(), 5, rows(10, 20), 0)))
                .hasMessageContaining("172800000 ms");
    }

    @Test
    void burstiness_scales_the_deviations_from_each_containers_own_mean() {
        assertThat(percents(Demand.burstier(trace(), 0), 0)).containsExactly(30, 30, 30);
        assertThat(percents(Demand.burstier(trace(), 0), 1)).containsExactly(-1, 40, 40);
        assertThat(percents(Demand.burstier(trace(), 0.5), 0)).containsExactly(20, 30, 40);
        Trace recorded = trace();
        assertThat(Demand.burstier(recorded, 1)).isSameAs(recorded);
        assertThat(percents(Demand.burstier(trace(), 2), 0))
                .as("what would be below 0 or above 100 % is cut off")
                .containsExactly(0, 30, 70);
        assertThat(percents(Demand.burstier(trace(), 2), 1)).containsExactly(-1, 0, 100);
    }

    @Test
    void the_mean_load_is_over_the_whole_fleet() {
        // (100) + (300 + 0) + (500 + 800) millicores over three samples, on two hosts of 4000
        assertThat(Demand.meanLoad(
                        BalancedFleet.scenario(trace(), BalancedFleet.hosts(2), 300_000, FailureModel.NONE), trace()))
                .isCloseTo(1700 / 3.0 / 8000, within(1e-12));
    }
}
