package org.livemigrate.protocol.stats;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatsDifferTest {

    private static final Instant NOW = Instant.EPOCH;

    private static ContainerSample sample(String id, long cpu) {
        return new ContainerSample(id, id, cpu, 0, Map.of());
    }

    @Test
    void theFirstMessageIsFullAndLaterOnesTellOnlyWhatChanged() {
        StatsDiffer differ = new StatsDiffer("h", "i", DiffThreshold.NONE);
        StatsDiff first = differ.next(List.of(sample("b", 2), sample("a", 1)), NOW);
        assertThat(first.full()).isTrue();
        assertThat(first.sequence()).isZero();
        assertThat(first.changed()).extracting(ContainerSample::id).containsExactly("a", "b");

        assertThat(differ.next(List.of(sample("a", 1), sample("b", 2)), NOW).isEmpty())
                .isTrue();

        StatsDiff third = differ.next(List.of(sample("a", 5), sample("c", 1)), NOW);
        assertThat(third.sequence()).isEqualTo(1);
        assertThat(third.changed()).extracting(ContainerSample::id).containsExactly("a", "c");
        assertThat(third.removed()).containsExactly("b");
    }

    @Test
    void slowDriftBelowTheThresholdIsToldOnceItHasAddedUp() {
        StatsDiffer differ = new StatsDiffer("h", "i", new DiffThreshold(10, 0));
        differ.next(List.of(sample("a", 100)), NOW);
        assertThat(differ.next(List.of(sample("a", 106)), NOW).isEmpty()).isTrue();
        assertThat(differ.next(List.of(sample("a", 112)), NOW).changed()).hasSize(1);
    }

    @Test
    void anEmptyHostIsToldOnce() {
        StatsDiffer differ = new StatsDiffer("h", "i", DiffThreshold.NONE);
        assertThat(differ.next(List.of(), NOW).isEmpty()).isFalse();
        assertThat(differ.next(List.of(), NOW).isEmpty()).isTrue();
    }

    /** Whatever happens at the sender, applying its messages in order gives its present state to within the threshold. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void appliedInOrderTheMessagesRebuildTheState(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        DiffThreshold threshold = new DiffThreshold(random.nextInt(20), 0);
        StatsDiffer differ = new StatsDiffer("h", "i", threshold);
        Map<String, ContainerSample> heard = new HashMap<>();
        long expectedSequence = 0;
        for (int round = 0; round < 200; round++) {
            List<ContainerSample> now = new ArrayList<>();
            for (int c = 0; c < 10; c++) {
                if (random.nextInt(4) > 0) {
                    now.add(sample("c" + c, random.nextInt(60)));
                }
            }
            if (random.nextInt(10) == 0) {
                differ.forget();
            }
            StatsDiff diff = differ.next(now, NOW);
            if (diff.isEmpty()) {
                continue;
            }
            assertThat(diff.sequence()).as("seed %d", seed).isEqualTo(expectedSequence++);
            if (diff.full()) {
                heard.clear();
            }
            diff.removed().forEach(heard::remove);
            diff.changed().forEach(sample -> heard.put(sample.id(), sample));
            assertThat(heard).as("seed %d", seed).hasSameSizeAs(now);
            for (ContainerSample sample : now) {
                assertThat(Math.abs(heard.get(sample.id()).cpuMillicores() - sample.cpuMillicores()))
                        .as("seed %d, container %s", seed, sample.id())
                        .isLessThanOrEqualTo(Math.max(0, threshold.cpuMillicores() - 1));
            }
        }
    }
}
