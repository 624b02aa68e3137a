package org.livemigrate.scheduler.literature;

import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.History;

/**
 * MC: the container whose CPU use correlates most with that of the others on its host (paper, 4.2.3): the largest
 * multiple correlation coefficient R², by least squares over the past samples. Until there are more samples than
 * containers R² is 1 for all; minimum migration time decides then, as in the authors' code.
 */
public final class MaximumCorrelation implements Selector {
    private static final double NEGLIGIBLE = 1e-9;

    private final Selector fallback = Selector.minimumMigrationTime();

    @Override
    public int select(ClusterSnapshot snapshot, int host, int[] candidates, int count) {
        History history = snapshot.history();
        int samples = history.hasContainers() ? history.size() + 1 : 0;
        if (count < 2 || samples <= count) {
            return fallback.select(snapshot, host, candidates, count);
        }
        double[][] centred = new double[count][samples];
        for (int i = 0; i < count; i++) {
            fill(centred[i], snapshot, history, candidates[i]);
        }
        int best = 0;
        double most = -1;
        for (int i = 0; i < count; i++) {
            double r2 = rSquared(centred, i);
            if (r2 > most) {
                most = r2;
                best = i;
            }
        }
        return best;
    }

    private static void fill(double[] row, ClusterSnapshot snapshot, History history, int container) {
        double mean = 0;
        for (int k = 0; k < row.length; k++) {
            long value =
                    k < history.size() ? history.containerMillicores(k, container) : snapshot.cpuMillicores(container);
            row[k] = Math.max(0, value);
            mean += row[k] / row.length;
        }
        for (int k = 0; k < row.length; k++) {
            row[k] -= mean;
        }
    }

    /** One minus what is left of a row when the others' span is taken out (modified Gram–Schmidt), over all of it. */
    private static double rSquared(double[][] rows, int of) {
        double total = dot(rows[of], rows[of]);
        if (total < NEGLIGIBLE) {
            return 0; // a constant correlates with nothing
        }
        double[] left = rows[of].clone();
        double[][] base = new double[rows.length][];
        int size = 0;
        for (int i = 0; i < rows.length; i++) {
            if (i == of) {
                continue;
            }
            double[] direction = rows[i].clone();
            double before = dot(direction, direction);
            for (int b = 0; b < size; b++) {
                subtract(direction, base[b]);
            }
            double length = dot(direction, direction);
            if (length > before * NEGLIGIBLE) {
                double scale = 1 / Math.sqrt(length);
                for (int k = 0; k < direction.length; k++) {
                    direction[k] *= scale;
                }
                base[size++] = direction;
                subtract(left, direction);
            }
        }
        return 1 - dot(left, left) / total;
    }

    private static void subtract(double[] from, double[] unit) {
        double along = dot(from, unit);
        for (int k = 0; k < from.length; k++) {
            from[k] -= along * unit[k];
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }
}
