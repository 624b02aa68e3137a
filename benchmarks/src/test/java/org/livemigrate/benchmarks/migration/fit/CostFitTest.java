package org.livemigrate.benchmarks.migration.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.row.Rows;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.scheduler.cost.Calibration;

class CostFitTest {

    /** Two pre-dumps wrote as much as the freeze did each. Rows' phases are 100 ms longer than their commands, felt is the commands and 20.25 ms, and the API saw 200. */
    private static List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            rows.add(Rows.committed("cpu", i, 300, 200, 1_000_000));
            rows.add(Rows.committed("memory:64M", i, 300 + 4 * 63, 200 + 2 * 63, 64_000_000));
            rows.add(Rows.committed("memory", i, 300 + 4 * 255, 200 + 2 * 255, 256_000_000));
        }
        return rows.stream().map(CostFitTest::withPreDumps).toList();
    }

    /** Two that take 50 ms and 3 ms/MB. */
    private static Row withPreDumps(Row row) {
        long bytes = row.bytes() / 3;
        Row.Round round = new Row.Round(1, 50 + 3 * bytes / 1_000_000, bytes, bytes / 4096, 0L);
        return Rows.with(row, "roundsDetail", List.of(round, round));
    }

    @Test
    void theLinesThatMadeTheRowsComeBack() {
        List<String> left = new ArrayList<>();
        CostFit fit = CostFit.of(rows(), left).get(0);
        assertThat(left).isEmpty();
        // 396 as the controller saw it; 179.75 of it the container did not feel
        assertThat(fit.freeze().fixedMs()).isCloseTo(216.25, within(1e-6));
        assertThat(fit.freeze().msPerMB()).isCloseTo(4, within(1e-9));
        assertThat(fit.restore().msPerMB()).isCloseTo(2, within(1e-9));
        assertThat(fit.freeze().r2()).isCloseTo(1, within(1e-9));
        assertThat(fit.freeze().leastBytes()).isEqualTo(1_000_000);
        assertThat(fit.heldOut()).hasSize(3);
        CostFit.HeldOut memory = fit.heldOut().stream()
                .filter(e -> e.workload().equals("memory"))
                .findFirst()
                .orElseThrow();
        assertThat(memory.medianError()).isCloseTo(0, within(1e-9));
    }

    @Test
    void whatIsLeftOfTheTimeIsWhatAMigrationTakesBesides() {
        CostFit fit = CostFit.of(rows(), new ArrayList<>()).get(0);
        // 900 ms more than its commands: 100 of that in each phase, less the 179.75 that it still ran; and two
        // pre-dumps
        assertThat(fit.besides().setupMs()).isCloseTo(900 - 200 + 179.75 - 2 * (50 + 3 * 64), within(1e-6));
        assertThat(fit.round().fixedMs()).isCloseTo(50, within(1e-6));
        assertThat(fit.besides().roundMs()).isZero();
        assertThat(fit.besides().mostRounds()).isEqualTo(2);
    }

    @Test
    void aFreezeThatNobodySawFromOutsideIsTheWholePhase() {
        List<Row> rows = rows().stream()
                .map(row -> Rows.with(row, "downtimeApiMs", null))
                .toList();
        assertThat(CostFit.of(rows, new ArrayList<>()).get(0).freeze().fixedMs())
                .isCloseTo(396, within(1e-6));
    }

    @Test
    void whatIsWrittenTheSimulatorReads() {
        List<CostFit> fits = CostFit.of(rows(), new ArrayList<>());
        String json = Json.mapper().writeValueAsString(CalibrationDocument.of(fits.get(0), fits));
        Calibration read = Json.mapper().readValue(json, Calibration.class);
        assertThat(read.storeBytesPerSecond()).isEqualTo(250_000_000);
        assertThat(read.restoreBytesPerSecond()).isEqualTo(500_000_000);
        assertThat(read.freezeFixedMs()).isCloseTo(216.25, within(1e-6));
        assertThat(read.roundBytesPerSecond()).isEqualTo(333_333_333);
        assertThat(read.roundFixedMs()).isCloseTo(50, within(1e-6));
        assertThat(read.setupFixedMs()).isEqualTo(fits.get(0).besides().setupMs());
        assertThat(read.degradation()).isEqualTo(Calibration.DEFAULT.degradation());
    }

    @Test
    void preDumpsWithoutALineCopyAsFastAsTheFreeze() {
        List<Row> rows = rows().stream()
                .map(row -> Rows.with(
                        row,
                        "roundsDetail",
                        row.roundsDetail().stream()
                                .map(round -> new Row.Round(1, 500, round.bytes(), round.pages(), 0L))
                                .toList()))
                .toList();
        List<CostFit> fits = CostFit.of(rows, new ArrayList<>());
        Calibration read = CalibrationDocument.of(fits.get(0), fits).calibration();
        assertThat(read.roundBytesPerSecond()).isEqualTo(read.storeBytesPerSecond());
        assertThat(read.roundFixedMs()).isZero();
        // two pre-dumps of the median size at 4 ms/MB
        assertThat(read.setupFixedMs()).isCloseTo(900 - 200 + 179.75 - 2 * 4 * 64, within(1e-6));
    }

    @Test
    void rowsOfOneSizeAreNamedAndLeftOut() {
        List<String> left = new ArrayList<>();
        assertThat(CostFit.of(
                        rows().stream()
                                .filter(row -> row.workload().equals("cpu"))
                                .toList(),
                        left))
                .isEmpty();
        assertThat(left).singleElement().asString().contains("too much alike");
    }

    @Test
    void aRateLostInTheNoiseIsNoCalibration() {
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            rows.add(Rows.committed("cpu", i, 1000 * i, 200, 1_000_000));
            rows.add(Rows.committed("memory", i, 1000 * i + 1, 200, 256_000_000));
        }
        List<CostFit> fits = CostFit.of(rows, new ArrayList<>());
        assertThatThrownBy(() -> CalibrationDocument.of(fits.get(0), fits)).hasMessageContaining("no cost model");
    }
}
