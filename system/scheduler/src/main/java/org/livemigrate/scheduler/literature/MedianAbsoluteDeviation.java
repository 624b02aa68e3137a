package org.livemigrate.scheduler.literature;

import java.util.Arrays;

/**
 * MAD: overloaded above {@code 1 − s · MAD} of the capacity, where MAD is the median distance of the past loads from
 * their median (paper, 4.1.1, eq. 10–11). The paper's s is 2.5; below 12 samples the static threshold decides.
 */
public record MedianAbsoluteDeviation(double safety) implements Detector {
    static final int SAMPLES = 30;
    static final int ENOUGH = 12;

    @Override
    public int historyLength() {
        return SAMPLES;
    }

    @Override
    public boolean isOverloaded(long demand, long capacity, long[] history, int offset, int length) {
        if (length < ENOUGH) {
            return StaticThreshold.FALLBACK.isOverloaded(demand, capacity, history, offset, length);
        }
        double[] loads = new double[length];
        for (int i = 0; i < length; i++) {
            loads[i] = (double) history[offset + i] / capacity;
        }
        double median = median(loads);
        for (int i = 0; i < length; i++) {
            loads[i] = Math.abs(loads[i] - median);
        }
        return (double) demand / capacity > 1 - safety * median(loads);
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        int half = values.length / 2;
        return values.length % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
    }
}
