package org.livemigrate.scheduler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.scheduler.NaiveCluster;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.ClusterSnapshotBuilder;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.PlanOrdering.Ordered;
import org.livemigrate.scheduler.plan.PlanOrdering.Wish;

class PlanOrderingTest {
    private static Ordered order(ClusterSnapshot snapshot, Placement placement, String... moves) {
        List<Wish> wishes = new ArrayList<>();
        for (String move : moves) {
            String[] ends = move.split(">");
            wishes.add(new Wish(snapshot.containerIndex(ends[0]), snapshot.hostIndex(ends[1])));
        }
        return PlanOrdering.order(
                placement, Fraction.percent(80), wishes, w -> new Reason(Reason.Code.POLICY, "wished for"));
    }

    private static List<String> text(Ordered ordered) {
        return ordered.migrations().stream().map(Migration::toString).toList();
    }

    private static ClusterSnapshotBuilder swap() {
        return ClusterSnapshot.builder()
                .host("a", 1000)
                .host("b", 1000)
                .container("p", "a", 600)
                .container("q", "b", 600);
    }

    @Test
    void aMoveWaitsForTheRoomItNeeds() {
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host("a", 1000)
                .host("b", 1000)
                .host("c", 1000)
                .container("p", "a", 600)
                .container("q", "b", 600)
                .build();
        Ordered ordered = order(snapshot, new Placement(snapshot, Fraction.ZERO), "p>b", "q>c");
        assertThat(text(ordered)).containsExactly("q: b -> c", "p: a -> b");
        assertThat(ordered.rejections()).isEmpty();
    }

    @Test
    void aSwapIsUndoneByParking() {
        ClusterSnapshot snapshot =
                swap().host("c", 1000).host("d", 1000).container("r", "c", 300).build();
        Ordered ordered = order(snapshot, new Placement(snapshot, Fraction.ZERO), "p>b", "q>a");
        assertThat(text(ordered))
                .as("c would be above target, so d is the parking place")
                .containsExactly("p: a -> d", "q: b -> a", "p: d -> b");
        assertThat(ordered.migrations().get(0).reason().code()).isEqualTo(Reason.Code.PARKING);
    }

    @Test
    void aSwapWithNowhereToParkIsDropped() {
        ClusterSnapshot snapshot = swap().host("c", 500).build();
        Placement placement = new Placement(snapshot, Fraction.ZERO);
        Ordered ordered = order(snapshot, placement, "p>b", "q>a");
        assertThat(ordered.migrations()).isEmpty();
        assertThat(ordered.rejections())
                .extracting(Rejection::code)
                .containsExactly(RejectionCode.CYCLE, RejectionCode.CYCLE);
        assertThat(placement.moved()).isEmpty();
    }

    @Test
    void aWishWithoutRoomInTheEndIsBlocked() {
        ClusterSnapshot snapshot = swap().build();
        Ordered ordered = order(snapshot, new Placement(snapshot, Fraction.ZERO), "p>b");
        assertThat(ordered.rejections()).extracting(Rejection::code).containsExactly(RejectionCode.BLOCKED);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void permutationsOfFullHostsAreCarriedOut(long firstSeed) {
        int parked = 0;
        for (long seed = firstSeed * 100; seed < firstSeed * 100 + 50; seed++) {
            Random random = new Random(seed);
            int hosts = 3 + random.nextInt(8);
            ClusterSnapshotBuilder builder = ClusterSnapshot.builder();
            for (int h = 0; h < hosts; h++) {
                builder.host("h" + h, 1000);
            }
            // every host but the last is so full that nothing fits in before something has left
            List<String> moves = new ArrayList<>();
            for (int h = 0; h < hosts - 1; h++) {
                builder.container("c" + h, "h" + h, 501 + random.nextInt(400));
            }
            List<Integer> goals = new ArrayList<>();
            for (int h = 0; h < hosts - 1; h++) {
                goals.add(h);
            }
            Collections.shuffle(goals, random);
            for (int h = 0; h < hosts - 1; h++) {
                if (goals.get(h) != h) {
                    moves.add("c" + h + ">h" + goals.get(h));
                }
            }
            ClusterSnapshot snapshot = builder.build();
            Placement placement = new Placement(snapshot, Fraction.ZERO);
            Ordered ordered = order(snapshot, placement, moves.toArray(String[]::new));
            assertThat(ordered.rejections()).as("seed %d", seed).isEmpty();
            NaiveCluster cluster = new NaiveCluster(snapshot, Fraction.ZERO);
            for (Migration migration : ordered.migrations()) {
                assertThat(cluster.isValid(migration.container(), migration.to()))
                        .as("%s, seed %d", migration, seed)
                        .isTrue();
                cluster.move(migration.container(), migration.to());
                parked += migration.reason().code() == Reason.Code.PARKING ? 1 : 0;
            }
            for (int h = 0; h < hosts - 1; h++) {
                assertThat(cluster.placement.get("c" + h)).as("seed %d", seed).isEqualTo("h" + goals.get(h));
            }
        }
        assertThat(parked).as("cycles were drawn").isPositive();
    }
}
