package org.livemigrate.benchmarks.migration.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.statistics.Comparison;
import org.livemigrate.benchmarks.statistics.Median;
import org.livemigrate.benchmarks.statistics.Outliers;

/** The rows as the report lays its tables out: a line a workload; one table for each way of moving, then these compared. */
public final class RowTable {

    private static final double BYTES_PER_MB = 1e6;
    private static final double MILLICORES_PER_PERCENT = 10;
    private static final String BASE = "cpu";

    private static final List<String> ORDER = List.of("cpu", "io", "memory", "mixed");

    private RowTable() {}

    /** The whole text: tables, ratios, outliers, what failed. */
    public static String of(List<Row> rows) {
        StringBuilder text = new StringBuilder();
        Map<String, List<Row>> ways = rows.stream()
                .filter(row -> !row.warmup())
                .collect(Collectors.groupingBy(RowTable::way, LinkedHashMap::new, Collectors.toList()));
        ways.forEach(
                (way, some) -> text.append(way).append('\n').append(table(some)).append('\n'));
        ways.forEach((way, some) -> text.append(ratios(way, some)));
        text.append(WayTable.of(ways))
                .append(clients(ways))
                .append(outliers(rows))
                .append(failures(rows));
        long warm = rows.stream().filter(Row::warmup).count();
        if (warm > 0) {
            text.append(warm).append(" warm-up migrations are in the rows and in no figure here.\n");
        }
        return text.toString();
    }

    private static String way(Row row) {
        String store = row.store().fs() + ", " + row.store().cache() + " cache"
                + (row.store().delayMs() == null || row.store().delayMs() == 0
                        ? ""
                        : ", " + plain(row.store().delayMs()) + " ms delay");
        return "engine %s, %s pre-dump rounds%s, compression %s, lab %s, store %s"
                .formatted(
                        row.engine(),
                        row.downtimeBudgetMs() == null ? row.rounds() : "at most " + row.rounds(),
                        row.downtimeBudgetMs() != null
                                ? " for a downtime of " + row.downtimeBudgetMs() + " ms"
                                : row.rounds() > 1 ? " every " + row.delayMs() + " ms" : "",
                        row.compression(),
                        row.lab(),
                        store);
    }

    static Map<String, List<Row>> byWorkload(List<Row> rows) {
        Map<String, List<Row>> all = new LinkedHashMap<>();
        rows.stream()
                .map(Row::workload)
                .distinct()
                .sorted((a, b) -> {
                    int first = ORDER.contains(a) ? ORDER.indexOf(a) : ORDER.size();
                    int second = ORDER.contains(b) ? ORDER.indexOf(b) : ORDER.size();
                    return first != second ? first - second : a.compareTo(b);
                })
                .forEach(name -> all.put(
                        name,
                        rows.stream().filter(row -> row.workload().equals(name)).toList()));
        return all;
    }

    private static String table(List<Row> rows) {
        List<Map.Entry<String, List<Row>>> lines =
                new ArrayList<>(byWorkload(rows).entrySet());
        return AsciiTable.getTable(
                        lines,
                        List.of(
                                left("workload", Map.Entry::getKey),
                                left("CPU", e -> percent(e.getValue())),
                                right("memory MB", e -> median(e.getValue(), row -> mega(row.memoryBytesBefore()))),
                                right("checkpoint ms", e -> interval(e.getValue(), Row::checkpointMs)),
                                right("restore ms", e -> interval(e.getValue(), Row::restoreMs)),
                                right("frozen by CRIU ms", e -> median(e.getValue(), Row::freezeMs)),
                                right("felt ms", e -> interval(e.getValue(), Row::downtimeFeltMs)),
                                right("floor ms", e -> median(e.getValue(), Row::floorMs)),
                                right("above it", e -> median(e.getValue(), Row::aboveFloorMs)),
                                right("p99 gap before", e -> median(e.getValue(), Row::gapP99BeforeMs)),
                                right("API ms", e -> median(e.getValue(), Row::downtimeApiMs)),
                                right("total ms", e -> median(e.getValue(), Row::totalMs)),
                                right("written MB", e -> median(e.getValue(), row -> mega(row.bytesWritten()))),
                                right(
                                        "n",
                                        e -> Long.toString(e.getValue().stream()
                                                .filter(Row::counts)
                                                .count())),
                                right(
                                        "not",
                                        e -> Long.toString(e.getValue().stream()
                                                .filter(row -> !row.counts())
                                                .count()))))
                + "\nMedians; in brackets the median's exact confidence interval, "
                + levels(lines)
                + ". Floor: freezing, writing the last dump's pages, restoring the process tree, by CRIU's clock.\n";
    }

