package org.livemigrate.benchmarks.jmh;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.math3.util.CombinatoricsUtils;
import org.livemigrate.benchmarks.statistics.Comparison;
import org.livemigrate.benchmarks.statistics.Median;
import org.livemigrate.benchmarks.statistics.RatioInterval;

/** Two results of JMH side by side: what takes more or less time in the second, as far as the iterations tell. */
final class ResultComparison {

    private static final double SIGNIFICANT = 0.05;

    private ResultComparison() {}

    private record Line(String key, JmhResult a, JmhResult b, RatioInterval ratio, Comparison test) {

        static Line of(String key, JmhResult a, JmhResult b) {
            return new Line(key, a, b, RatioInterval.of(a.values(), b.values()), Comparison.of(a.values(), b.values()));
        }

        String verdict() {
            if (leastP() > SIGNIFICANT) {
                return "too few iterations to tell";
            }
            if (test.p() > SIGNIFICANT || ratio.low() <= 1 && ratio.high() >= 1) {
                return "no difference seen";
            }
            return ratio.value() > 1 == a.moreIsBetter() ? "B is faster" : "B takes longer";
        }

        /** The smallest p there can be: all values of one kind are above all of the other, one arrangement on each side. */
        private double leastP() {
            int first = a.values().length;
            return 2 / CombinatoricsUtils.binomialCoefficientDouble(first + b.values().length, first);
        }
    }

    static String of(Map<String, JmhResult> a, Map<String, JmhResult> b) {
        List<Line> lines = new ArrayList<>();
        List<String> alone = new ArrayList<>();
        a.forEach((key, result) -> {
            JmhResult other = b.get(key);
            if (other == null || !other.unit().equals(result.unit())) {
                alone.add(key + (other == null ? ": only in A" : ": measured in other units"));
            } else {
                lines.add(Line.of(key, result, other));
            }
        });
        b.keySet().stream().filter(key -> !a.containsKey(key)).forEach(key -> alone.add(key + ": only in B"));
        StringBuilder text = new StringBuilder();
        if (!lines.isEmpty()) {
            text.append(AsciiTable.getTable(
                            lines,
                            List.of(
                                    new Column()
                                            .header("benchmark")
                                            .dataAlign(HorizontalAlign.LEFT)
                                            .with(Line::key),
                                    new Column().header("A").with(line -> score(line.a())),
                                    new Column().header("B").with(line -> score(line.b())),
                                    new Column()
                                            .header("B / A [95 %]")
                                            .with(line -> String.format(
                                                    Locale.ROOT,
                                                    "%.3f [%.3f, %.3f]",
                                                    line.ratio().value(),
                                                    line.ratio().low(),
                                                    line.ratio().high())),
                                    new Column()
                                            .header("p")
                                            .with(line -> String.format(
                                                    Locale.ROOT,
                                                    "%.3f",
                                                    line.test().p())),
                                    new Column().header("bytes/op A").with(line -> bytes(line.a())),
                                    new Column().header("bytes/op B").with(line -> bytes(line.b())),
                                    new Column()
                                            .header("")
                                            .dataAlign(HorizontalAlign.LEFT)
                                            .with(Line::verdict))))
                    .append(
                            "\nMedians of the iterations; the ratio's interval by bootstrap, p by the Mann-Whitney test."
                                    + " Iterations of one fork are not independent: measure with several forks (-f).\n");
        }
        alone.forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    private static String score(JmhResult result) {
        return String.format(Locale.ROOT, "%.4g %s", Median.of(result.values()).value(), result.unit());
    }

    private static String bytes(JmhResult result) {
        return Double.isNaN(result.allocatedBytes())
                ? "-"
                : String.format(Locale.ROOT, "%,.0f", result.allocatedBytes());
    }
}
