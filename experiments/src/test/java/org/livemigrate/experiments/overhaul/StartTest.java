package org.livemigrate.experiments.overhaul;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.livemigrate.experiments.scenario.BalancedFleet;
import org.livemigrate.simulator.engine.FailureModel;
import org.livemigrate.simulator.engine.Scenario;
import org.livemigrate.simulator.trace.Samples;
import org.livemigrate.simulator.trace.Series;
import org.livemigrate.simulator.trace.Trace;

class StartTest {
    private static final int CONTAINERS = 18;

    /** That many containers of a core each that ask for 40 % of it, on four hosts of four cores. */
    private static int[] containersPerHost(Start start) {
        List<Series> series = IntStream.range(0, CONTAINERS)
                .mapToObj(c -> new Series("c" + (10 + c), 0, 0))
                .toList();
        byte[] row = new byte[CONTAINERS];
        Arrays.fill(row, Samples.encode(40));
        Trace trace = new Trace("t", series, 60_000, 0, new byte[][] {row}, 0);
        Scenario plain = BalancedFleet.scenario(trace, BalancedFleet.hosts(4), 60_000, FailureModel.NONE);
        int[] count = new int[4];
        Scenario scenario = start.of(plain, trace);
        for (int h = 0; h < count.length; h++) {
            String host = scenario.fleet().hosts().get(h).id();
            count[h] = (int) scenario.standing().values().stream()
                    .filter(s -> s.host().equals(host))
                    .count();
        }
        return count;
    }

    @Test
    void even_is_dealt_in_turn() {
        assertThat(containersPerHost(Start.EVEN)).containsExactly(5, 5, 4, 4);
    }

    @Test
    void skewed_is_twice_as_many_on_the_first_half() {
        assertThat(containersPerHost(Start.SKEWED)).containsExactly(6, 6, 3, 3);
    }

    @Test
    void packed_fills_to_80_percent_and_leaves_the_rest_empty() {
        assertThat(containersPerHost(Start.PACKED)).containsExactly(8, 8, 2, 0);
    }
}
