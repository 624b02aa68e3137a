package org.livemigrate.scheduler.greedy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.Migration;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.plan.PlanListener;
import org.livemigrate.scheduler.plan.SearchMove;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.PolicyParameters;

/** The report's example: three hosts of 100, target 71 %. */
class GoldenCaseTest {
    private final ClusterSnapshot snapshot = ClusterSnapshot.builder()
            .host("v1", 1000)
            .host("v2", 1000)
            .host("v3", 1000)
            .container("c1", "v1", 600)
            .container("c2", "v1", 50)
            .container("c3", "v1", 200)
            .container("c4", "v1", 50)
            .container("c6", "v2", 680)
            .container("c5", "v3", 250)
            .container("c7", "v3", 250)
            .build();
    private final List<String> steps = new ArrayList<>();
    private final MigrationPlan plan = Policies.create(
                    "greedy",
                    PolicyParameters.target(Fraction.parsePercent("71")).withListener(new PlanListener() {
                        @Override
                        public void onHead(String hostId) {
                            steps.add("head " + hostId);
                        }

                        @Override
                        public void onSearchMove(SearchMove m) {
                            steps.add(String.format(
                                    Locale.ROOT,
                                    "%s %s %.2f>%.2f %s %.2f>%.2f",
                                    m.container(),
                                    m.from(),
                                    m.fromLoadBefore(),
                                    m.fromLoadAfter(),
                                    m.to(),
                                    m.toLoadBefore(),
                                    m.toLoadAfter()));
                        }
                    }))
            .plan(snapshot);

    @Test
    void theSearchGoesStepByStep() {
        assertThat(steps)
                .containsExactly("head v1", "c3 v1 0.90>0.70 v2 0.68>0.88", "head v2", "c3 v2 0.88>0.68 v3 0.50>0.70");
    }

    @Test
    void thePlanIsOneMigration() {
        assertThat(plan.migrations())
                .extracting(Migration::container, Migration::from, Migration::to)
                .containsExactly(org.assertj.core.groups.Tuple.tuple("c3", "v1", "v3"));
        assertThat(plan.migrations().get(0).reason().sentence())
                .isEqualTo("v1 is at 90.0 %, above the target of 71 %; v3 goes from 50.0 % to 70.0 %");
        assertThat(plan.rejections()).isEmpty();
        assertThat(plan.isBalanced()).isTrue();
        assertThat(plan.truncated()).isFalse();
    }

    @Test
    void theLoadsEndWithinTarget() {
        assertThat(plan.loadBefore().asMap())
                .containsEntry("v1", 0.9)
                .containsEntry("v2", 0.68)
                .containsEntry("v3", 0.5);
        assertThat(plan.loadAfter().asMap())
                .containsEntry("v1", 0.7)
                .containsEntry("v2", 0.68)
                .containsEntry("v3", 0.7);
    }
}
