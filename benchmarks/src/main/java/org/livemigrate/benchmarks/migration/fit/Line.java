package org.livemigrate.benchmarks.migration.fit;

import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * A fixed time and a time for each byte, by least squares.
 *
 * @param fixedMs whatever the size
 * @param msPerMB for 10⁶ bytes
 * @param msPerMBWithin half the width of the slope's 95 % interval
 * @param r2 share of the variance that the line explains
 * @param rmseMs root of the mean squared residual
 * @param n points
 * @param leastBytes begin of the range it was fitted in; outside it is a guess
 * @param mostBytes its end
 */
public record Line(
        double fixedMs,
        double msPerMB,
        double msPerMBWithin,
        double r2,
        double rmseMs,
        long n,
        long leastBytes,
        long mostBytes) {

    private static final double BYTES_PER_MB = 1e6;

    /** Below that, two points of nearly one size would decide. */
    private static final int LEAST_POINTS = 4;

    private static final double LEAST_SPREAD = 4;

    /** Empty when there are too few points, or sizes too much alike, to tell the two times apart. */
    static <T> Optional<Line> through(List<T> points, ToDoubleFunction<T> bytes, ToDoubleFunction<T> ms) {
        SimpleRegression line = new SimpleRegression();
        points.forEach(point -> line.addData(bytes.applyAsDouble(point) / BYTES_PER_MB, ms.applyAsDouble(point)));
        double least = points.stream().mapToDouble(bytes).min().orElse(0);
        double most = points.stream().mapToDouble(bytes).max().orElse(0);
        if (points.size() < LEAST_POINTS || most < LEAST_SPREAD * least) {
            return Optional.empty();
        }
        return Optional.of(new Line(
                line.getIntercept(),
                line.getSlope(),
                line.getSlopeConfidenceInterval(),
                line.getRSquare(),
                Math.sqrt(line.getSumSquaredErrors() / line.getN()),
                line.getN(),
                Math.round(least),
                Math.round(most)));
    }

    double ms(double bytes) {
        return fixedMs + rateMs(bytes);
    }

    /** Without the fixed time. */
    double rateMs(double bytes) {
        return msPerMB * bytes / BYTES_PER_MB;
    }

    /** Whether a cost model can be made of it: both times there are, and the rate is not lost in the noise. */
    boolean usable() {
        return fixedMs >= 0 && msPerMB > 0 && msPerMBWithin < msPerMB;
    }

    long bytesPerSecond() {
        return Math.round(BYTES_PER_MB * 1_000 / msPerMB);
    }
}
