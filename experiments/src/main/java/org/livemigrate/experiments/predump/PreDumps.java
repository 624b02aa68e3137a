package org.livemigrate.experiments.predump;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.statistics.Median;
import org.livemigrate.experiments.data.Decimals;
import org.livemigrate.experiments.data.Table;
import org.livemigrate.experiments.data.TableBuilder;
import org.livemigrate.experiments.experiment.Description;
import org.livemigrate.experiments.experiment.Experiment;
import org.livemigrate.experiments.experiment.Input;
import org.livemigrate.experiments.experiment.Kind;
import org.livemigrate.experiments.experiment.Part;
import org.livemigrate.experiments.experiment.Run;
import org.livemigrate.experiments.experiment.Summary;
import org.livemigrate.experiments.measured.MeasuredRows;
import org.livemigrate.experiments.plot.Charts;
import org.livemigrate.experiments.plot.Figure;
import org.livemigrate.experiments.plot.Palette;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.cost.PreCopyEstimate;
import org.livemigrate.scheduler.cost.PreCopyRule;

/**
 * The report's ten pre-dumps: downtime and total time over the number of rounds, for containers that rewrite their memory
 * slowly or fast, and where the adaptive rule stops. Modelled with what was fitted to each engine, and measured, in the
 * one lab whose kernel can make pre-dumps.
 */
public final class PreDumps implements Experiment {
    /** What {@code dirty:256M} holds; the report's memory workload holds as much. */
    private static final long MEMORY_BYTES = 256L << 20;

    private static final String LAB = "vm";
    private static final int REPORTS_ROUNDS = 10;

    /** Share of the memory that is rewritten in a second: those measured, and where {@code live}'s store begins to lose. */
    private static final List<Integer> REWRITTEN_PERCENT = List.of(0, 1, 5, 10, 20, 100);

    private static final String PODMAN = "podman";
    private static final String LIVE = "live";
    private static final Map<String, Input> CALIBRATIONS = new TreeMap<>(
            Map.of(PODMAN, calibration(PODMAN, "calibration"), LIVE, calibration(LIVE, "calibration-live")));

    private static final String FIXED = "fixed";
    private static final String ADAPTIVE = "adaptive";
    private static final String MODELLED = "modelled";
    private static final String MEASURED = "measured";
    private static final String NOT_KNOWN = "";

    /** Times that close count as the same, and the fewer rounds as the better. */
    private static final double SAME = 0.05;

