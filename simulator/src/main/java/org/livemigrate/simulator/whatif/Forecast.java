package org.livemigrate.simulator.whatif;

import java.util.SplittableRandom;

/** What a container will use, from what it used of late. Each is one rule with its source; none is more than a guess. */
@FunctionalInterface
public interface Forecast {

    /**
     * Goes on.
     *
     * @param past {@code [sample][container]} in millicores, oldest first, the present last; at least one sample
     * @param samples how many to make
     * @return {@code [sample][container]}, none below 0
     */
    long[][] after(long[][] past, int samples);

    /** Everybody goes on as now: the naive forecast, the one to beat (Hyndman and Athanasopoulos, 5.2). */
    Forecast LAST = (past, samples) -> {
        long[][] future = new long[samples][];
        for (int k = 0; k < samples; k++) {
            future[k] = past[past.length - 1].clone();
        }
        return future;
    };

    /**
     * Least squares through each container's samples, followed for as long again as they last and level from there, since
     * a line that goes on for ever is wrong for sure. Never below 0, and never above twice the most that was seen.
     */
    Forecast TREND = (past, samples) -> {
        int n = past.length;
        int containers = past[0].length;
        long[][] future = new long[samples][containers];
        double meanTime = (n - 1) / 2.0;
        double square = 0;
        for (int k = 0; k < n; k++) {
            square += (k - meanTime) * (k - meanTime);
        }
        for (int c = 0; c < containers; c++) {
            double mean = 0;
            long most = 0;
            for (long[] row : past) {
                mean += (double) row[c] / n;
                most = Math.max(most, row[c]);
            }
            double product = 0;
            for (int k = 0; k < n; k++) {
                product += (k - meanTime) * (past[k][c] - mean);
            }
            double slope = square == 0 ? 0 : product / square;
            for (int k = 0; k < samples; k++) {
                double at = n - 1 + Math.min(k + 1, n) - meanTime;
                future[k][c] = Math.min(2 * most, Math.max(0, Math.round(mean + slope * at)));
            }
        }
        return future;
    };

    /**
     * Blocks of up to three samples in a row, drawn at random from the past with replacement, the same for all
     * containers: what varies goes on varying, and what rises together goes on rising together (the moving block
     * bootstrap: Künsch, Annals of Statistics 17(3), 1989).
     *
     * @param seed of the draws
     */
    static Forecast bootstrap(long seed) {
        return (past, samples) -> {
            SplittableRandom random = new SplittableRandom(seed);
            int block = Math.min(3, past.length);
            long[][] future = new long[samples][];
            for (int k = 0; k < samples; ) {
                int from = random.nextInt(past.length - block + 1);
                for (int b = 0; b < block && k < samples; b++) {
                    future[k++] = past[from + b].clone();
                }
            }
            return future;
        };
    }

    /**
     * Reads {@code last}, {@code trend}, {@code bootstrap} or {@code bootstrap:SEED}.
     *
     * @throws IllegalArgumentException when it is none of these
     */
    static Forecast parse(String text) {
        if (text.equals("last")) {
            return LAST;
        }
        if (text.equals("trend")) {
            return TREND;
        }
        if (text.matches("bootstrap(:-?\\d{1,18})?")) {
            return bootstrap(text.equals("bootstrap") ? 1 : Long.parseLong(text.substring("bootstrap:".length())));
        }
        throw new IllegalArgumentException(
                "--forecast '" + text + "' is none of last, trend, bootstrap, bootstrap:SEED.");
    }
}
