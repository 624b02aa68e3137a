package org.livemigrate.benchmarks.statistics;

import java.util.Arrays;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;

/**
 * How many times the second kind's median is the first kind's, with a percentile bootstrap interval of 95 % (Efron and
 * Tibshirani, An Introduction to the Bootstrap, 1993, 13.3); the same values give the same interval.
 *
 * @param value of the ratio
 * @param low end of the interval
 * @param high end of the interval
 */
public record RatioInterval(double value, double low, double high) {

    private static final int RESAMPLES = 4_000;
    private static final long SEED = 20_260;
    private static final double LOW_PERCENT = 2.5;
    private static final double HIGH_PERCENT = 97.5;

    /** @throws IllegalArgumentException when one of them is empty */
    public static RatioInterval of(double[] first, double[] second) {
        double value = Median.of(second).value() / Median.of(first).value();
        RandomGenerator random = new Well19937c(SEED);
        double[] ratios = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            ratios[i] = medianOf(resample(second, random)) / medianOf(resample(first, random));
        }
        return new RatioInterval(value, Median.quantile(ratios, LOW_PERCENT), Median.quantile(ratios, HIGH_PERCENT));
    }

    private static double[] resample(double[] values, RandomGenerator random) {
        double[] drawn = new double[values.length];
        Arrays.setAll(drawn, i -> values[random.nextInt(values.length)]);
        return drawn;
    }

    private static double medianOf(double[] values) {
        Arrays.sort(values);
        int middle = values.length / 2;
        return values.length % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