    private static Input calibration(String engine, String file) {
        String path = "results/migrations-" + LAB + "/" + file + ".json";
        return new Input(
                path,
                "the cost model fitted to " + engine,
                "at " + path + " (benchmarks/bin/migration-bench fit ROWS --engine " + engine + ")");
    }

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("memory_bytes", Long.toString(MEMORY_BYTES));
        parameters.put("rounds", "0 to " + REPORTS_ROUNDS);
        parameters.put("rewritten_percent_per_s", REWRITTEN_PERCENT.toString());
        parameters.put("working_set_fraction", "1");
        parameters.put("adaptive_rule", PreCopyRule.DEFAULT.toString());
        return new Description(
                "pre-dumps",
                "How many pre-dumps?",
                "What do pre-dumps bring and cost over dirty rates, is the report's ten the right number, and where does the"
                        + " adaptive rule land?",
                Kind.MODELLED,
                Duration.ofSeconds(1),
                0,
                parameters,
                Set.of(Part.SCHEDULER, Part.BENCHMARKS),
                Stream.concat(MeasuredRows.INPUTS.stream(), CALIBRATIONS.values().stream())
                        .toList());
    }

    /** What was fitted, for a container whose one busy core rewrites that share of its memory a second, all of it in turn. */
    private static Calibration rewriting(Calibration fitted, int percent) {
        return fitted.withDirtying(MEMORY_BYTES * percent / 100.0, 1.0);
    }

    @Override
    public Table run(Run run) throws IOException {
        TableBuilder table = run.table(
                "source",
                "engine",
                "workload",
                "rewritten_percent_per_s",
                "rule",
                "rounds_allowed",
                "rounds_done",
                "downtime_ms",
                "total_ms",
                "bytes_moved",
                "migrations",
                "calibration");
        for (Map.Entry<String, Input> engine : CALIBRATIONS.entrySet()) {
            Calibration fitted =
                    Json.mapper().readValue(Files.readString(run.locate(engine.getValue())), Calibration.class);
            for (int percent : REWRITTEN_PERCENT) {
                Calibration calibration = rewriting(fitted, percent);
                for (int rounds = 0; rounds <= REPORTS_ROUNDS; rounds++) {
                    // no budget and any shrinking: it stops for nothing but the number of rounds, or when nothing is
                    // left
                    addModelled(table, engine, percent, FIXED, calibration, new PreCopyRule(0, rounds, 1));
                }
                addModelled(table, engine, percent, ADAPTIVE, calibration, PreCopyRule.DEFAULT);
            }
        }
        MeasuredRows.read(run).stream()
                .filter(PreDumps::isComparable)
                .collect(Collectors.groupingBy(Way::of, TreeMap::new, Collectors.toList()))
                .forEach((way, rows) -> addMeasured(table, way, rows));
        return table.build();
    }

    private static void addModelled(
            TableBuilder table,
            Map.Entry<String, Input> engine,
            int percent,
            String label,
            Calibration calibration,
            PreCopyRule rule) {
        PreCopyEstimate estimate = PreCopyEstimate.of(calibration, rule, MEMORY_BYTES, 1000);
        table.row(
                MODELLED,
                engine.getKey(),
                NOT_KNOWN,
                percent,
                label,
                rule.maxRounds(),
                estimate.rounds(),
                Decimals.fixed(estimate.downtimeMs(), 1),
                Decimals.fixed(estimate.totalMs(), 1),
                Decimals.fixed(estimate.bytes(), 0),
                NOT_KNOWN,
                engine.getValue().path());
    }

    /** Holds about as much memory as the model's container, where pre-dumps can be made, and felt its downtime. */
    private static boolean isComparable(Row row) {
        return row.lab().equals(LAB)
                && (row.workload().equals("memory") || row.workload().startsWith("dirty:256M"))
                && row.downtimeFeltMs() != null
                && row.totalMs() != null
                && row.bytesWritten() != null;
    }

    /**
     * What makes migrations comparable. Pre-dumps end at a number that was asked for, or by the rule, which may end them
     * differently each time.
     */
    private record Way(String engine, String workload, String rule, int allowed) implements Comparable<Way> {
        static Way of(Row row) {
            boolean adaptive = MeasuredRows.isAdaptive(row);
            return new Way(
                    row.engine(),
                    row.workload(),
                    adaptive ? ADAPTIVE : FIXED,
                    adaptive ? row.rounds() : MeasuredRows.preDumps(row));
        }

        /** By how much is rewritten, the unknown rate of what rewrites all the time last; fixed numbers before the rule. */
        @Override
        public int compareTo(Way other) {
            return Comparator.comparing(Way::engine)
                    .thenComparingInt(way -> way.rate().isEmpty() ? Integer.MAX_VALUE : Integer.parseInt(way.rate()))
                    .thenComparing(Way::workload)
                    .thenComparing(Way::rule, Comparator.reverseOrder())
                    .thenComparingInt(Way::allowed)
                    .compare(this, other);
        }

        /** Percent of the memory a second, where the workload says it. */
        private String rate() {
            int at = workload.indexOf('@');
            return at < 0 ? NOT_KNOWN : workload.substring(at + 1, workload.length() - 1);
        }
    }

    private static void addMeasured(TableBuilder table, Way way, List<Row> rows) {
        table.row(
                MEASURED,
                way.engine(),
                way.workload(),
                way.rate(),
                way.rule(),
                way.allowed(),
                rounds(median(rows, MeasuredRows::preDumps)),
                Decimals.fixed(median(rows, Row::downtimeFeltMs), 1),
                Decimals.fixed(median(rows, Row::totalMs), 1),
                Decimals.fixed(median(rows, Row::bytesWritten), 0),
                rows.size(),
                NOT_KNOWN);
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

    @Override
    public Figure plot(Table data) {
        List<XYChart> panels = new ArrayList<>();
        for (String engine : List.of(PODMAN, LIVE)) {
            Table rows = data.where("engine", engine);
            panels.add(panel(rows, engine + ": downtime", "downtime_ms", "felt downtime [s]"));
            panels.add(panel(rows, engine + ": total time", "total_ms", "total time [s]"));
        }
        return new Figure(
                "Felt downtime on the left and total migration time on the right, in seconds over the number of pre-dump"
                        + " rounds; podman above, live below. Lines are modelled with what was fitted to the engine, one per"
                        + " dirty rate in percent of the memory rewritten a second; points of the same colour are medians"
                        + " measured in the VM lab, for live where its adaptive rule stopped. Crosses mark where the rule stops"
                        + " in the model.",
                panels,
                2,
                720,
                440);
    }

    private static XYChart panel(Table rows, String title, String column, String yTitle) {
        XYChart chart = Charts.lines(title, "pre-dump rounds", yTitle);
        Table modelled = rows.where("source", MODELLED);
        Table fixed = modelled.where("rule", FIXED);
        List<String> rates = fixed.distinct("rewritten_percent_per_s");
        for (String rate : rates) {
            Table line = fixed.where("rewritten_percent_per_s", rate);
            chart.addSeries("modelled, " + rate + " %/s", line.numbers("rounds_allowed"), seconds(line, column))
                    .setMarker(SeriesMarkers.NONE);
        }
        Table measured = rows.where("source", MEASURED);
        for (String workload : measured.distinct("workload")) {
            Table some = measured.where("workload", workload);
            String rate = some.distinct("rewritten_percent_per_s").get(0);
            for (String rule : some.distinct("rule")) {
                Table points = some.where("rule", rule);
                XYSeries series = chart.addSeries(
                        "measured, " + (rate.equals(NOT_KNOWN) ? workload : rate + " %/s")
                                + (rule.equals(ADAPTIVE) ? ", the rule" : ""),
                        points.numbers("rounds_done"),
                        seconds(points, column));
                series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
                int line = rates.indexOf(rate);
                series.setMarker(line < 0 ? SeriesMarkers.TRIANGLE_UP : SeriesMarkers.CIRCLE);
                series.setMarkerColor(line < 0 ? Palette.INK : Palette.series()[line]);
            }
        }
        Table rule = modelled.where("rule", ADAPTIVE);
        Charts.points(chart, "modelled, the rule", rule.numbers("rounds_done"), seconds(rule, column));
        chart.getStyler().setYAxisMin(0.0);
        return chart;
    }

    private static double[] seconds(Table table, String column) {
        return table.rows().mapToDouble(r -> r.number(column) / 1000).toArray();
    }

    @Override
    public Summary summarize(Table data) {
        Table modelled = data.where("source", MODELLED);
        Table measured = data.where("source", MEASURED);
        return new Summary(
                measuredVerdict(Rate.of(measured.where("engine", PODMAN))) + "; "
                        + landings(measured.where("engine", LIVE).where("rule", ADAPTIVE)) + "; "
                        + modelledVerdict(Rate.of(modelled.where("engine", LIVE))) + ".",
                "Fairly for the order and little for the seconds: the lab's processors are emulated, "
                        + counts(measured)
                        + ", and the model (" + String.join(", ", modelled.distinct("calibration")) + ") gives "
                        + Stream.of(PODMAN, LIVE)
                                .map(engine -> beside(
                                        modelled.where("engine", engine), measured.where("engine", engine), engine))
                                .collect(Collectors.joining(" and "))
                        + ", because it does not know podman's whole dumps, one a round.");
    }

    /**
     * What was found at one dirty rate.
     *
     * @param fixed numbers of rounds, none and ten among them
     * @param rule where it stopped; no row where that is not known
     */
    private record Rate(String percent, Table fixed, Table rule) {
        static List<Rate> of(Table rows) {
            return rows.distinct("rewritten_percent_per_s").stream()
                    .filter(percent -> !percent.equals(NOT_KNOWN))
                    .map(percent -> rows.where("rewritten_percent_per_s", percent))
                    .filter(some ->
                            at(some, 0).isPresent() && at(some, REPORTS_ROUNDS).isPresent())
                    .map(some -> new Rate(
                            some.distinct("rewritten_percent_per_s").get(0),
                            some.where("rule", FIXED),
                            some.where("rule", ADAPTIVE)))
                    .toList();
        }

        double least(String column) {
            return Arrays.stream(fixed.numbers(column)).min().orElseThrow();
        }

        /** The fewest rounds that are as good as the least. */
        String best(String column) {
            return fixed.rows()
                    .filter(row -> row.number(column) <= least(column) * (1 + SAME))
                    .findFirst()
                    .orElseThrow()
                    .text("rounds_allowed");
        }

        /** What that row costs above the least. */
        double more(Table.Row row, String column) {
            return row.number(column) / least(column) - 1;
        }

        double ten(String column) {
            return more(at(fixed, REPORTS_ROUNDS).orElseThrow(), column);
        }
    }

    private static String measuredVerdict(List<Rate> rates) {
        long tens = rates.stream()
                .filter(rate -> rate.best("downtime_ms").equals(Integer.toString(REPORTS_ROUNDS)))
                .count();
        return rates.isEmpty()
                ? "No dirty rate is measured with podman both without and with ten pre-dumps"
                : "Ten is the right number at " + tens + " of " + rates.size()
                        + " dirty rates measured with podman: where "
                        + list(rates, Rate::percent)
                        + " % of the memory is rewritten a second, the least downtime (within "
                        + percent(SAME) + " %) takes " + list(rates, rate -> rate.best("downtime_ms"))
                        + " rounds, the least total time " + list(rates, rate -> rate.best("total_ms"))
                        + ", and ten cost " + list(rates, rate -> percent(rate.ten("downtime_ms")))
                        + " % more downtime and " + list(rates, rate -> percent(rate.ten("total_ms"))) + " % more time";
    }

    private static String modelledVerdict(List<Rate> rates) {
        return "modelled for live at " + list(rates, Rate::percent) + " %, "
                + list(rates, rate -> rate.best("downtime_ms")) + " are enough and its rule stops after "
                + list(rates, rate -> rate.rule().only().text("rounds_done")) + ", for up to "
                + most(rates, rate -> rate.more(rate.rule().only(), "downtime_ms")) + " % more downtime and "
                + most(rates, rate -> rate.more(rate.rule().only(), "total_ms")) + " % more time than the least";
    }

    private static String most(List<Rate> rates, ToDoubleFunction<Rate> cost) {
        return percent(rates.stream().mapToDouble(cost).max().orElseThrow());
    }

    private static String landings(Table rule) {
        return rule.size() == 0
                ? "no migration that live's rule ended is measured"
                : "live's rule stopped, measured, "
                        + rule.rows()
                                .map(row -> "after " + row.text("rounds_done") + " (" + row.text("workload") + ": "
                                        + s(row, "downtime_ms") + " felt, " + s(row, "total_ms") + " in all)")
                                .collect(Collectors.joining(" and "));
    }

    private static String counts(Table measured) {
        double[] counts = measured.numbers("migrations");
        return counts.length == 0
                ? "nothing is measured there"
                : "each median rests on "
                        + Decimals.text(Arrays.stream(counts).min().orElseThrow(), 0) + " to "
                        + Decimals.text(Arrays.stream(counts).max().orElseThrow(), 0) + " migrations";
    }

    /** How far the model is from what was measured. */
    private static String beside(Table modelled, Table measured, String engine) {
        List<double[]> ratios = measured.rows()
                .flatMap(row -> modelled.where(to -> Stream.of("rewritten_percent_per_s", "rule", "rounds_allowed")
                                .allMatch(column -> to.text(column).equals(row.text(column))))
                        .rows()
                        .map(to -> new double[] {
                            to.number("downtime_ms") / row.number("downtime_ms"),
                            to.number("total_ms") / row.number("total_ms")
                        }))
                .toList();
        return ratios.isEmpty()
                ? "nothing to hold beside " + engine
                : range(ratios, 0) + " times " + engine + "'s downtime and " + range(ratios, 1)
                        + " times its total time";
    }

    private static String range(List<double[]> ratios, int which) {
        double[] sorted =
                ratios.stream().mapToDouble(ratio -> ratio[which]).sorted().toArray();
        String least = Decimals.text(sorted[0], 1);
        String most = Decimals.text(sorted[sorted.length - 1], 1);
        return least.equals(most) ? least : least + " to " + most;
    }

    private static Optional<Table.Row> at(Table rows, int rounds) {
        return rows.where("rule", FIXED)
                .where("rounds_allowed", Integer.toString(rounds))
                .rows()
                .findFirst();
    }

    private static String list(List<Rate> rates, Function<Rate, String> what) {
        List<String> all = rates.stream().map(what).toList();
        int last = all.size() - 1;
        return all.stream().distinct().count() == 1
                ? all.get(0)
                : String.join(", ", all.subList(0, last)) + " and " + all.get(last);
    }

    private static String percent(double fraction) {
        return Decimals.text(100 * fraction, 0);
    }

    private static String s(Table.Row row, String column) {
        return Decimals.text(row.number(column) / 1000, 1) + " s";
    }
}
