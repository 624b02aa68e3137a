package org.livemigrate.benchmarks.scheduling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.plan.PlanListener;
import org.livemigrate.scheduler.plan.SearchMove;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.PolicyParameters;

/** A comparison of times means something only if both do the same work. */
class ReportSearchTest {
    @ParameterizedTest
    @CsvSource({"easy-60,true", "easy-60,false", "saturated-60,true", "saturated-60,false"})
    void theBaselineMakesTheSameMoves(String instance, boolean keepsLoads) {
        ClusterSnapshot snapshot = Instance.snapshot(instance);
        int[] moves = {0};
        MigrationPlan plan = Policies.create(
                        "greedy", PolicyParameters.target(Instance.TARGET).withListener(new PlanListener() {
                            @Override
                            public void onSearchMove(SearchMove move) {
                                moves[0]++;
                            }
                        }))
                .plan(snapshot);
        ReportSearch search = new ReportSearch(snapshot, Instance.TARGET, keepsLoads);
        assertThat(search.run()).isEqualTo(moves[0]).isPositive();
        for (int h = 0; h < snapshot.hostCount(); h++) {
            assertThat(search.load(snapshot.hostId(h)))
                    .isEqualTo(plan.loadAfter().load(h) * 100, within(1e-6));
        }
    }
}
