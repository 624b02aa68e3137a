package org.livemigrate.experiments.tables;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.knowm.xchart.CategoryChart;
import org.livemigrate.benchmarks.migration.report.Published;
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

/**
 * The report's tables 3.1 to 3.3: what checkpoint and restore of its four workloads take, in its own figures and as
 * measured in a lab, absolute and as ratios to the CPU workload. Machines differ, so only the ratios compare.
 */
public final class ReportTables implements Experiment {
    private static final String REPORT = "the report";
    private static final List<String> WORKLOADS = List.of("cpu", "io", "memory", "mixed");
    private static final String BASE = "cpu";
    private static final int REPORTS_ROUNDS = 10;
    private static final String BY_RULE = "by its rule";
    private static final String NOT_SAID = "";

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("workloads", WORKLOADS.toString());
        parameters.put("statistic", "median, with its exact distribution-free interval");
        parameters.put("the_report", "t2.micro, EFS, 10 pre-dumps");
        return new Description(
                "report-tables",
                "The report's tables 3.1 to 3.3",
                "Do checkpoint and restore take here what the report measured, in proportion to its CPU workload?",
                Kind.MEASURED,
                Duration.ofSeconds(1),
                0,
                parameters,
                Set.of(Part.BENCHMARKS),
                MeasuredRows.REPORTS_WORKLOADS);
    }

    @Override
    public Table run(Run run) throws IOException {
        TableBuilder table = run.table(
                "source",
                "run",
                "engine",
                "pre_dumps",
                "workload",
                "migrations",
                "cpu_percent",
                "memory_mb",
                "checkpoint_ms",
                "checkpoint_low_ms",
                "checkpoint_high_ms",
                "restore_ms",
                "restore_low_ms",
                "restore_high_ms",
                "checkpoint_to_cpu",
                "restore_to_cpu",
                "felt_downtime_ms",
                "store",
                "machine",
                "kernel",
                "virtualisation",
                "load_average");
        Published.Row base = Published.ROWS.get(BASE);
        for (String workload : WORKLOADS) {
            Published.Row row = Published.ROWS.get(workload);
            table.row(
                    REPORT,
                    NOT_SAID,
                    "podman",
                    REPORTS_ROUNDS,
                    workload,
                    NOT_SAID,
                    cell(row.cpuPercent(), 2),
                    cell(row.memoryMb(), 1),
                    cell(row.checkpointMs(), 1),
                    NOT_SAID,
                    NOT_SAID,
                    cell(row.restoreMs(), 1),
                    NOT_SAID,
                    NOT_SAID,
                    cell(row.checkpointMs() / base.checkpointMs(), 2),
                    cell(row.restoreMs() / base.restoreMs(), 2),
                    NOT_SAID,
                    "EFS",
                    "t2.micro",
                    NOT_SAID,
                    NOT_SAID,
                    NOT_SAID);
        }
        for (Input input : MeasuredRows.REPORTS_WORKLOADS) {
            Map<Way, List<Row>> ways = MeasuredRows.read(run, input).stream()
                    .filter(row -> WORKLOADS.contains(row.workload()))
                    // what lies between is the subject of PreDumps
                    .filter(row -> MeasuredRows.isAdaptive(row)
                            || MeasuredRows.preDumps(row) == 0
                            || MeasuredRows.preDumps(row) == REPORTS_ROUNDS)
                    .collect(Collectors.groupingBy(Way::of, TreeMap::new, Collectors.toList()));
            ways.forEach((way, rows) -> add(table, MeasuredRows.name(input), way, rows));
        }
        return table.build();
    }

    /**
     * What makes migrations of one run comparable.
     *
     * @param preDumps how many, or what decided it
     */
    private record Way(String lab, String engine, String preDumps) implements Comparable<Way> {
        static Way of(Row row) {
            String preDumps = MeasuredRows.isAdaptive(row) ? BY_RULE : Integer.toString(MeasuredRows.preDumps(row));
            return new Way(row.lab(), row.engine(), preDumps);
        }

        @Override
        public int compareTo(Way other) {
            return Comparator.comparing(Way::lab)
                    .thenComparing(Way::engine, Comparator.reverseOrder())
                    .thenComparing(Way::preDumps)
                    .compare(this, other);
        }
    }

    private static void add(TableBuilder table, String run, Way way, List<Row> rows) {
        double baseCheckpoint = median(of(rows, BASE), Row::checkpointMs);
        double baseRestore = median(of(rows, BASE), Row::restoreMs);
        for (String workload : WORKLOADS) {
            List<Row> some = of(rows, workload);
            double[] checkpoints = values(some, Row::checkpointMs);
            double[] restores = values(some, Row::restoreMs);
            if (checkpoints.length == 0 || restores.length == 0) {
                continue;
            }
            Median checkpoint = Median.of(checkpoints);
            Median restore = Median.of(restores);
            Row.Environment environment = some.get(0).environment();
            table.row(
                    way.lab() + " lab",
                    run,
                    way.engine(),
                    way.preDumps(),
                    workload,
                    some.size(),
                    cell(median(some, Row::cpuMillicoresBefore) / 10, 1),
                    cell(median(some, Row::memoryBytesBefore) / 1e6, 1),
                    cell(checkpoint.value(), 1),
                    cell(checkpoint.low(), 1),
                    cell(checkpoint.high(), 1),
                    cell(restore.value(), 1),
                    cell(restore.low(), 1),
                    cell(restore.high(), 1),
                    cell(checkpoint.value() / baseCheckpoint, 2),
                    cell(restore.value() / baseRestore, 2),
                    cell(median(some, Row::downtimeFeltMs), 1),
                    some.get(0).store().fs() + ", " + some.get(0).store().cache() + " cache",
                    environment.machine(),
                    environment.kernel(),
                    environment.virtualisation(),
                    cell(median(some, row -> row.environment().loadAverage()), 1));
        }
    }

    private static List<Row> of(List<Row> rows, String workload) {
        return rows.stream().filter(row -> row.workload().equals(workload)).toList();
    }

    private static double[] values(List<Row> rows, Function<Row, ? extends Number> measure) {
        return rows.stream()
                .map(measure)
                .filter(Objects::nonNull)
                .mapToDouble(Number::doubleValue)
                .toArray();
    }

    private static double median(List<Row> rows, Function<Row, ? extends Number> measure) {
        return Median.value(values(rows, measure)).orElse(Double.NaN);
    }

    /** A number, or nothing where there is none. */
    private static Object cell(double value, int digits) {
        return Double.isFinite(value) ? Decimals.fixed(value, digits) : NOT_SAID;
    }

    @Override
    public Figure plot(Table data) {
        List<CategoryChart> panels = List.of(
                panel(real(data), "Checkpoint, on real processors", "checkpoint_ms", "checkpoint [ms]"),
                panel(real(data), "Restore, on real processors", "restore_ms", "restore [ms]"),
                panel(data, "Checkpoint, as a ratio", "checkpoint_to_cpu", "times the CPU workload's"),
                panel(data, "Restore, as a ratio", "restore_to_cpu", "times the CPU workload's"));
        return new Figure(
                "Bars for the report's workloads, one per source: the report's own figures and the medians measured here,"
                        + " for checkpoint and restore, in milliseconds (real processors only) and as ratios to the CPU workload. The report"
                        + " gives no numbers for I/O.",
                panels,
                2,
                760,
                400);
    }

    private static CategoryChart panel(Table data, String title, String column, String yTitle) {
        CategoryChart chart = Charts.bars(title, "workload", yTitle);
        for (String series : data.rows().map(ReportTables::series).distinct().toList()) {
            Table rows = data.where(row -> series(row).equals(series));
            chart.addSeries(
                    series,
                    WORKLOADS,
                    WORKLOADS.stream()
                            .map(workload -> number(rows.where("workload", workload), column))
                            .toList());
        }
        return chart;
    }

    /** Without emulated machines, which take so long that nothing else could be seen beside them. */
    private static Table real(Table data) {
        return data.where(row -> !row.text("machine").contains("TCG"));
    }

    /** A gap where nothing is known. */
    private static Double number(Table rows, String column) {
        return rows.size() == 0 || rows.only().text(column).isEmpty()
                ? null
                : Double.valueOf(rows.only().number(column));
    }

    private static String series(Table.Row row) {
        return row.text("source").equals(REPORT)
                ? REPORT
                : row.text("source") + " (" + row.text("run") + "), " + row.text("engine") + ", " + preDumps(row);
    }

    private static String preDumps(Table.Row row) {
        String preDumps = row.text("pre_dumps");
        return preDumps.equals("0")
                ? "no pre-dumps"
                : preDumps.equals(BY_RULE) ? "pre-dumps " + BY_RULE : preDumps + " pre-dumps";
    }

    @Override
    public Summary summarize(Table data) {
        List<String> parts = new ArrayList<>();
        for (String series : data.rows().map(ReportTables::series).distinct().toList()) {
            Table rows = data.where(row -> series(row).equals(series));
            List<String> ratios = new ArrayList<>();
            for (String workload : WORKLOADS) {
                Table some = rows.where("workload", workload);
                if (!workload.equals(BASE)
                        && number(some, "checkpoint_to_cpu") != null
                        && number(some, "restore_to_cpu") != null) {
                    ratios.add(some.only().text("checkpoint_to_cpu") + " and "
                            + some.only().text("restore_to_cpu") + " (" + workload + ")");
                }
            }
            Table base = rows.where("workload", BASE);
            if (!ratios.isEmpty() && base.size() == 1) {
                parts.add("in " + (series.equals(REPORT) ? series : "the " + series) + ", the CPU workload takes "
                        + Decimals.text(base.only().number("checkpoint_ms"), 0) + " ms to checkpoint and "
                        + Decimals.text(base.only().number("restore_ms"), 0)
                        + " ms to restore, and the others so many times that: " + String.join(", ", ratios));
            }
        }
        Table ours = data.where(row -> !row.text("source").equals(REPORT));
        double[] loads = ours.numbers("load_average");
        double most = DoubleStream.of(loads).max().orElseThrow();
        double least = DoubleStream.of(loads).min().orElseThrow();
        double fewest = DoubleStream.of(ours.numbers("migrations")).min().orElseThrow();
        return new Summary(
                capitalized(String.join("; ", parts)) + ".",
                "Little for the times, because the load average was between " + Decimals.text(least, 1)
                        + " and " + Decimals.text(most, 1) + " and a median rests on as few as "
                        + Decimals.text(fewest, 0)
                        + " migrations of one run (named in brackets, as its file; ratios stay within it, and what two runs have"
                        + " in common shows how far they are apart), on "
                        + String.join(" and on ", ours.distinct("machine"))
                        + ", and fairly for which workload costs more in the native lab, whose store is a warm local disk where"
                        + " the report's was EFS and whose kernel cannot track dirty pages, so that no pre-dump is made; the"
                        + " VM lab has that kernel and a network store but emulates its processors; to measure anew needs"
                        + " root and a lab (benchmarks/README.md).");
    }

    private static String capitalized(String text) {
        return text.isEmpty() ? text : Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
