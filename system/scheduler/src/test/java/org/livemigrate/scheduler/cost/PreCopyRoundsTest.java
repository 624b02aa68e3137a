package org.livemigrate.scheduler.cost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.livemigrate.scheduler.cost.PreCopyRule.Decision.ANOTHER_ROUND;
import static org.livemigrate.scheduler.cost.PreCopyRule.Decision.FREEZE_NOT_SHRINKING;
import static org.livemigrate.scheduler.cost.PreCopyRule.Decision.FREEZE_ROUND_CAP;
import static org.livemigrate.scheduler.cost.PreCopyRule.Decision.FREEZE_SMALL_ENOUGH;

import org.junit.jupiter.api.Test;
import org.livemigrate.scheduler.cost.PreCopyRounds.Round;

class PreCopyRoundsTest {

    private static final double MB = 1e6;

    private final PreCopyRounds rounds = new PreCopyRounds(new PreCopyRule(250, 10, 0.9), 100, 256 * MB);

    @Test
    void aWorkloadThatRewritesEverythingIsGivenUpAfterTheFirstEvidence() {
        assertThat(rounds.decide(0)).isEqualTo(ANOTHER_ROUND);
        rounds.add(new Round(0, 1000, 256 * MB));
        assertThat(rounds.decide(1000)).as("nothing is known of the rate yet").isEqualTo(ANOTHER_ROUND);
        rounds.add(new Round(1000, 1000, 256 * MB));
        assertThat(rounds.decide(2000)).isEqualTo(FREEZE_NOT_SHRINKING);
    }

    @Test
    void aSecondRoundThatIsFasterAndHoldsEverythingIsEvidenceAllTheSame() {
        rounds.add(new Round(0, 7400, 256 * MB));
        rounds.add(new Round(7500, 6500, 255 * MB));
        assertThat(rounds.decide(14_000)).isEqualTo(FREEZE_NOT_SHRINKING);
        assertThat(rounds.predictedDowntimeMs(14_000)).as("all of it").isBetween(6600.0, 6700.0);
    }

    @Test
    void aWorkloadThatDirtiesLittleIsFrozenAsSoonAsThatIsKnown() {
        rounds.add(new Round(0, 1000, 256 * MB));
        rounds.add(new Round(1000, 50, 2.5 * MB));
        // 2.5 MB in the first second: since the second round began, a twentieth of it
        assertThat(rounds.decide(1050)).isEqualTo(FREEZE_SMALL_ENOUGH);
        assertThat(rounds.predictedDowntimeMs(1050)).isBetween(100.0, 101.0);
    }

    @Test
    void roundsGoOnWhileTheyShrinkAndTheBudgetIsNotMet() {
        rounds.add(new Round(0, 4000, 1000 * MB));
        rounds.add(new Round(4000, 2000, 500 * MB));
        // half of it again, 250 MB at 250 MB/s
        assertThat(rounds.decide(6000)).isEqualTo(ANOTHER_ROUND);
        assertThat(rounds.predictedDowntimeMs(6000)).isEqualTo(1100);
        rounds.add(new Round(6000, 1000, 250 * MB));
        rounds.add(new Round(7000, 500, 125 * MB));
        rounds.add(new Round(7500, 250, 62 * MB));
        assertThat(rounds.decide(7750)).isEqualTo(FREEZE_SMALL_ENOUGH);
    }

    @Test
    void nextToNothingIsFrozenAtOnce() {
        PreCopyRule rule = new PreCopyRule(250, 10, 0.9);
        // at an assumed 25 MB/s, beside 100 ms that no round shortens
        assertThat(new PreCopyRounds(rule, 100, 3 * MB).decide(0)).isEqualTo(FREEZE_SMALL_ENOUGH);
        assertThat(new PreCopyRounds(rule, 100, 4 * MB).decide(0)).isEqualTo(ANOTHER_ROUND);
    }

    @Test
    void theCapHoldsFromTheFirstRoundOn() {
        assertThat(new PreCopyRounds(new PreCopyRule(250, 0, 0.9), 0, 256 * MB).decide(0))
                .isEqualTo(FREEZE_ROUND_CAP);
        PreCopyRounds one = new PreCopyRounds(new PreCopyRule(250, 1, 0.9), 0, 256 * MB);
        one.add(new Round(0, 1, 1));
        assertThat(one.decide(1)).isEqualTo(FREEZE_ROUND_CAP);
    }

    @Test
    void whatIsLeftIsNeverMoreThanEverything() {
        rounds.add(new Round(0, 1000, 100 * MB));
        rounds.add(new Round(1000, 1000, 100 * MB));
        assertThat(rounds.predictedDowntimeMs(1_000_000)).isEqualTo(1100);
    }
}
