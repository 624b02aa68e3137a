package org.livemigrate.benchmarks.migration.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.statistics.Median;

/**
 * What migrations by one engine over one store cost, as the simulator's model has it: the freeze and the restore each
 * take a fixed time and a time for each byte, as the controller sees these phases, less what it saw of the freeze while the
 * container still ran.
 *
 * @param lab where it was measured
 * @param engine that moved
 * @param compression of the images
 * @param store they went through
 * @param freeze the phase, as far as the container stood still in it, against the bytes of the dump that it made; what
 *     pre-dumps wrote before is not its
 * @param restore the phase against the bytes read
 * @param besides what neither these nor the pre-dumps account for
 * @param round a pre-dump against the bytes it wrote; absent when there were none or they are too much alike
 * @param heldOut the error on each workload when the lines are fitted on the others
 * @param environment of the first row
 */
public record CostFit(
        String lab,
        String engine,
        String compression,
        Row.Store store,
        Line freeze,
        Line restore,
        Besides besides,
        Line round,
        List<HeldOut> heldOut,
        Row.Environment environment) {

    private static final String FREEZE = "freeze";
    private static final String RESTORE = "restore";

    /**
     * What the lines say of a workload that they were not fitted on.
     *
     * @param workload by name
     * @param n its migrations
     * @param feltMs median of the downtime that it felt
     * @param predictedMs median of freeze and restore by the lines
     * @param medianError of predicted against felt, a fraction; positive when the lines say too much
     * @param medianAbsoluteError likewise without its sign
     * @param totalMs median of the whole migration's time
     * @param predictedTotalMs likewise by the lines
     * @param medianTotalError of predicted against measured, a fraction
     */
    public record HeldOut(
            String workload,
            long n,
            double feltMs,
            double predictedMs,
            double medianError,
            double medianAbsoluteError,
            double totalMs,
            double predictedTotalMs,
            double medianTotalError) {}

    /**
     * All that a migration's time is made of.
     *
     * @param round empty where no line can be told from the noise: then pre-dumps copy as fast as the freeze
     */
    private record Lines(Line freeze, Line restore, Optional<Line> round, Besides besides) {

        /** Empty when the rows are too few or too much alike. */
        static Optional<Lines> through(List<Row> rows) {
            Optional<Line> round = rounds(rows).filter(Line::usable);
            return CostFit.freeze(rows)
                    .flatMap(freeze -> CostFit.restore(rows)
                            .map(restore -> new Lines(freeze, restore, round, besides(rows, freeze, round))));
        }

        private static Besides besides(List<Row> rows, Line freeze, Optional<Line> round) {
            return Besides.of(
                    rows.stream().mapToInt(row -> row.roundsDetail().size()).toArray(),
                    rows.stream()
                            .mapToDouble(row -> row.totalMs()
                                    - frozenMs(row)
                                    - row.phasesMs().get(RESTORE)
                                    - sum(row, each -> round.isPresent() ? each.ms() : freeze.rateMs(each.bytes())))
                            .toArray());
        }

        private static double sum(Row row, ToDoubleFunction<Row.Round> ms) {
            return row.roundsDetail().stream().mapToDouble(ms).sum();
        }

        double downtimeMs(Row row) {
            return freeze.ms(frozenBytes(row)) + restore.ms(row.bytesRead());
        }

        double totalMs(Row row) {
            return downtimeMs(row)
                    + sum(
                            row,
                            each -> round.map(line -> line.ms(each.bytes()))
                                    .orElseGet(() -> freeze.rateMs(each.bytes())))
                    + besides.ms(row.roundsDetail().size());
        }
    }

    /** One for each engine, store and compression that has enough rows; the others are named in {@code left}. */
    public static List<CostFit> of(List<Row> rows, List<String> left) {
        Map<String, List<Row>> groups = rows.stream()
                .filter(Row::counts)
                .filter(CostFit::measured)
                .collect(Collectors.groupingBy(
                        row -> row.lab() + ", engine " + row.engine() + ", compression " + row.compression() + ", "
                                + row.store(),
                        LinkedHashMap::new,
                        Collectors.toList()));
        List<CostFit> fits = new ArrayList<>();
        groups.forEach((name, group) -> {
            Optional<Lines> lines = Lines.through(group);
            if (lines.isPresent()) {
                Row first = group.get(0);
                fits.add(new CostFit(
                        first.lab(),
                        first.engine(),
                        first.compression(),
                        first.store(),
                        lines.get().freeze(),
                        lines.get().restore(),
                        lines.get().besides(),
                        rounds(group).orElse(null),
                        heldOut(group),
                        first.environment()));
            } else {
                left.add(name + ": " + group.size() + " rows are too few, or their sizes are too much alike");
            }
        });
        return fits;
    }

    private static boolean measured(Row row) {
        return row.bytes() != null
                && row.bytesRead() != null
                && row.downtimeFeltMs() != null
                && row.totalMs() != null
                && row.phasesMs().containsKey(FREEZE)
                && row.phasesMs().containsKey(RESTORE);
    }

    private static Optional<Line> freeze(List<Row> rows) {
        return Line.through(rows, CostFit::frozenBytes, CostFit::frozenMs);
    }

    /**
     * How much of the phase the container stood still. An engine may begin long before: {@code live} starts runc and CRIU
     * then, which wait at a gate. What the controller saw of the downtime and the container did not feel is that begin.
     */
    private static double frozenMs(Row row) {
        long phase = row.phasesMs().get(FREEZE);
        if (row.downtimeApiMs() == null) {
            return phase;
        }
        double before = Math.max(0, row.downtimeApiMs() - row.downtimeFeltMs());
        return Math.max(0, phase - before);
    }

    private static double frozenBytes(Row row) {
        return row.bytes()
                - row.roundsDetail().stream().mapToLong(Row.Round::bytes).sum();
    }

    private static Optional<Line> restore(List<Row> rows) {
        return Line.through(rows, Row::bytesRead, row -> row.phasesMs().get(RESTORE));
    }

    private static Optional<Line> rounds(List<Row> rows) {
        List<Row.Round> all =
                rows.stream().flatMap(row -> row.roundsDetail().stream()).toList();
        return Line.through(all, Row.Round::bytes, Row.Round::ms);
    }

    private static List<HeldOut> heldOut(List<Row> rows) {
        List<HeldOut> errors = new ArrayList<>();
        rows.stream().map(Row::workload).distinct().sorted().forEach(workload -> {
            List<Row> own =
                    rows.stream().filter(row -> row.workload().equals(workload)).toList();
            List<Row> others = rows.stream()
                    .filter(row -> !row.workload().equals(workload))
                    .toList();
            Lines.through(others).ifPresent(lines -> errors.add(heldOut(workload, own, lines)));
        });
        return errors;
    }

    private static HeldOut heldOut(String workload, List<Row> own, Lines lines) {
        double[] predicted = own.stream().mapToDouble(lines::downtimeMs).toArray();
        double[] predictedTotal = own.stream().mapToDouble(lines::totalMs).toArray();
        double[] felt = own.stream().mapToDouble(Row::downtimeFeltMs).toArray();
        double[] total = own.stream().mapToDouble(Row::totalMs).toArray();
        double[] error = errors(predicted, felt);
        return new HeldOut(
                workload,
                own.size(),
                Median.of(felt).value(),
                Median.of(predicted).value(),
                Median.of(error).value(),
                Median.of(Arrays.stream(error).map(Math::abs).toArray()).value(),
                Median.of(total).value(),
                Median.of(predictedTotal).value(),
                Median.of(errors(predictedTotal, total)).value());
    }

    private static double[] errors(double[] predicted, double[] measured) {
        return IntStream.range(0, measured.length)
                .mapToDouble(i -> predicted[i] / measured[i] - 1)
                .toArray();
    }
}
