package org.livemigrate.benchmarks.migration.report;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.ColumnData;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.statistics.Comparison;
import org.livemigrate.benchmarks.statistics.RatioInterval;

/**
 * Two ways of moving the same workloads beside each other, a line a workload: another engine over podman's own,
 * compressed images over plain ones, and more pre-dumps, a longer delay between them, or a slower store over the least.
 */
final class WayTable {

    /** The engine that the report used. */
    private static final String BASE_ENGINE = "podman";

    private static final String UNCOMPRESSED = "none";

    private static final String NOTE = """
            Ratios of medians, in brackets their interval of 95 % by bootstrap, which covers less than that with few values;
            Cliff's delta; the Mann-Whitney test's p, of each comparison alone. n: the upper way's, the lower one's.
            """;

    /** From less to more of one thing, and all else alike; the least is what the others are compared with. */
    private static final List<BiPredicate<Row, Row>> STEPS =
            List.of(WayTable::moreRounds, WayTable::longerDelay, WayTable::slowerStore);

    /** The values of one workload, moved in two ways. */
    private record Line(String workload, List<Row> base, List<Row> other) {}

    private WayTable() {}

    /** @param ways rows by their way's name; nothing when no two of these can be compared */
    static String of(Map<String, List<Row>> ways) {
        StringBuilder text = new StringBuilder();
        ways.forEach((baseName, base) -> ways.forEach((name, other) -> {
            if (isBase(base.get(0), other.get(0), ways)) {
                List<Line> lines = lines(base, other);
                if (!lines.isEmpty()) {
                    text.append(name).append("\n  over ").append(baseName).append('\n');
                    text.append(table(lines)).append('\n');
                }
            }
        }));
        return text.isEmpty() ? "" : text + NOTE + "\n";
    }

    private static boolean isBase(Row base, Row other, Map<String, List<Row>> ways) {
        return otherEngine(base, other)
                || compressed(base, other)
                || STEPS.stream()
                        .anyMatch(step -> step.test(base, other)
                                && ways.values().stream().noneMatch(less -> step.test(less.get(0), base)));
    }

    /** What compresses the images, and what ends the pre-dumps, is the engine's own affair. */
    private static boolean otherEngine(Row base, Row other) {
        return samePlace(base, other)
                && base.engine().equals(BASE_ENGINE)
                && !other.engine().equals(BASE_ENGINE)
                && base.rounds() == other.rounds()
                && (base.delayMs() == other.delayMs() || other.downtimeBudgetMs() != null);
    }

    private static boolean compressed(Row base, Row other) {
        return samePlace(base, other)
                && sameRounds(base, other)
                && base.engine().equals(other.engine())
                && base.compression().equals(UNCOMPRESSED)
                && !other.compression().equals(UNCOMPRESSED);
    }

    /** With none there is nothing that a rule could end, and with fewer than two no delay between them. */
    private static boolean moreRounds(Row base, Row other) {
        return samePlace(base, other)
                && sameMeans(base, other)
                && base.rounds() < other.rounds()
                && (base.rounds() == 0 || Objects.equals(base.downtimeBudgetMs(), other.downtimeBudgetMs()))
                && (base.rounds() < 2 || base.delayMs() == other.delayMs());
    }

    private static boolean longerDelay(Row base, Row other) {
        return samePlace(base, other)
                && sameMeans(base, other)
                && base.rounds() == other.rounds()
                && base.rounds() > 1
                && Objects.equals(base.downtimeBudgetMs(), other.downtimeBudgetMs())
                && base.delayMs() < other.delayMs();
    }

    private static boolean slowerStore(Row base, Row other) {
        return base.lab().equals(other.lab())
                && sameMeans(base, other)
                && sameRounds(base, other)
                && base.store().delayMs() != null
                && other.store().delayMs() != null
                && base.store().delayMs() < other.store().delayMs()
                && base.store().withDelayMs(other.store().delayMs()).equals(other.store());
    }

    private static boolean samePlace(Row base, Row other) {
        return base.lab().equals(other.lab()) && base.store().equals(other.store());
    }

    private static boolean sameMeans(Row base, Row other) {
        return base.engine().equals(other.engine()) && base.compression().equals(other.compression());
    }

    private static boolean sameRounds(Row base, Row other) {
        return base.rounds() == other.rounds()
                && Objects.equals(base.downtimeBudgetMs(), other.downtimeBudgetMs())
                && (base.rounds() < 2 || base.delayMs() == other.delayMs());
    }

    private static List<Line> lines(List<Row> base, List<Row> other) {
        Map<String, List<Row>> bases = RowTable.byWorkload(base);
        List<Line> lines = new ArrayList<>();
        RowTable.byWorkload(other).forEach((workload, rows) -> {
            Line line = new Line(workload, bases.getOrDefault(workload, List.of()), rows);
            if (line.base().stream().anyMatch(Row::counts)
                    && line.other().stream().anyMatch(Row::counts)) {
                lines.add(line);
            }
        });
        return lines;
    }

    private static String table(List<Line> lines) {
        List<ColumnData<Line>> columns = new ArrayList<>();
        columns.add(RowTable.left("workload", Line::workload));
        columns.addAll(measure("felt", Row::downtimeFeltMs));
        columns.addAll(measure("total", Row::totalMs));
        columns.add(RowTable.right("n", line -> count(line.other()) + ", " + count(line.base())));
        return AsciiTable.getTable(lines, columns);
    }

    private static List<ColumnData<Line>> measure(String name, Function<Row, ? extends Number> measure) {
        return List.of(
                RowTable.right(name, line -> ratio(values(line.base(), measure), values(line.other(), measure))),
                RowTable.right(
                        "delta",
                        line -> test(line, measure)
                                .map(test -> format("%+.2f", test.delta()))
                                .orElse("-")),
                RowTable.right("p", line -> test(line, measure).map(RowTable::p).orElse("-")));
    }

    private static Optional<Comparison> test(Line line, Function<Row, ? extends Number> measure) {
        double[] base = values(line.base(), measure);
        double[] other = values(line.other(), measure);
        return base.length == 0 || other.length == 0 ? Optional.empty() : Optional.of(Comparison.of(base, other));
    }

    /** One value in each says nothing of how far the ratio might lie elsewhere. */
    private static String ratio(double[] base, double[] other) {
        if (base.length == 0 || other.length == 0) {
            return "-";
        }
        RatioInterval ratio = RatioInterval.of(base, other);
        return base.length < 2 || other.length < 2
                ? format("%.2f", ratio.value())
                : format("%.2f [%.2f, %.2f]", ratio.value(), ratio.low(), ratio.high());
    }

    private static double[] values(List<Row> rows, Function<Row, ? extends Number> measure) {
        return RowTable.values(rows, measure);
    }

    private static long count(List<Row> rows) {
        return rows.stream().filter(Row::counts).count();
    }

    private static String format(String how, Object... values) {
        return String.format(Locale.ROOT, how, values);
    }
}
