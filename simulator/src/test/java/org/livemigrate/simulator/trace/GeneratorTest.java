package org.livemigrate.simulator.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.simulator.trace.generate.Generator;
import org.livemigrate.simulator.trace.generate.GeneratorSpec;

class GeneratorTest {

    @ParameterizedTest
    @EnumSource
    void passesAreEqualAndSeedsAreNot(GeneratorSpec.Profile profile) {
        String text = "containers=20,days=0.5,profile=" + profile.name().toLowerCase(java.util.Locale.ROOT);
        Generator generator = new Generator(GeneratorSpec.parse(text + ",seed=1"));
        Trace first = Trace.of(generator);

        assertThat(Trace.of(generator).rows()).isDeepEqualTo(first.rows());
        assertThat(Trace.of(new Generator(GeneratorSpec.parse(text + ",seed=1")))
                        .rows())
                .isDeepEqualTo(first.rows());
        assertThat(Trace.of(new Generator(GeneratorSpec.parse(text + ",seed=2")))
                        .rows())
                .isNotEqualTo(first.rows());
        assertThat(first.samples()).isEqualTo(144);
        for (byte[] row : first.rows()) {
            for (byte sample : row) {
                assertThat(Samples.percent(sample)).isBetween(0.0, 100.0);
            }
        }
    }

    @Test
    void diurnalDemandHasTheMeanAskedForAndADaysWave() {
        Trace trace = Trace.of(new Generator(GeneratorSpec.parse("containers=500,days=1,profile=diurnal,mean=30")));
        double[] mean = new double[trace.samples()];
        for (int k = 0; k < mean.length; k++) {
            for (byte sample : trace.rows()[k]) {
                mean[k] += Samples.percent(sample) / 500;
            }
        }
        assertThat(java.util.Arrays.stream(mean).average().orElseThrow())
                .isCloseTo(30, org.assertj.core.data.Offset.offset(1.0));
        assertThat(java.util.Arrays.stream(mean).max().orElseThrow())
                .isGreaterThan(java.util.Arrays.stream(mean).min().orElseThrow() * 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"containers=0", "colour=red", "days=x", "profile=odd", "step=0s", "mean=101", "containers"})
    void badSpecsAreExplained(String text) {
        assertThatThrownBy(() -> GeneratorSpec.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--generate");
    }
}
