package org.livemigrate.scheduler.literature;

import java.util.Arrays;

/**
 * IQR: overloaded above {@code 1 − s · (Q3 − Q1)} of the capacity (paper, 4.1.2, eq. 12). The paper's s is 1.5; below 12
 * samples the static threshold decides. Quartiles are the values at ranks round(0.25·(n+1)) and round(0.75·(n+1)).
 */
public record InterQuartileRange(double safety) implements Detector {
    @Override
    public int historyLength() {
        return MedianAbsoluteDeviation.SAMPLES;
    }

    @Override
    public boolean isOverloaded(long demand, long capacity, long[] history, int offset, int length) {
        if (length < MedianAbsoluteDeviation.ENOUGH) {
            return StaticThreshold.FALLBACK.isOverloaded(demand, capacity, history, offset, length);
        }
        long[] sorted = Arrays.copyOfRange(history, offset, offset + length);
        Arrays.sort(sorted);
        int q1 = (int) Math.round(0.25 * (length + 1)) - 1;
        int q3 = (int) Math.round(0.75 * (length + 1)) - 1;
        return (double) demand / capacity > 1 - safety * ((double) (sorted[q3] - sorted[q1]) / capacity);
    }
}
