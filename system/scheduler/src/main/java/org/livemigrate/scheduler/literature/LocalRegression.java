package org.livemigrate.scheduler.literature;

/**
 * LR: overloaded when {@code s} times the load predicted for the next interval reaches the capacity (paper, 4.1.3, eq.
 * 20–21). The prediction is Cleveland's local regression: a line through the last ten loads by weighted least squares,
 * with tricube weights that grow towards the newest. The paper's s is 1.2; below ten samples the static threshold
 * decides.
 *
 * <p>The authors' released code computes the weights and then does not use them ({@code numZeroWeigths >= 0.4 · n} never
 * holds), which is why its LR and its robust LRR agree to the last digit; {@code weighted = false} reproduces that.
 */
public record LocalRegression(double safety, boolean weighted) implements Detector {
    private static final int SAMPLES = 10;
    private static final double[] TRICUBE = tricube();

    @Override
    public int historyLength() {
        return SAMPLES;
    }

    @Override
    public boolean isOverloaded(long demand, long capacity, long[] history, int offset, int length) {
        if (length < SAMPLES) {
            return StaticThreshold.FALLBACK.isOverloaded(demand, capacity, history, offset, length);
        }
        return safety * predict(history, offset + length - SAMPLES) / capacity >= 1;
    }

    /** Demand one interval after the last of ten. */
    private double predict(long[] history, int offset) {
        double w = 0;
        double x = 0;
        double y = 0;
        double xx = 0;
        double xy = 0;
        for (int i = 0; i < SAMPLES; i++) {
            double weight = weighted ? TRICUBE[i] : 1;
            double at = i + 1;
            double value = history[offset + i];
            w += weight;
            x += weight * at;
            y += weight * value;
            xx += weight * at * at;
            xy += weight * at * value;
        }
        double slope = (w * xy - x * y) / (w * xx - x * x);
        return (y - slope * x) / w + slope * (SAMPLES + 1);
    }

    /** (1 − (distance from the newest / span)³)³; the span reaches one step beyond the oldest, so that it counts. */
    private static double[] tricube() {
        double[] weights = new double[SAMPLES];
        for (int i = 0; i < SAMPLES; i++) {
            double distance = (SAMPLES - 1.0 - i) / SAMPLES;
            double rest = 1 - distance * distance * distance;
            weights[i] = rest * rest * rest;
        }
        return weights;
    }
}
