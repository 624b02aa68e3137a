package org.livemigrate.benchmarks.migration.fit;

import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.livemigrate.benchmarks.statistics.Median;

/**
 * What migrations take besides pre-dumps, freeze and restore: once, and for each pre-dump. By least squares over the number
 * of pre-dumps; where all have as many, or the line says that one of both takes less than no time, the median, and nothing
 * for a pre-dump.
 *
 * @param setupMs once
 * @param roundMs for each pre-dump: asking for it, and waiting for the next
 * @param r2 share of the variance that the line explains; 0 for the median
 * @param n migrations
 * @param fewestRounds begin of the range it was fitted in; outside it is a guess
 * @param mostRounds its end
 */
public record Besides(double setupMs, double roundMs, double r2, long n, int fewestRounds, int mostRounds) {

    /**
     * Of as many migrations.
     *
     * @param rounds of each
     * @param ms of each, what pre-dumps, freeze and restore do not account for
     */
    static Besides of(int[] rounds, double[] ms) {
        SimpleRegression line = new SimpleRegression();
        int fewest = Integer.MAX_VALUE;
        int most = 0;
        for (int i = 0; i < rounds.length; i++) {
            line.addData(rounds[i], ms[i]);
            fewest = Math.min(fewest, rounds[i]);
            most = Math.max(most, rounds[i]);
        }
        return fewest < most && line.getSlope() >= 0 && line.getIntercept() >= 0
                ? new Besides(line.getIntercept(), line.getSlope(), line.getRSquare(), ms.length, fewest, most)
                : new Besides(Math.max(0, Median.of(ms).value()), 0, 0, ms.length, fewest, most);
    }

    double ms(int rounds) {
        return setupMs + rounds * roundMs;
    }
}
