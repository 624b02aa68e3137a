package org.livemigrate.benchmarks.statistics;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Values beyond Tukey's fences, one and a half times the middle half's width outside of it (Exploratory Data Analysis,
 * 1977, 2D). They are named, and stay in every figure.
 */
public final class Outliers {
    private static final double FENCE = 1.5;

    /** With fewer values the quartiles say nothing. */
    private static final int LEAST = 5;

    private Outliers() {}

    public static <T> List<T> in(List<T> items, ToDoubleFunction<T> value) {
        if (items.size() < LEAST) {
            return List.of();
        }
        double[] values = items.stream().mapToDouble(value).toArray();
        double lower = Median.quantile(values, 25);
        double upper = Median.quantile(values, 75);
        double reach = FENCE * (upper - lower);
        return items.stream()
                .filter(item -> value.applyAsDouble(item) < lower - reach || value.applyAsDouble(item) > upper + reach)
                .toList();
    }
}
