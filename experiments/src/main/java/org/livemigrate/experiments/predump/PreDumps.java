package org.livemigrate.experiments.predump;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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
    private static final String BY_RULE = "adaptive rule";
    private static final String MODELLED = "modelled";
    private static final String MEASURED = "measured";

    /** Drawn behind what was measured: a dirty rate of which chained pre-dumps take nearly all. */
    private static final String REFERENCE = "0.10";

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
                "lab",
                "engine",
                "workload",
                "dirty_rate_fraction",
                "rule",
                "rounds_allowed",
                "rounds_done",
                "downtime_ms",
                "total_ms",
                "bytes_moved",
                "migrations");
        for (int dirty : DIRTY_PERCENT) {
            for (int rounds = 0; rounds <= REPORTS_ROUNDS; rounds++) {
                // no budget and any shrinking: it stops for nothing but the number of rounds, or when nothing is left
                add(table, dirty, FIXED, new PreCopyRule(0, rounds, 1));
            }
            add(table, dirty, ADAPTIVE, PreCopyRule.DEFAULT);
        }
        MeasuredRows.read(run).stream()
                .filter(PreDumps::isComparable)
                .collect(Collectors.groupingBy(Way::of, TreeMap::new, Collectors.toList()))
                .forEach((way, rows) -> addMeasured(table, way, rows));
        return table.build();
    }

    /** Holds about as much memory as the model's container, and felt its downtime. */
    private static boolean isComparable(Row row) {
        return (row.workload().equals("memory") || row.workload().startsWith("dirty:256M"))
                && row.downtimeFeltMs() != null
                && row.totalMs() != null
                && row.bytesWritten() != null;
    }

    /**
     * What makes migrations comparable. Pre-dumps end at a number that was asked for, or by the rule, which may end them
     * differently each time.
     */
    private record Way(String lab, String engine, String workload, String rule, int allowed)
            implements Comparable<Way> {
        static Way of(Row row) {
            boolean adaptive = MeasuredRows.isAdaptive(row);
            return new Way(
                    row.lab(),
                    row.engine(),
                    row.workload(),
                    adaptive ? ADAPTIVE : FIXED,
                    adaptive ? row.rounds() : MeasuredRows.preDumps(row));
        }

        /** By how much is written, what is rewritten all the time last; a workload's fixed numbers before the rule. */
        @Override
        public int compareTo(Way other) {
            return Comparator.comparing(Way::lab)
                    .thenComparing(Way::engine, Comparator.reverseOrder())
                    .thenComparingDouble(Way::rate)
                    .thenComparing(Way::workload)
                    .thenComparing(Way::rule, Comparator.reverseOrder())
                    .thenComparingInt(Way::allowed)
                    .compare(this, other);
        }

        private double rate() {
            int at = workload.indexOf('@');
            return at < 0 ? Double.MAX_VALUE : Double.parseDouble(workload.substring(at + 1, workload.length() - 1));
        }
    }

    private static void addMeasured(TableBuilder table, Way way, List<Row> rows) {
        table.row(
                MEASURED,
                way.lab(),
                way.engine(),
                way.workload(),
                "",
                way.rule(),
                way.allowed(),
                rounds(median(rows, MeasuredRows::preDumps)),
                Decimals.fixed(median(rows, Row::downtimeFeltMs), 1),
                Decimals.fixed(median(rows, Row::totalMs), 1),
                Decimals.fixed(median(rows, Row::bytesWritten), 0),
                rows.size());
    }

    /** A median of two may lie between them. */
    private static String rounds(double median) {
        return Decimals.text(median, median == Math.rint(median) ? 0 : 1);
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
                "",
                "",
                "",
                Decimals.fixed(dirty / 100.0, 2),
                label,
                rule.maxRounds(),
                estimate.rounds(),
                Decimals.fixed(estimate.downtimeMs(), 1),
                Decimals.fixed(estimate.totalMs(), 1),
                Decimals.fixed(estimate.bytes(), 0),
                "");
    }

    @Override
    public Figure plot(Table data) {
        List<XYChart> panels = new ArrayList<>();
        panels.add(panel(data, "Downtime, modelled", "downtime_ms", "downtime [s]"));
        panels.add(panel(data, "Total time, modelled", "total_ms", "total time [s]"));
        Table measured = data.where("source", MEASURED);
        for (String lab : measured.distinct("lab")) {
            for (String engine : measured.where("lab", lab).distinct("engine")) {
                Table rows = measured.where("lab", lab).where("engine", engine);
                if (rows.where("rule", FIXED).distinct("rounds_allowed").size() > 1) {
                    String where = ", measured, " + engine + ", " + lab + " lab";
                    panels.add(ratios(data, rows, "Downtime" + where, "downtime_ms"));
                    panels.add(ratios(data, rows, "Total time" + where, "total_ms"));
                }
            }
        }
        return new Figure(
                "Lines over the number of pre-dump rounds, for downtime on the left and total migration time on the right:"
                        + " modelled, one line per dirty rate from nought to the store's own rate; below, for each engine, as"
                        + " measured, one line per workload, as ratios to no pre-dumps, with one of the modelled lines dashed"
                        + " behind them. Crosses mark where the adaptive rule stops.",
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
        Table adaptive = data.where("source", MODELLED).where("rule", ADAPTIVE);
        Charts.points(chart, BY_RULE, adaptive.numbers("rounds_done"), seconds(adaptive, column));
        chart.getStyler().setYAxisMin(0.0);
        return chart;
    }

    /** Machines differ by far, so what was measured stands beside the model as ratios; from a single one there is none. */
    private static XYChart ratios(Table data, Table measured, String title, String column) {
        XYChart chart = Charts.lines(title, "pre-dump rounds", "times that without pre-dumps");
        List<double[]> stops = new ArrayList<>();
        for (String workload : measured.distinct("workload")) {
            Table rows = measured.where("workload", workload);
            Table fixed = rows.where("rule", FIXED);
            if (fixed.size() > 1 && fixed.numbers("rounds_allowed")[0] == 0) {
                double base = fixed.numbers(column)[0];
                chart.addSeries(workload, fixed.numbers("rounds_done"), toFirst(fixed.numbers(column)));
                rows.where("rule", ADAPTIVE)
                        .rows()
                        .forEach(row -> stops.add(new double[] {row.number("rounds_done"), row.number(column) / base}));
            }
        }
        Table line = data.where("source", MODELLED).where("rule", FIXED).where("dirty_rate_fraction", REFERENCE);
        Charts.reference(
                chart,
                "modelled, " + Decimals.percent(Double.parseDouble(REFERENCE), 0) + " of the store's rate",
                line.numbers("rounds_allowed"),
                toFirst(line.numbers(column)));
        if (!stops.isEmpty()) {
            Charts.points(
                    chart,
                    BY_RULE,
                    stops.stream().mapToDouble(stop -> stop[0]).toArray(),
                    stops.stream().mapToDouble(stop -> stop[1]).toArray());
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
        Table measured = data.where("source", MEASURED);
        for (String lab : measured.distinct("lab")) {
            for (String engine : measured.where("lab", lab).distinct("engine")) {
                answer.append("; measured in the ")
                        .append(lab)
                        .append(" lab, ")
                        .append(engine)
                        .append(' ')
                        .append(measured.where("lab", lab).where("engine", engine).distinct("workload").stream()
                                .map(workload -> told(measured.where("lab", lab)
                                        .where("engine", engine)
                                        .where("workload", workload)))
                                .collect(Collectors.joining(", ")));
            }
        }
        double[] counts = measured.numbers("migrations");
        return new Summary(
                answer + ".",
                "Little, as far as the seconds go, because the modelled ones have rates derived from the report's table, the"
                        + " native lab's kernel cannot make pre-dumps and the VM lab emulates its processors, with medians of "
                        + Decimals.text(Arrays.stream(counts).min().orElseThrow(), 0)
                        + " to "
                        + Decimals.text(Arrays.stream(counts).max().orElseThrow(), 0)
                        + " migrations; podman's pre-dumps are whole dumps that its export carries all of, so they"
                        + " cost where the model's incremental ones pay; the model's shape, that rounds beyond the first few"
                        + " bring little to a slow writer and nothing to a fast one, follows from the geometric series"
                        + " and holds whatever the rates are.");
    }

    /** One workload by one engine: what it felt without pre-dumps, after the most, and by the rule. */
    private static String told(Table rows) {
        List<Table.Row> told = new ArrayList<>();
        List<Table.Row> fixed = rows.where("rule", FIXED).rows().toList();
        if (!fixed.isEmpty()) {
            told.add(fixed.get(0));
        }
        if (fixed.size() > 1) {
            told.add(fixed.get(fixed.size() - 1));
        }
        rows.where("rule", ADAPTIVE).rows().forEach(told::add);
        return told.stream()
                .map(row -> s(row, "downtime_ms") + " (" + s(row, "total_ms") + " in all) "
                        + (row.text("rule").equals(ADAPTIVE) ? "by the rule after " : "after ")
                        + row.text("rounds_done"))
                .collect(Collectors.joining(", ", rows.distinct("workload").get(0) + " ", ""));
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
