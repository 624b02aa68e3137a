package org.livemigrate.experiments.interval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.internal.chartpart.Chart;
import org.livemigrate.experiments.data.Table;

class IntervalAndTargetTest {
    private final IntervalAndTarget experiment = new IntervalAndTarget();

    /** Greedy alone overloads more at the shorter intervals, where it also brings hosts down; with guards none fails. */
    private static Table data() {
        StringBuilder csv = new StringBuilder("policy,target_fraction,interval_s,migrations_done,bytes_moved,"
                + "overload_time_fraction,unmet_demand_fraction,host_failures_where_hosts_fail,cascades_where_hosts_fail\n"
                + "none,0.60,15,0,0,0.05,0.005,9,2\n");
        for (int interval : List.of(15, 60, 300)) {
            csv.append("greedy,0.80,%d,40,8000000000,%s,0.02,%d,1\n"
                    .formatted(interval, interval < 300 ? "0.4" : "0.01", interval < 300 ? 7 : 0));
            csv.append("greedy with guards,0.80,%d,20,4000000000,0.02,0.001,0,0\n".formatted(interval));
        }
        return Table.parse(csv.toString());
    }

    @Test
    void the_answer_has_bytes_overload_and_what_an_interval_below_a_minute_does() {
        assertThat(experiment.summarize(data()).answer())
                .contains("overloaded for 5.00 % of the time", "there are 2 cascades")
                .contains("longer in 2 of 3 settings (for 40.00 % at 80 % every 15 s)")
                .contains("least at 80 % every 5 min (1.00 % overloaded, 40 migrations, 8 GB, 1 cascades)")
                .contains("every 15 s (2.00 % overloaded, 20 migrations, 4 GB, 0 cascades)");
    }

    @Test
    void a_point_at_nought_is_drawn_because_its_axis_is_linear() {
        List<XYChart> failures = experiment.plot(data()).panels().stream()
                .map(XYChart.class::cast)
                .filter(panel -> panel.getYAxisTitle().startsWith("host failures"))
                .toList();

        assertThat(failures).hasSize(2).allSatisfy(panel -> {
            assertThat(panel.getStyler().isYAxisLogarithmic()).isFalse();
            assertThat(panel.getSeries("target 80 %").getYData()).hasSize(3);
        });
        assertThat(experiment.plot(data()).panels())
                .extracting(Chart::getTitle)
                .containsOnly("greedy", "greedy with guards");
        assertThat(((XYChart) experiment.plot(data()).panels().get(0))
                        .getStyler()
                        .isYAxisLogarithmic())
                .as("overload, of which no setting has none")
                .isTrue();
    }
}
