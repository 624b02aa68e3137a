package org.livemigrate.experiments.optimality;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.scheduler.model.ClusterSnapshot;

class BestPlacementTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void the_optimum_is_what_trying_all_placements_gives(long seed) {
        ClusterSnapshot snapshot = new SkewedFleet(3, 3, seed).snapshot();

        long best = BestPlacement.provenOptimum(snapshot).orElseThrow();

        assertThat(best).as("seed %d", seed).isEqualTo(byTryingAll(snapshot, 0, new long[3]));
        assertThat(best).isGreaterThanOrEqualTo(BestPlacement.fractionalBound(snapshot));
    }

    private static long byTryingAll(ClusterSnapshot snapshot, int container, long[] load) {
        if (container == snapshot.containerCount()) {
            return Math.max(load[0], Math.max(load[1], load[2]));
        }
        long best = Long.MAX_VALUE;
        for (int h = 0; h < load.length; h++) {
            load[h] += snapshot.cpuMillicores(container);
            best = Math.min(best, byTryingAll(snapshot, container + 1, load));
            load[h] -= snapshot.cpuMillicores(container);
        }
        return best;
    }
}
