package org.livemigrate.benchmarks.statistics;

import java.util.Iterator;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.stat.inference.MannWhitneyUTest;
import org.apache.commons.math3.stat.ranking.NaturalRanking;
import org.apache.commons.math3.util.CombinatoricsUtils;

/**
 * Whether values of one kind are greater than those of another, and by how much.
 *
 * @param ratio of the medians, second over first
 * @param delta Cliff's: how much oftener a value of the second kind is greater than one of the first than smaller; −1 to
 *     1, 0 when neither (Psychological Bulletin 114, 1993)
 * @param p of the two-sided Mann–Whitney test
 * @param exact whether p counts all arrangements; else it is the normal approximation
 */
public record Comparison(double ratio, double delta, double p, boolean exact) {

    /** Up to so many values in both there are at most 184,756 arrangements. */
    private static final int COUNTED = 20;

    private static final double ROUNDING = 1e-9;

    /** @throws IllegalArgumentException when one of them is empty */
    public static Comparison of(double[] first, double[] second) {
        double ratio = Median.of(second).value() / Median.of(first).value();
        double[] all = DoubleStream.concat(DoubleStream.of(first), DoubleStream.of(second))
                .toArray();
        double[] ranks = new NaturalRanking().rank(all);
        double pairs = (double) first.length * second.length;
        double u = u(ranks, first.length);
        // u counts pairs in which the first is greater
        double delta = 1 - 2 * u / pairs;
        boolean exact = all.length <= COUNTED;
        double p = exact ? exactP(ranks, first.length, u) : new MannWhitneyUTest().mannWhitneyUTest(first, second);
        return new Comparison(ratio, delta, Math.min(1, p), exact);
    }

    /** Of the first so many. */
    private static double u(double[] ranks, int count) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += ranks[i];
        }
        return sum - count * (count + 1) / 2.0;
    }

    /** Share of all ways to choose the first kind's ranks that lie at least as far from the middle. */
    private static double exactP(double[] ranks, int count, double observed) {
        double middle = count * (ranks.length - count) / 2.0;
        double distance = Math.abs(observed - middle);
        long far = 0;
        long ways = 0;
        for (Iterator<int[]> choices = CombinatoricsUtils.combinationsIterator(ranks.length, count);
                choices.hasNext(); ) {
            double sum = 0;
            for (int index : choices.next()) {
                sum += ranks[index];
            }
            ways++;
            if (Math.abs(sum - count * (count + 1) / 2.0 - middle) >= distance - ROUNDING) {
                far++;
            }
        }
        return (double) far / ways;
    }
}
