package org.livemigrate.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.cost.PreCopyRule;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.simulator.engine.DestinationChoice.Moment;
import org.livemigrate.simulator.trace.Trace;

/** Three hosts, a container on each; {@code ca} leaves the first for the second at 60 s and takes 40 s for the copy. */
class DestinationChoiceTest {
    private static final int MIB = 1 << 20;
    private static final MigrationModel SLOW = MigrationModel.preCopy(
            new Calibration(10 * MIB, 100 * MIB, 1000, 1000, 0, 10 * MIB, 0, 0, 0, 0.1, 0, 0, false),
            PreCopyRule.DEFAULT);

    private final List<RunListener.MigrationRecord> ended = new ArrayList<>();
    private final RunListener listener = new RunListener() {
        @Override
        public void onMigration(MigrationRecord migration) {
            ended.add(migration);
        }
    };

    /** With what the three ask for until 80 s, when {@code ca} is under way, and from then on. */
    private Scenario scenario(Moment moment, int[] before, int[] after) {
        int[][] rows = new int[10][];
        for (int k = 0; k < rows.length; k++) {
            rows[k] = k < 4 ? before : after;
        }
        Trace trace = Runs.trace(20_000, rows, 1000, 400 * MIB);
        return Runs.scenario(trace, "3x1000m/4GiB", 60_000, SLOW)
                .withDestinations(new DestinationChoice(moment, Fraction.percent(80)));
    }

    private RunListener.MigrationRecord move(Moment moment, int[] before, int[] after) {
        ended.clear();
        Runs.run(scenario(moment, before, after), Runs.once("ca h000 h001"), listener);
        assertThat(ended).hasSize(1);
        return ended.get(0);
    }

    @Test
    void aDestinationThatFillsUpOnTheWayIsAvoidedByALateChoiceOnly() {
        int[] before = {50, 20, 20};
        int[] after = {50, 60, 20};

        assertThat(move(Moment.PLAN, before, after).to()).isEqualTo("h001");
        assertThat(move(Moment.BEGIN, before, after).to()).isEqualTo("h001");
        RunListener.MigrationRecord late = move(Moment.CHECKPOINT, before, after);
        assertThat(late.to()).isEqualTo("h002");
        assertThat(late.planned()).isEqualTo("h001");
        assertThat(late.committed()).isTrue();
    }

    @Test
    void aDestinationThatIsFullAtTheBeginningIsAvoidedThere() {
        int[] rows = {50, 60, 20};

        assertThat(move(Moment.PLAN, rows, rows).to()).isEqualTo("h001");
        assertThat(move(Moment.BEGIN, rows, rows).to()).isEqualTo("h002");
    }

    @Test
    void whereNoHostIsBetterThePlanStands() {
        int[] before = {50, 20, 20};
        int[] after = {50, 60, 60};

        assertThat(move(Moment.CHECKPOINT, before, after).to()).isEqualTo("h001");
    }

    @Test
    void whatIsOnItsWayCountsAsIfItWereThere() {
        // both would be above 80 % together, on either host
        int[][] rows = Runs.constant(10, 45, 10, 10, 45);
        Trace trace = Runs.trace(20_000, rows, 1000, 40 * MIB);
        Scenario scenario = Runs.scenario(trace, "3x1000m/4GiB", 60_000, SLOW)
                .withDestinations(new DestinationChoice(Moment.CHECKPOINT, Fraction.percent(80)));
        Runs.run(scenario, Runs.once("ca h000 h001", "cd h000 h001"), listener);

        assertThat(ended).extracting(RunListener.MigrationRecord::to).containsExactlyInAnyOrder("h001", "h002");
    }

    @Test
    void aDestinationThatFailsOnTheWayIsReplacedByALateChoiceOnly() {
        // the second host saturates at 80 s and fails at 90 s; the copy is done at 100 s
        int[] before = {50, 20, 20};
        int[] after = {50, 100, 20};
        for (Moment moment : Moment.values()) {
            Scenario scenario = scenario(moment, before, after)
                    .withFailures(FailureModel.parse("saturation=95,for=10s,detect=10m,repair=0s"));
            ended.clear();
            Runs.run(scenario, Runs.once("ca h000 h001"), listener);

            assertThat(ended).hasSize(1);
            assertThat(ended.get(0).committed()).as("%s", moment).isEqualTo(moment == Moment.CHECKPOINT);
        }
        assertThat(ended.get(0).to()).isEqualTo("h002");
    }

    @Test
    void aDestinationThatFailsBeforeAnythingIsCopiedIsReplacedByALateChoiceToo() {
        MigrationModel later = MigrationModel.preCopy(
                new Calibration(10 * MIB, 100 * MIB, 1000, 1000, 60_000, 10 * MIB, 0, 0, 0, 0.1, 0, 0, false),
                PreCopyRule.DEFAULT);
        Trace trace = Runs.trace(
                20_000,
                new int[][] {
                    {50, 20, 20},
                    {50, 20, 20},
                    {50, 20, 20},
                    {50, 20, 20},
                    {50, 100, 20},
                    {50, 100, 20},
                    {50, 20, 20},
                    {50, 20, 20},
                    {50, 20, 20},
                    {50, 20, 20},
                    {50, 20, 20},
                    {50, 20, 20}
                },
                1000,
                400 * MIB);
        for (Moment moment : Moment.values()) {
            ended.clear();
            Runs.run(
                    Runs.scenario(trace, "3x1000m/4GiB", 60_000, later)
                            .withDestinations(new DestinationChoice(moment, Fraction.percent(80)))
                            .withFailures(FailureModel.parse("saturation=95,for=10s,detect=10m,repair=0s")),
                    Runs.once("ca h000 h001"),
                    listener);

            assertThat(ended).hasSize(1);
            assertThat(ended.get(0).committed()).as("%s", moment).isEqualTo(moment == Moment.CHECKPOINT);
        }
        assertThat(ended.get(0).to()).isEqualTo("h002");
    }

    @Test
    void aMoveWithoutACheckpointCannotWaitForOne() {
        Trace trace = Runs.trace(20_000, Runs.constant(2, 10), 1000, MIB);
        Scenario literature = Runs.scenario(trace, "2x1000m/4GiB", 60_000, MigrationModel.literature());

        assertThatThrownBy(() ->
                        literature.withDestinations(new DestinationChoice(Moment.CHECKPOINT, Fraction.percent(80))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("checkpoint");
    }
}
