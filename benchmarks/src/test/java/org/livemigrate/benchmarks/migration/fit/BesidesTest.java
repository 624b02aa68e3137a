package org.livemigrate.benchmarks.migration.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class BesidesTest {
    @Test
    void onceAndForEachRoundAreToldApartWhereRoundsDiffer() {
        Besides besides = Besides.of(new int[] {0, 1, 2, 5, 10}, new double[] {1000, 1200, 1400, 2000, 3000});

        assertThat(besides.setupMs()).isCloseTo(1000, within(1e-9));
        assertThat(besides.roundMs()).isCloseTo(200, within(1e-9));
        assertThat(besides.r2()).isCloseTo(1, within(1e-9));
        assertThat(besides.fewestRounds()).isZero();
        assertThat(besides.mostRounds()).isEqualTo(10);
        assertThat(besides.ms(4)).isCloseTo(1800, within(1e-9));
    }

    @Test
    void whereAllHaveAsManyTheMedianIsOfTheWhole() {
        assertThat(Besides.of(new int[] {2, 2, 2}, new double[] {900, 1000, 5000}))
                .isEqualTo(new Besides(1000, 0, 0, 3, 2, 2));
    }

    @Test
    void noRoundTakesLessThanNoTime() {
        assertThat(Besides.of(new int[] {0, 5, 10}, new double[] {1000, 900, 700}))
                .isEqualTo(new Besides(900, 0, 0, 3, 0, 10));
        assertThat(Besides.of(new int[] {0, 0}, new double[] {-50, -60}).setupMs())
                .isZero();
    }
}
