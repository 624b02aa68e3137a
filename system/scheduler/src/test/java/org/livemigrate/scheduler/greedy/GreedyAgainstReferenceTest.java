package org.livemigrate.scheduler.greedy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.scheduler.NaiveCluster;
import org.livemigrate.scheduler.RandomFleets;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.PlanListener;
import org.livemigrate.scheduler.plan.SearchMove;
import org.livemigrate.scheduler.policy.PolicyParameters;

/** The fast search makes the same moves as the paragraph read aloud, one by one, on thousands of awkward fleets. */
class GreedyAgainstReferenceTest {
    private static final int FLEETS_PER_BLOCK = 500;

    @ParameterizedTest(name = "fleets from seed {0}")
    @ValueSource(longs = {0, 10_000, 20_000, 30_000, 40_000, 50_000})
    void movesAreThoseOfTheReference(long firstSeed) {
        int moved = 0;
        for (long seed = firstSeed; seed < firstSeed + FLEETS_PER_BLOCK; seed++) {
            RandomFleets fleets = new RandomFleets(seed);
            ClusterSnapshot snapshot = fleets.draw().snapshot(seed);
            PolicyParameters parameters = fleets.parameters();
            ReferenceGreedy reference =
                    new ReferenceGreedy(new NaiveCluster(snapshot, parameters.headroom()), parameters.target());
            reference.run();

            List<ReferenceGreedy.Move> moves = new ArrayList<>();
            GreedySearch search =
                    new GreedySearch(snapshot, parameters.target(), parameters.headroom(), new PlanListener() {
                        @Override
                        public void onSearchMove(SearchMove move) {
                            moves.add(new ReferenceGreedy.Move(move.container(), move.from(), move.to()));
                        }
                    });
            search.run();

            assertThat(moves).as("moves, seed %d", seed).isEqualTo(reference.moves);
            assertThat(search.isTruncated()).as("truncated, seed %d", seed).isEqualTo(reference.truncated);
            for (int c = 0; c < snapshot.containerCount(); c++) {
                assertThat(snapshot.hostId(search.placement().hostOf(c)))
                        .as("end of %s, seed %d", snapshot.containerId(c), seed)
                        .isEqualTo(reference.cluster.placement.get(snapshot.containerId(c)));
            }
            moved += moves.size();
        }
        assertThat(moved).as("the fleets must be worth the test").isGreaterThan(1000);
    }
}
