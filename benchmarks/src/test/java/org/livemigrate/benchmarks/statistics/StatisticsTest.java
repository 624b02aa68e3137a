package org.livemigrate.benchmarks.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StatisticsTest {

    @Test
    void theMediansIntervalIsTheTextbooks() {
        // n = 10: the second and the ninth value, 97.9 %; n = 5: least and greatest, 93.75 %
        Median ten = Median.of(10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
        assertThat(ten).isEqualTo(new Median(10, 5.5, 2, 9, ten.level()));
        assertThat(ten.level()).isCloseTo(0.9785, within(1e-4));
        Median five = Median.of(5, 1, 4, 2, 3);
        assertThat(five).isEqualTo(new Median(5, 3, 1, 5, five.level()));
        assertThat(five.level()).isCloseTo(0.9375, within(1e-9));
        assertThatThrownBy(Median::of).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theIntervalCoversAsOftenAsItSays() {
        Random random = new Random(5);
        int covered = 0;
        for (int trial = 0; trial < 4_000; trial++) {
            double[] values = random.doubles(9).map(Math::exp).toArray();
            Median m = Median.of(values);
            covered += m.low() <= Math.exp(0.5) && Math.exp(0.5) <= m.high() ? 1 : 0;
        }
        assertThat(covered / 4_000.0)
                .isCloseTo(Median.of(1, 2, 3, 4, 5, 6, 7, 8, 9).level(), within(0.012));
    }

    @Test
    void completelySeparatedGroupsOfFive() {
        Comparison c = Comparison.of(new double[] {1, 2, 3, 4, 5}, new double[] {10, 11, 12, 13, 14});
        assertThat(c.ratio()).isEqualTo(4);
        assertThat(c.delta()).isEqualTo(1);
        assertThat(c.exact()).isTrue();
        // 2 of 252 arrangements
        assertThat(c.p()).isCloseTo(2 / 252.0, within(1e-12));
    }

    @Test
    void equalGroupsDoNotDiffer() {
        Comparison c = Comparison.of(new double[] {1, 2, 3}, new double[] {1, 2, 3});
        assertThat(c.delta()).isZero();
        assertThat(c.p()).isEqualTo(1);
    }

    @Test
    void largeGroupsUseTheApproximation() {
        double[] low = new Random(1).doubles(30).toArray();
        double[] high = new Random(2).doubles(30).map(x -> x + 0.5).toArray();
        Comparison c = Comparison.of(low, high);
        assertThat(c.exact()).isFalse();
        assertThat(c.p()).isLessThan(0.001);
        assertThat(c.delta()).isGreaterThan(0.5);
    }

    @Test
    void outliersAreNamed() {
        assertThat(Outliers.in(List.of(1.0, 1.1, 1.2, 1.3, 9.0), x -> x)).containsExactly(9.0);
        assertThat(Outliers.in(List.of(1.0, 1.1, 9.0), x -> x)).isEmpty();
    }
}
