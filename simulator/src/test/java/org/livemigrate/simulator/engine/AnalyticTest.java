package org.livemigrate.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.cost.PreCopyEstimate;
import org.livemigrate.scheduler.cost.PreCopyRule;
import org.livemigrate.scheduler.power.PowerModel;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Trace;

/** What can be worked out on paper must come out of the engine to rounding. */
class AnalyticTest {
    private static final long GIB = 1L << 30;

    @Test
    void aSingleHostWithoutContentionGivesTheSumsOfItsDay() {
        Trace trace = Runs.trace(60_000, new int[][] {{10, 20}, {30, 40}}, 1000, GIB);
        RunResult result =
                Runs.run(Runs.scenario(trace, "1x1000m/4GiB", 60_000, Runs.PRECOPY), Runs.once(), RunListener.NONE);

        double joules = 60 * (PowerModel.ML110_G5.watts(0.3) + PowerModel.ML110_G5.watts(0.7));
        assertThat(result.energyKwh()).isCloseTo(joules / 3.6e6, withPercentage(1e-10));
        assertThat(result.slatah()).isZero();
        assertThat(result.unmetDemand()).isZero();
        assertThat(result.meanActiveHosts()).isEqualTo(1);
        assertThat(result.vmSamples()).isEqualTo(4);
    }

    @Test
    void contentionIsTheTimeAtAndTheDemandAboveCapacity() {
        Trace trace = Runs.trace(60_000, new int[][] {{50, 50}, {75, 75}, {10, 10}, {40, 30}}, 1000, GIB);
        RunResult result =
                Runs.run(Runs.scenario(trace, "1x1000m/4GiB", 60_000, Runs.PRECOPY), Runs.once(), RunListener.NONE);

        assertThat(result.slatah()).isEqualTo(2 / 4.0);
        assertThat(result.unmetDemand()).isCloseTo(500 / (1000.0 + 1500 + 200 + 700), offset(1e-12));
    }

    @Test
    void energyAndContentionDoNotDependOnTheSamplingInterval() {
        int[][] coarse = new int[24][];
        int[][] fine = new int[24 * 60][];
        for (int k = 0; k < fine.length; k++) {
            int hour = k / 60;
            coarse[hour] = new int[] {hour * 4, 100 - hour * 3, hour % 2 == 0 ? 90 : 5};
            fine[k] = coarse[hour];
        }
        RunResult few = Runs.run(
                Runs.scenario(Runs.trace(3_600_000, coarse, 1000, GIB), "2x1500m", 3_600_000, Runs.PRECOPY),
                Runs.once("ca h000 h001"),
                RunListener.NONE);
        RunResult many = Runs.run(
                Runs.scenario(Runs.trace(60_000, fine, 1000, GIB), "2x1500m", 3_600_000, Runs.PRECOPY),
                Runs.once("ca h000 h001"),
                RunListener.NONE);

        assertThat(few.migrations()).isEqualTo(1);
        assertThat(many.energyKwh()).isCloseTo(few.energyKwh(), withPercentage(1e-9));
        assertThat(many.slatah()).isCloseTo(few.slatah(), withPercentage(1e-9));
        assertThat(many.unmetDemand()).isCloseTo(few.unmetDemand(), withPercentage(1e-9));
        assertThat(many.imbalanceStdDev()).isCloseTo(few.imbalanceStdDev(), withPercentage(1e-9));
    }

    /** Two hours in which one container of 1 GiB, which uses so much CPU all the time, is moved once. */
    private static RunResult moveOne(
            Calibration calibration, PreCopyRule rule, long cpu, List<RunListener.MigrationRecord> records) {
        return Runs.run(
                Runs.scenario(
                        Runs.trace(3_600_000, Runs.constant(2, 100), cpu, GIB),
                        "2x4000m",
                        60_000,
                        MigrationModel.preCopy(calibration, rule)),
                Runs.once("ca h000 h001"),
                new RunListener() {
                    @Override
                    public void onMigration(MigrationRecord migration) {
                        records.add(migration);
                    }
                });
    }

