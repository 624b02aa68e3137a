package org.livemigrate.scheduler.search;

import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.cost.PreCopyEstimate;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.Migration;
import org.livemigrate.scheduler.plan.MigrationPlan;

/**
 * What a placement costs over the next while, in millicore-milliseconds; less is better:
 *
 * <pre>horizon · Σ over hosts of max(0, predicted demand − target · capacity)  +  Σ over migrations of their cost</pre>
 *
 * <p>What demand is predicted says the {@link Forecast}. A migration costs what the
 * container loses, which is {@code demand · (degradation · pre-copy + downtime)}, and what both hosts spend, which is
 * {@code source overhead · (pre-copy + downtime) + target overhead · downtime}, by {@link PreCopyEstimate}. Whole numbers below 2⁵³
 * are exact, so sums do not depend on their order.
 */
public final class Objective {
    private final ClusterSnapshot snapshot;
    private final SearchSettings settings;
    private final long[] predicted;
    private final long[] allowed;
    private final double[] cost;

    /** With the demand predicted by {@link Forecast#persistence}. */
    public Objective(ClusterSnapshot snapshot, Fraction target, SearchSettings settings) {
        this(snapshot, target, settings, Forecast.persistence(settings.horizon()));
    }

    public Objective(ClusterSnapshot snapshot, Fraction target, SearchSettings settings, Forecast forecast) {
        this.snapshot = snapshot;
        this.settings = settings;
        predicted = forecast.millicores(snapshot);
        allowed = new long[snapshot.hostCount()];
        for (int h = 0; h < allowed.length; h++) {
            allowed[h] = target.floorOf(snapshot.capacityMillicores(h));
        }
        cost = new double[predicted.length];
        java.util.Arrays.fill(cost, -1);
    }

    /** Predicted demand of the container, millicores. */
    public long predicted(int container) {
        return predicted[container];
    }

    /** The most predicted demand that is no overload, millicores. */
    long allowed(int host) {
        return allowed[host];
    }

    /** Predicted demand by host as the snapshot is, with containers in flight at both ends. */
    long[] predictedByHost() {
        long[] sums = snapshot.copyHostCpuMillicores();
        for (int c = 0; c < predicted.length; c++) {
            long change = predicted[c] - snapshot.cpuMillicores(c);
            if (change != 0) {
                sums[snapshot.hostOf(c)] += change;
                int other = snapshot.otherEndOf(c);
                if (other >= 0) {
                    sums[other] += change;
                }
            }
        }
        return sums;
    }

    /** What one millicore of overload costs over the horizon. */
    double perMillicore() {
        return settings.horizon().toMillis();
    }

    /** How the container's migration would go, by its predicted demand. */
    PreCopyEstimate estimate(int container) {
        return PreCopyEstimate.of(
                settings.calibration(), settings.rule(), snapshot.memoryBytes(container), predicted[container]);
    }

    /** What a migration of the container costs, in millicore-milliseconds. */
    public double migrationCost(int container) {
        if (cost[container] < 0) {
            PreCopyEstimate estimate = estimate(container);
            Calibration calibration = settings.calibration();
            cost[container] = StrictMath.rint(
                    predicted[container] * (calibration.degradation() * estimate.preCopyMs() + estimate.downtimeMs())
                            + calibration.sourceOverheadMillicores() * (estimate.preCopyMs() + estimate.downtimeMs())
                            + calibration.targetOverheadMillicores() * estimate.downtimeMs());
        }
        return cost[container];
    }

    /** The objective of carrying out the plan; a container that is parked on its way migrates twice. */
    public double value(MigrationPlan plan) {
        long[] sums = predictedByHost();
        double value = 0;
        for (Migration migration : plan.migrations()) {
            int container = snapshot.containerIndex(migration.container());
            sums[snapshot.hostIndex(migration.from())] -= predicted[container];
            sums[snapshot.hostIndex(migration.to())] += predicted[container];
            value += migrationCost(container);
        }
        for (int h = 0; h < sums.length; h++) {
            value += perMillicore() * Math.max(0, sums[h] - allowed[h]);
        }
        return value;
    }
}
