package org.livemigrate.experiments.predump;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.statistics.Median;
import org.livemigrate.experiments.data.Decimals;
import org.livemigrate.experiments.data.Table;
import org.livemigrate.experiments.data.TableBuilder;
import org.livemigrate.experiments.experiment.Description;
import org.livemigrate.experiments.experiment.Experiment;
import org.livemigrate.experiments.experiment.Kind;
import org.livemigrate.experiments.experiment.Part;
import org.livemigrate.experiments.experiment.Run;
import org.livemigrate.experiments.experiment.Summary;
import org.livemigrate.experiments.measured.MeasuredRows;
import org.livemigrate.experiments.plot.Charts;
import org.livemigrate.experiments.plot.Figure;
import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.cost.PreCopyEstimate;
import org.livemigrate.scheduler.cost.PreCopyRule;

/**
 * The report's ten pre-dumps: downtime and total time over the number of rounds, for containers that dirty their memory
 * slowly or fast, and where the adaptive rule stops. Modelled, with what was measured of containers that hold as much
 * beside it.
 */
public final class PreDumps implements Experiment {
    /** The report's memory workload. */
    private static final long MEMORY_BYTES = 268_700_000;

    private static final int REPORTS_ROUNDS = 10;
    private static final List<Integer> DIRTY_PERCENT = List.of(0, 10, 25, 50, 75, 100);
    private static final String FIXED = "fixed";
    private static final String ADAPTIVE = "adaptive";
    private static final String MODELLED = "modelled";

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("memory_bytes", Long.toString(MEMORY_BYTES));
        parameters.put("rounds", "0 to " + REPORTS_ROUNDS);
        parameters.put("dirty_rate_percent_of_store_rate", DIRTY_PERCENT.toString());
        parameters.put("working_set_fraction", "1");
        parameters.put("calibration", Calibration.DEFAULT.toString());
        parameters.put("adaptive_rule", PreCopyRule.DEFAULT.toString());
        return new Description(
                "pre-dumps",
                "How many pre-dumps?",
                "What do the report's ten pre-dumps bring and cost, and does the adaptive rule stop at the right round?",
                Kind.MODELLED,
                Duration.ofSeconds(1),
                0,
                parameters,
                Set.of(Part.SCHEDULER, Part.BENCHMARKS),
                MeasuredRows.INPUTS);
    }

    /** All memory may be dirtied over and over, at that share of the rate at which it is copied, by one busy core. */
    private static Calibration calibration(int dirtyPercent) {
        Calibration base = Calibration.DEFAULT;
        return new Calibration(
                base.storeBytesPerSecond(),
                base.restoreBytesPerSecond(),
                base.freezeFixedMs(),
                base.restoreFixedMs(),
                base.storeBytesPerSecond() * dirtyPercent / 100.0,
                1.0,
                base.degradation(),
                base.sourceOverheadMillicores(),
                base.targetOverheadMillicores(),
                base.lazyRestore());
    }

    @Override
    public Table run(Run run) throws IOException {
        TableBuilder table = run.table(
                "source",
                "dirty_rate_fraction",
                "rule",
                "rounds_allowed",
                "rounds_done",
                "downtime_ms",
                "total_ms",
                "bytes_moved");
        for (int dirty : DIRTY_PERCENT) {
            for (int rounds = 0; rounds <= REPORTS_ROUNDS; rounds++) {
                // no budget and any shrinking: it stops for nothing but the number of rounds, or when nothing is left
                add(table, dirty, FIXED, new PreCopyRule(0, rounds, 1));
            }
            add(table, dirty, ADAPTIVE, PreCopyRule.DEFAULT);
        }
        MeasuredRows.read(run).stream()
                .filter(PreDumps::isComparable)
                .collect(Collectors.groupingBy(
                        row -> "measured, " + row.lab() + " lab, " + row.engine() + ", " + row.workload(),
                        TreeMap::new,
                        Collectors.groupingBy(MeasuredRows::preDumps, TreeMap::new, Collectors.toList())))
                .forEach((source, byRounds) ->
                        byRounds.forEach((rounds, rows) -> addMeasured(table, source, rounds, rows)));
        return table.build();
    }

    /** Holds about as much memory as the model's container, and felt its downtime. */
    private static boolean isComparable(Row row) {
        return (row.workload().equals("memory") || row.workload().startsWith("dirty:256M"))
                && row.downtimeFeltMs() != null
                && row.totalMs() != null
                && row.bytesWritten() != null;
    }

    private static void addMeasured(TableBuilder table, String source, int rounds, List<Row> rows) {
        table.row(
                source,
                "",
                FIXED,
                rounds,
                rounds,
                Decimals.fixed(median(rows, Row::downtimeFeltMs), 1),
                Decimals.fixed(median(rows, Row::totalMs), 1),
                Decimals.fixed(median(rows, Row::bytesWritten), 0));
    }

    private static double median(List<Row> rows, Function<Row, ? extends Number> measure) {
        return Median.value(rows.stream()
                        .map(measure)
                        .mapToDouble(Number::doubleValue)
                        .toArray())
                .orElseThrow();
    }

    private static void add(TableBuilder table, int dirty, String label, PreCopyRule rule) {
        PreCopyEstimate estimate = PreCopyEstimate.of(calibration(dirty), rule, MEMORY_BYTES, 1000);
        table.row(
                MODELLED,
                Decimals.fixed(dirty / 100.0, 2),
                label,
                rule.maxRounds(),
                estimate.rounds(),
                Decimals.fixed(estimate.downtimeMs(), 1),
                Decimals.fixed(estimate.totalMs(), 1),
                Decimals.fixed(estimate.bytes(), 0));
    }

    @Override
    public Figure plot(Table data) {
        List<XYChart> panels = new ArrayList<>();
        panels.add(panel(data, "Downtime, by dirty rate / store rate", "downtime_ms", "downtime [s]"));
        panels.add(panel(data, "Total time, by dirty rate / store rate", "total_ms", "total time [s]"));
        panels.add(ratios(data, "Downtime, measured beside modelled", "downtime_ms", "times that without pre-dumps"));
        panels.add(ratios(data, "Total time, measured beside modelled", "total_ms", "times that without pre-dumps"));
        return new Figure(
                "Lines over the number of pre-dump rounds, one per dirty rate from nought to the store's own rate, for"
                        + " downtime and for total migration time; crosses mark where the adaptive rule stops; below the same as"
                        + " ratios to no pre-dumps, where pluses are what was measured.",
                panels,
                2,
                720,
                440);
    }

    private static XYChart panel(Table data, String title, String column, String yTitle) {
        XYChart chart = Charts.lines(title, "pre-dump rounds", yTitle);
        Table fixed = data.where("source", MODELLED).where("rule", FIXED);
        for (String dirty : fixed.distinct("dirty_rate_fraction")) {
            Table line = fixed.where("dirty_rate_fraction", dirty);
            chart.addSeries(
                    "dirty rate " + Decimals.percent(Double.parseDouble(dirty), 0),
                    line.numbers("rounds_allowed"),
                    seconds(line, column));
        }
        Table adaptive = data.where("rule", ADAPTIVE);
        Charts.points(chart, "adaptive rule", adaptive.numbers("rounds_done"), seconds(adaptive, column));
        chart.getStyler().setYAxisMin(0.0);
        return chart;
    }

    /** Machines differ by far, so what was measured stands beside the model as ratios; from a single one there is none. */
    private static XYChart ratios(Table data, String title, String column, String yTitle) {
        XYChart chart = Charts.lines(title, "pre-dump rounds", yTitle);
        Table fixed = data.where("rule", FIXED);
        for (String dirty : fixed.where("source", MODELLED).distinct("dirty_rate_fraction")) {
            Table line = fixed.where("dirty_rate_fraction", dirty);
            chart.addSeries(
                    "dirty rate " + Decimals.percent(Double.parseDouble(dirty), 0),
                    line.numbers("rounds_allowed"),
                    toFirst(line.numbers(column)));
        }
        Table measured = fixed.where(row -> !row.text("source").equals(MODELLED));
        for (String source : measured.distinct("source")) {
            Table rows = measured.where("source", source);
            if (rows.size() > 1) {
                Charts.measured(chart, source, rows.numbers("rounds_done"), toFirst(rows.numbers(column)));
            }
        }
        chart.getStyler().setYAxisMin(0.0);
        return chart;
    }

    private static double[] toFirst(double[] values) {
        return Arrays.stream(values).map(value -> value / values[0]).toArray();
    }

    private static double[] seconds(Table table, String column) {
        return table.rows().mapToDouble(r -> r.number(column) / 1000).toArray();
    }

    @Override
    public Summary summarize(Table data) {
        StringBuilder answer = new StringBuilder();
        for (String dirty : List.of("0.10", "0.50", "1.00")) {
            Table rows = data.where("dirty_rate_fraction", dirty);
            Table.Row none = fixed(rows, 0);
            Table.Row ten = fixed(rows, REPORTS_ROUNDS);
            Table.Row adaptive = rows.where("rule", ADAPTIVE).only();
            answer.append(answer.length() == 0 ? "A container that dirties memory at " : "; at ")
                    .append(Decimals.percent(Double.parseDouble(dirty), 0))
                    .append(answer.indexOf("store") < 0 ? " of the store's rate" : "")
                    .append(answer.indexOf("stands") < 0 ? " stands still for " : " ")
                    .append(s(none, "downtime_ms"))
                    .append(" without pre-dumps, ")
                    .append(s(ten, "downtime_ms"))
                    .append(" after ten (")
                    .append(s(ten, "total_ms"))
                    .append(" in all) and ")
                    .append(s(adaptive, "downtime_ms"))
                    .append(" by the adaptive rule, which stops after ")
                    .append(adaptive.text("rounds_done"))
                    .append(" (")
                    .append(s(adaptive, "total_ms"))
                    .append(" in all)");
        }
        for (Table.Row row :
                data.where(r -> !r.text("source").equals(MODELLED)).rows().toList()) {
            answer.append("; ")
                    .append(row.text("source"))
                    .append(", with ")
                    .append(row.text("rounds_done").equals("0") ? "no" : row.text("rounds_done"))
                    .append(" pre-dumps the median is ")
                    .append(s(row, "downtime_ms"))
                    .append(" (")
                    .append(s(row, "total_ms"))
                    .append(" in all)");
        }
        return new Summary(
                answer + ".",
                "Little, as far as the seconds go, because the modelled ones have rates derived from the report's table, the"
                        + " native lab's kernel cannot make pre-dumps and the VM lab emulates its processors, with one"
                        + " migration of each kind; podman's pre-dumps are whole dumps that its export carries all of, so they"
                        + " cost where the model's incremental ones pay; the model's shape, that rounds beyond the first few"
                        + " bring little to a slow writer and nothing to a fast one, follows from the geometric series"
                        + " and holds whatever the rates are.");
    }

    private static Table.Row fixed(Table rows, int rounds) {
        return rows.where("rule", FIXED)
                .where("rounds_allowed", Integer.toString(rounds))
                .only();
    }

    private static String s(Table.Row row, String column) {
        return Decimals.text(row.number(column) / 1000, 2) + " s";
    }
}
