package org.livemigrate.scheduler.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import org.junit.jupiter.api.Test;

class PowerModelTest {
    private static final double[] G4 = {86, 89.4, 92.6, 96, 99.5, 102, 106, 108, 112, 114, 117};

    @Test
    void readsEachPointOfTheTableAndStraightLinesBetween() {
        for (int i = 0; i <= 10; i++) {
            assertThat(PowerModel.ML110_G4.watts(i, 10)).as("at %d0 %%", i).isCloseTo(G4[i], offset(1e-9));
        }
        assertThat(PowerModel.ML110_G4.watts(0.55)).isCloseTo(104, offset(1e-9));
    }

    @Test
    void holdsUpToFullLoadAndBeyond() {
        for (double load = 0.9; load <= 2; load += 0.001) {
            assertThat(PowerModel.ML110_G5.watts(load)).isBetween(133.0 - 1e-9, 135.0);
        }
        assertThat(PowerModel.ML110_G5.watts(-1)).isEqualTo(93.7);
        assertThat(PowerModel.ML110_G5.watts(Double.NaN)).isEqualTo(93.7);
    }

    @Test
    void anUnknownModelIsExplained() {
        assertThatThrownBy(() -> PowerModel.named("abacus")).hasMessageContaining("ml110-g4, ml110-g5");
        assertThatThrownBy(() -> new PowerModel("short", 1, 2)).hasMessageContaining("11 readings");
    }
}
