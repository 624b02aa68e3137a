package org.livemigrate.benchmarks.statistics;

import java.util.Arrays;
import java.util.OptionalDouble;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * A median with its exact confidence interval: the narrowest pair of order statistics whose coverage, by the binomial
 * distribution and whatever the values' own, is at least 95 % (Conover, Practical Nonparametric Statistics, 3.2). With
 * less than six values no pair covers that much: then it is least and greatest, and {@code level} says how much they do.
 *
 * @param n how many values
 * @param value of the median
 * @param low end of the interval
 * @param high end of the interval
 * @param level the interval's coverage, a fraction
 */
public record Median(int n, double value, double low, double high, double level) {

    private static final double WANTED = 0.95;

    /** @throws IllegalArgumentException when there is no value */
    public static Median of(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("no values, no median");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        BinomialDistribution below = new BinomialDistribution(null, n, 0.5);
        int k = 1;
        while (k + 1 <= (n + 1) / 2 && coverage(below, k + 1) >= WANTED) {
            k++;
        }
        return new Median(n, quantile(sorted, 50), sorted[k - 1], sorted[n - k], coverage(below, k));
    }

    /** That the median lies between the k-th value and the k-th from above. */
    private static double coverage(BinomialDistribution below, int k) {
        return 1 - 2 * below.cumulativeProbability(k - 1);
    }

    /** The quantile with linear interpolation between values (R's type 7). */
    static double quantile(double[] values, double percent) {
        return new Percentile().withEstimationType(EstimationType.R_7).evaluate(values, percent);
    }

    /** Of what is there; empty when nothing is. */
    public static OptionalDouble value(double... values) {
        return values.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(quantile(values, 50));
    }
}