    /** V₀/B·(1 − qⁿ⁺¹)/(1 − q) with q = D/B: the geometric series of the rounds. */
    @ParameterizedTest
    @CsvSource({"10000000,1.0", "40000000,1.0", "60000000,0.9", "0,1.0"})
    void preCopyWithAConstantDirtyRateIsAGeometricSeries(double dirtyPerCpuSecond, double workingSet) {
        Calibration calibration = new Calibration(
                100_000_000,
                1_000_000_000,
                100,
                200,
                0,
                100_000_000,
                0,
                dirtyPerCpuSecond,
                workingSet,
                0.1,
                0,
                0,
                false);
        PreCopyRule rule = new PreCopyRule(20, 10, 1);
        long cpu = 1000;
        double q = dirtyPerCpuSecond / 100_000_000;
        List<RunListener.MigrationRecord> records = new ArrayList<>();
        RunResult result = moveOne(calibration, rule, cpu, records);

        PreCopyEstimate estimate = PreCopyEstimate.of(calibration, rule, GIB, cpu);
        int n = estimate.rounds();
        double series = q == 1 ? n : (1 - Math.pow(q, n)) / (1 - q);
        double last = GIB * Math.pow(q, n) / 100_000_000 * 1000;
        assertThat(estimate.preCopyMs()).isCloseTo(GIB / 100_000_000.0 * 1000 * series, withPercentage(1e-6));
        assertThat(records).hasSize(1);
        RunListener.MigrationRecord record = records.get(0);
        assertThat(record.rounds()).isEqualTo(n);
        // each phase ends on a whole microsecond
        assertThat((record.frozenUs() - record.startedUs()) / 1000.0).isCloseTo(estimate.preCopyMs(), offset(0.02));
        assertThat(record.downtimeUs() / 1000.0).isCloseTo(estimate.downtimeMs(), offset(0.02));
        assertThat(record.downtimeUs() / 1000.0).isCloseTo(last + 300 + GIB / 1_000_000_000.0 * 1000, offset(0.02));
        double lost = (estimate.preCopyMs() * 0.1 + estimate.downtimeMs()) / 7_200_000;
        assertThat(result.pdm()).isCloseTo(lost, offset(1e-7));
        assertThat(result.bytesMoved()).isCloseTo(estimate.bytes(), withPercentage(1e-3));
    }

    /** The container runs at its source, unharmed while it is set up, and degraded in the rounds. */
    @Test
    void whatIsFixedAboutAMigrationAndItsRoundsComesOnTop() {
        Calibration calibration = new Calibration(
                50_000_000, 1_000_000_000, 100, 200, 5_000, 100_000_000, 700, 10_000_000, 1.0, 0.1, 50, 30, false);
        PreCopyRule rule = new PreCopyRule(20, 3, 1);
        List<RunListener.MigrationRecord> records = new ArrayList<>();
        RunResult result = moveOne(calibration, rule, 1000, records);

        // 11.4 s for all of it, then what was dirtied in the round before; the last copy half as fast
        double first = GIB / 100_000_000.0 + 0.7;
        double second = first * 0.1 + 0.7;
        double third = second * 0.1 + 0.7;
        double last = third * 0.1;
        PreCopyEstimate estimate = PreCopyEstimate.of(calibration, rule, GIB, 1000);
        assertThat(estimate.setupMs()).isEqualTo(5_000);
        assertThat(estimate.preCopyMs()).isCloseTo(1000 * (first + second + third), withPercentage(1e-6));
        assertThat(estimate.downtimeMs()).isCloseTo(2000 * last + 300 + GIB / 1e6, withPercentage(1e-6));
        assertThat(records).hasSize(1);
        RunListener.MigrationRecord record = records.get(0);
        assertThat(record.rounds()).isEqualTo(3);
        assertThat((record.frozenUs() - record.startedUs()) / 1000.0)
                .isCloseTo(5_000 + estimate.preCopyMs(), offset(0.02));
        assertThat((record.endedUs() - record.startedUs()) / 1000.0).isCloseTo(estimate.totalMs(), offset(0.02));
        double lost = (estimate.preCopyMs() * 0.1 + estimate.downtimeMs()) / 7_200_000;
        assertThat(result.pdm()).isCloseTo(lost, offset(1e-7));
    }

    @Test
    void copiesAtATimeShareTheStore() {
        Calibration calibration = new Calibration(GIB, GIB, 0, 0, 0, GIB, 0, 0, 0, 0, 0, 0, true);
        List<RunListener.MigrationRecord> records = new ArrayList<>();
        Runs.run(
                Runs.scenario(
                        Runs.trace(600_000, Runs.constant(1, 10, 10, 10), 1000, GIB),
                        "4x4000m",
                        60_000,
                        MigrationModel.preCopy(calibration, new PreCopyRule(0, 0, 1))),
                Runs.once("ca h000 h003", "cb h001 h003", "cc h002 h003"),
                new RunListener() {
                    @Override
                    public void onMigration(MigrationRecord migration) {
                        records.add(migration);
                    }
                });

        assertThat(records)
                .hasSize(3)
                .allSatisfy(r -> assertThat((r.endedUs() - r.startedUs()) / 1e6).isCloseTo(3, offset(1e-5)));
    }

    @Test
    void theLiteraturesMigrationTakesRamOverHalfAGigabitAndATenthOfTheCpu() {
        List<RunListener.MigrationRecord> records = new ArrayList<>();
        RunResult result = Runs.run(
                Runs.scenario(
                        Runs.trace(600_000, Runs.constant(2, 50), 1000, GIB),
                        "2x4000m",
                        60_000,
                        MigrationModel.literature()),
                Runs.once("ca h000 h001"),
                new RunListener() {
                    @Override
                    public void onMigration(MigrationRecord migration) {
                        records.add(migration);
                    }
                });

        // around 16 seconds for 1024 MB, as PowerDatacenter's comment says
        double seconds = 1024 / (1_000_000 / (2 * 8000.0));
        assertThat((records.get(0).endedUs() - records.get(0).startedUs()) / 1e6)
                .isCloseTo(seconds, offset(1e-6));
        assertThat(result.pdm()).isCloseTo(0.1 * seconds / 1200, offset(1e-9));
        assertThat(result.downtimeSumMs()).isZero();
    }
}
