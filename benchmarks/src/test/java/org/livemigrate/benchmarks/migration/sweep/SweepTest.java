package org.livemigrate.benchmarks.migration.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SweepTest {

    private static Sweep sweep(List<Integer> rounds, List<Long> delays, int repeat, int warmup, long seed) {
        return new Sweep(
                List.of("cpu", "memory"),
                List.of("podman"),
                rounds,
                delays,
                List.of("none"),
                List.of(),
                List.of(),
                repeat,
                warmup,
                seed);
    }

    @Test
    void aDelayCountsFromTwoRoundsOn() {
        assertThat(sweep(List.of(0, 1, 5), List.of(0L, 1000L), 1, 0, 1).settings())
                .hasSize(2 * (1 + 1 + 2));
    }

    @Test
    void anEnginesOwnRuleEndsTheRoundsWhereItHasOneAndThereAreRounds() {
        Sweep sweep = new Sweep(
                List.of("cpu"),
                List.of("podman", "live"),
                List.of(0, 10),
                List.of(1000L),
                List.of("none"),
                List.of(500L, 2000L),
                List.of(),
                1,
                0,
                1);
        assertThat(sweep.settings().stream().map(Setting::key))
                .containsExactly(
                        "cpu/podman/0/1000ms/none",
                        "cpu/podman/10/1000ms/none",
                        "cpu/live/0/1000ms/none",
                        "cpu/live/10/1000ms/none/within500ms",
                        "cpu/live/10/1000ms/none/within2000ms");
    }

    @Test
    void whereAnEngineDoesNotCompressThereIsOneSettingForAllCompressions() {
        Sweep sweep = new Sweep(
                List.of("cpu"),
                List.of("podman", "live"),
                List.of(0),
                List.of(1000L),
                List.of("zstd", "gzip"),
                List.of(),
                List.of(),
                1,
                0,
                1);
        assertThat(sweep.settings().stream().map(Setting::key))
                .containsExactly("cpu/podman/0/1000ms/zstd", "cpu/podman/0/1000ms/gzip", "cpu/live/0/1000ms/none");
    }

    @Test
    void eachSettingMeetsTheStoreWithEachDelay() {
        Sweep sweep = new Sweep(
                List.of("cpu"),
                List.of("podman"),
                List.of(0, 2),
                List.of(1000L),
                List.of("none"),
                List.of(),
                List.of(0L, 5L),
                1,
                0,
                1);
        assertThat(sweep.settings().stream().map(Setting::key))
                .containsExactly(
                        "cpu/podman/0/1000ms/none/store0ms",
                        "cpu/podman/0/1000ms/none/store5ms",
                        "cpu/podman/2/1000ms/none/store0ms",
                        "cpu/podman/2/1000ms/none/store5ms");
    }

    @Test
    void warmUpFirstThenBlocksWithEachSettingOnceInAnOrderOfTheirOwn() {
        Sweep sweep = sweep(List.of(0, 1, 2, 3, 5, 10), List.of(0L), 3, 1, 7);
        List<Run> order = sweep.order();
        int block = sweep.settings().size();
        assertThat(order).hasSize(4 * block);
        assertThat(order.subList(0, block)).allMatch(Run::warmup);
        for (int b = 0; b < 4; b++) {
            assertThat(order.subList(b * block, (b + 1) * block).stream().map(Run::setting))
                    .containsExactlyInAnyOrderElementsOf(sweep.settings());
        }
        assertThat(order.subList(block, 2 * block).stream().map(Run::setting))
                .isNotEqualTo(order.subList(2 * block, 3 * block).stream().map(Run::setting));
        assertThat(order.stream().map(Run::key)).doesNotHaveDuplicates();
        assertThat(sweep(List.of(0, 1, 2, 3, 5, 10), List.of(0L), 3, 1, 7).order())
                .isEqualTo(order);
        assertThat(sweep(List.of(0, 1, 2, 3, 5, 10), List.of(0L), 3, 1, 8).order())
                .isNotEqualTo(order);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"cpus", "memory:", "memory:64", "dirty:64M", "memory:64M@3%", "dirty:64M@x%", "dirty:0M@1%"})
    void whatIsNoWorkloadIsRefusedWithAdvice(String name) {
        assertThatThrownBy(() -> Workload.parse(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name);
    }

    @Test
    void sizesAndRates() {
        Workload dirty = Workload.parse("dirty:256M@2.5%");
        assertThat(dirty.memoryBytes()).isEqualTo(256L << 20);
        assertThat(dirty.arguments())
                .containsSequence("--memory", "256M")
                .containsSequence("--dirty-per-second", "0.025");
        assertThat(Workload.parse("memory:1G").arguments()).doesNotContain("--dirty-per-second");
    }

    @Test
    void badNumbersAreNamed() {
        assertThatThrownBy(() -> sweep(List.of(101), List.of(0L), 1, 0, 1)).hasMessageContaining("--rounds 101");
        assertThatThrownBy(() -> sweep(List.of(), List.of(0L), 1, 0, 1)).hasMessageContaining("--rounds");
        assertThatThrownBy(() -> sweep(List.of(0), List.of(-1L), 1, 0, 1)).hasMessageContaining("--delay -1");
        assertThatThrownBy(() -> sweep(List.of(0), List.of(0L), 0, 0, 1)).hasMessageContaining("--repeat 0");
    }
}
