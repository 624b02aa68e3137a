package org.livemigrate.scheduler.greedy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.scheduler.NaiveCluster;
import org.livemigrate.scheduler.RandomFleets;
import org.livemigrate.scheduler.RandomFleets.Fleet;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.Migration;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.plan.Reason;
import org.livemigrate.scheduler.plan.RejectionCode;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.PolicyParameters;

/** What holds of every plan of every policy, checked by carrying it out on a naive cluster. */
class PlanPropertiesTest {
    private static final int FLEETS_PER_BLOCK = 400;

    @ParameterizedTest(name = "{0}, fleets from seed {1}")
    @CsvSource({
        "greedy,100000",
        "greedy,110000",
        "greedy,120000",
        "initial,130000",
        "initial,140000",
        "none,150000",
        "local-search,160000",
        "local-search,170000"
    })
    void everyPlanCanBeCarriedOutAsItStands(String policy, long firstSeed) {
        int migrations = 0;
        for (long seed = firstSeed; seed < firstSeed + FLEETS_PER_BLOCK; seed++) {
            RandomFleets fleets = new RandomFleets(seed);
            Fleet fleet = fleets.draw();
            PolicyParameters parameters = fleets.parameters();
            ClusterSnapshot snapshot = fleet.snapshot(seed);
            MigrationPlan plan = Policies.create(policy, parameters).plan(snapshot);

            NaiveCluster cluster = new NaiveCluster(snapshot, parameters.headroom());
            carryOut(plan, cluster, seed);
            checkSummary(plan, cluster, parameters.target(), seed);
            MigrationPlan otherListing = Policies.create(policy, parameters).plan(fleet.snapshot(~seed));
            assertThat(otherListing).as("another listing order, seed %d", seed).isEqualTo(plan);
            migrations += plan.migrations().size();
        }
        assertThat(migrations > 500 || policy.equals("none"))
                .as("the fleets must be worth the test: %d migrations", migrations)
                .isTrue();
    }

    private static void carryOut(MigrationPlan plan, NaiveCluster cluster, long seed) {
        Map<String, List<Migration>> perContainer = new HashMap<>();
        for (Migration migration : plan.migrations()) {
            String what = migration + ", seed " + seed;
            assertThat(cluster.placement.get(migration.container())).as(what).isEqualTo(migration.from());
            assertThat(cluster.isValid(migration.container(), migration.to()))
                    .as("valid when its turn comes: %s", what)
                    .isTrue();
            cluster.move(migration.container(), migration.to());
            assertThat(migration.reason().sentence()).as(what).isNotBlank();
            perContainer
                    .computeIfAbsent(migration.container(), c -> new ArrayList<>())
                    .add(migration);
        }
        assertThat(cluster.placement.keySet()).as("none lost, seed %d", seed).isEqualTo(cluster.containers.keySet());
        perContainer.forEach((container, moves) -> {
            long parked = moves.stream()
                    .filter(m -> m.reason().code() == Reason.Code.PARKING)
                    .count();
            assertThat(moves.size()).as("%s moves once, seed %d", moves, seed).isLessThanOrEqualTo(parked == 0 ? 1 : 2);
            assertThat(parked).as("%s, seed %d", moves, seed).isLessThanOrEqualTo(1);
        });
    }

    private static void checkSummary(MigrationPlan plan, NaiveCluster cluster, Fraction target, long seed) {
        List<String> over = new ArrayList<>();
        for (String host : cluster.hosts.keySet()) {
            if (cluster.isAbove(host, target)) {
                over.add(host);
            }
            assertThat(plan.loadAfter().load(host))
                    .as("load after of %s, seed %d", host, seed)
                    .isEqualTo(cluster.cpu(host).doubleValue()
                            / cluster.capacity(host).doubleValue());
        }
        assertThat(plan.overTarget()).as("left over target, seed %d", seed).isEqualTo(over);
        if (!plan.policy().equals("none")) {
            for (String host : over) {
                assertThat(plan.rejections())
                        .as("%s stays above target and something says why, seed %d", host, seed)
                        .anyMatch(r -> host.equals(r.from())
                                || host.equals(r.to())
                                || r.code() == RejectionCode.CYCLE
                                || r.code() == RejectionCode.TRUNCATED);
            }
        }
    }
}
