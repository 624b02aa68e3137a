package org.livemigrate.scheduler.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.livemigrate.scheduler.cost.PreCopyRule.Decision.ANOTHER_ROUND;
import static org.livemigrate.scheduler.cost.PreCopyRule.Decision.FREEZE_NOT_SHRINKING;
import static org.livemigrate.scheduler.cost.PreCopyRule.Decision.FREEZE_ROUND_CAP;
import static org.livemigrate.scheduler.cost.PreCopyRule.Decision.FREEZE_SMALL_ENOUGH;

import org.junit.jupiter.api.Test;

class PreCopyRuleTest {
    private final PreCopyRule rule = new PreCopyRule(100, 3, 0.9);

    @Test
    void freezesWhenWhatIsLeftFitsTheBudget() {
        assertThat(rule.decide(0, 0, 100, 1000)).isEqualTo(FREEZE_SMALL_ENOUGH);
        assertThat(rule.decide(0, 0, 101, 1000)).isEqualTo(ANOTHER_ROUND);
    }

    @Test
    void freezesAtTheCapAndWhenItDoesNotShrink() {
        assertThat(rule.decide(3, 1000, 500, 1000)).isEqualTo(FREEZE_ROUND_CAP);
        assertThat(rule.decide(1, 1000, 901, 1000)).isEqualTo(FREEZE_NOT_SHRINKING);
        assertThat(rule.decide(1, 1000, 900, 1000)).isEqualTo(ANOTHER_ROUND);
        assertThat(new PreCopyRule(0, 0, 1).decide(0, 0, 1, 1)).isEqualTo(FREEZE_ROUND_CAP);
    }

    @Test
    void theDefaultsAreTheLineThroughTheReportsTwoRows() {
        Calibration c = Calibration.DEFAULT;
        double bytes = 268.7e6;
        assertThat(c.freezeFixedMs() + bytes * 1000 / c.storeBytesPerSecond()).isBetween(2740.0, 2760.0);
        assertThat(c.restoreMs(268_700_000)).isBetween(4050.0, 4070.0);
    }

    @Test
    void badFiguresAreExplained() {
        assertThatThrownBy(() -> new PreCopyRule(-1, 3, 0.9)).hasMessageContaining("budget");
        assertThatThrownBy(() -> new Calibration(0, 1, 1, 1, 1, 1, 1, 1, 0.1, 0.1, 0, 0, false))
                .hasMessageContaining("storeBytesPerSecond");
    }

    @Test
    void theFixedPartCountsAgainstTheBudget() {
        assertThat(rule.decide(1, 1000, 50, 1000, 50)).isEqualTo(FREEZE_SMALL_ENOUGH);
        assertThat(rule.decide(1, 1000, 51, 1000, 50)).isEqualTo(ANOTHER_ROUND);
    }

    @Test
    void whereTheFixedPartIsOverTheBudgetRoundsEndWhenTheyCanSaveLittle() {
        assertThat(rule.decide(1, 1000, 51, 1000, 1000)).isEqualTo(ANOTHER_ROUND);
        assertThat(rule.decide(1, 1000, 50, 1000, 1000)).isEqualTo(FREEZE_SMALL_ENOUGH);
    }
}