    static <T> ColumnData<T> left(String name, Function<T, String> cell) {
        return new Column().header(name).dataAlign(HorizontalAlign.LEFT).with(cell);
    }

    static <T> ColumnData<T> right(String name, Function<T, String> cell) {
        return new Column().header(name).dataAlign(HorizontalAlign.RIGHT).with(cell);
    }

    private static String levels(List<Map.Entry<String, List<Row>>> lines) {
        return lines.stream()
                .map(line -> values(line.getValue(), Row::totalMs))
                .filter(values -> values.length > 0)
                .map(values -> String.format(
                        Locale.ROOT,
                        "%.1f %% with n = %d",
                        100 * Median.of(values).level(),
                        values.length))
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /** Each workload against the CPU one, ours beside the report's. */
    private static String ratios(String way, List<Row> rows) {
        Map<String, List<Row>> lines = byWorkload(rows);
        double[] baseDump = values(lines.getOrDefault(BASE, List.of()), Row::checkpointMs);
        double[] baseRestore = values(lines.getOrDefault(BASE, List.of()), Row::restoreMs);
        if (baseDump.length == 0 || baseRestore.length == 0 || lines.size() < 2) {
            return "";
        }
        StringBuilder text = new StringBuilder("As ratios to the CPU workload (" + way + "):\n");
        lines.forEach((name, some) -> {
            double[] dump = values(some, Row::checkpointMs);
            double[] restore = values(some, Row::restoreMs);
            if (!name.equals(BASE) && dump.length > 0 && restore.length > 0) {
                text.append("  ")
                        .append(name)
                        .append(": checkpoint ")
                        .append(comparison(baseDump, dump))
                        .append("; restore ")
                        .append(comparison(baseRestore, restore))
                        .append(published(name))
                        .append('\n');
            }
        });
        text.append("  restore / checkpoint:");
        lines.forEach((name, some) -> {
            double[] dump = values(some, Row::checkpointMs);
            double[] restore = values(some, Row::restoreMs);
            if (dump.length > 0 && restore.length > 0) {
                Published.Row report = Published.ROWS.get(name);
                text.append(String.format(
                        Locale.ROOT,
                        " %s %.2f%s",
                        name,
                        Median.of(restore).value() / Median.of(dump).value(),
                        report == null || Double.isNaN(report.restoreMs())
                                ? ";"
                                : String.format(
                                        Locale.ROOT, " (report %.2f);", report.restoreMs() / report.checkpointMs())));
            }
        });
        return text.append("\n\n").toString();
    }

    private static String comparison(double[] base, double[] other) {
        Comparison c = Comparison.of(base, other);
        return String.format(Locale.ROOT, "%.2f (Cliff's delta %+.2f, p %s)", c.ratio(), c.delta(), p(c));
    }

    static String p(Comparison c) {
        return String.format(Locale.ROOT, "%.3f%s", c.p(), c.exact() ? " exact" : "");
    }

    private static String published(String workload) {
        Published.Row row = Published.ROWS.get(workload);
        Published.Row base = Published.ROWS.get(BASE);
        if (row == null) {
            return "";
        }
        return Double.isNaN(row.checkpointMs())
                ? "; the report: \"similar\""
                : String.format(
                        Locale.ROOT,
                        "; the report: %.2f and %.2f",
                        row.checkpointMs() / base.checkpointMs(),
                        row.restoreMs() / base.restoreMs());
    }

    /** What clients met that were not moved with their servers. */
    private static String clients(Map<String, List<Row>> ways) {
        StringBuilder text = new StringBuilder();
        ways.forEach((way, some) -> byWorkload(some).forEach((name, rows) -> {
            List<Row.Replies> seen = rows.stream()
                    .filter(Row::counts)
                    .map(Row::replies)
                    .filter(replies -> replies != null && replies.longestGapMs() != null)
                    .toList();
            if (!seen.isEmpty()) {
                text.append(String.format(
                        Locale.ROOT,
                        "  %s (%s): %s ms without a reply, n = %d; %d replies while it was moved, %d wrong%n",
                        name,
                        way,
                        interval(rows, row -> row.replies().longestGapMs()),
                        seen.size(),
                        seen.stream().mapToLong(Row.Replies::during).sum(),
                        seen.stream().mapToLong(Row.Replies::wrong).sum()));
            }
        }));
        return text.isEmpty() ? "" : "Clients that stayed where they were, over one connection:\n" + text + "\n";
    }

    private static String outliers(List<Row> rows) {
        List<String> named = new ArrayList<>();
        Map<String, Function<Row, ? extends Number>> measures = new LinkedHashMap<>();
        measures.put("checkpointMs", Row::checkpointMs);
        measures.put("restoreMs", Row::restoreMs);
        measures.put("downtimeFeltMs", Row::downtimeFeltMs);
        rows.stream()
                .filter(Row::counts)
                .collect(Collectors.groupingBy(
                        row -> way(row) + row.workload(), LinkedHashMap::new, Collectors.toList()))
                .values()
                .forEach(cell -> measures.forEach((name, measure) -> Outliers.in(
                                cell.stream()
                                        .filter(row -> measure.apply(row) != null)
                                        .toList(),
                                row -> measure.apply(row).doubleValue())
                        .forEach(row -> named.add("  " + row.key() + ": " + name + " "
                                + plain(measure.apply(row).doubleValue())))));
        return named.isEmpty()
                ? ""
                : "Outliers (beyond Tukey's fences; they are in all figures):\n" + String.join("\n", named) + "\n";
    }

    private static String failures(List<Row> rows) {
        List<Row> failed = rows.stream()
                .filter(row -> !row.outcome().equals(Row.COMMITTED))
                .toList();
        return failed.isEmpty()
                ? ""
                : "Without success:\n"
                        + failed.stream()
                                .map(row -> "  " + row.key() + ": " + row.outcome() + ", " + row.reason())
                                .collect(Collectors.joining("\n"))
                        + "\n";
    }

    static double[] values(List<Row> rows, Function<Row, ? extends Number> measure) {
        return rows.stream()
                .filter(Row::counts)
                .map(measure)
                .filter(Objects::nonNull)
                .mapToDouble(Number::doubleValue)
                .toArray();
    }

    private static String interval(List<Row> rows, Function<Row, ? extends Number> measure) {
        double[] values = values(rows, measure);
        if (values.length == 0) {
            return "-";
        }
        Median m = Median.of(values);
        return plain(m.value()) + " [" + plain(m.low()) + ", " + plain(m.high()) + "]";
    }

    private static String median(List<Row> rows, Function<Row, ? extends Number> measure) {
        double[] values = values(rows, measure);
        return values.length == 0 ? "-" : plain(Median.of(values).value());
    }

    private static String percent(List<Row> rows) {
        double[] values = values(rows, Row::cpuMillicoresBefore);
        return values.length == 0
                ? "-"
                : String.format(Locale.ROOT, "%.1f %%", Median.of(values).value() / MILLICORES_PER_PERCENT);
    }

    private static Double mega(Long bytes) {
        return bytes == null ? null : bytes / BYTES_PER_MB;
    }

    private static String plain(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.1f" : "%.0f", value);
    }
}
