package org.livemigrate.simulator.sweep;

import java.util.Arrays;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.simulator.metrics.Quantiles;

/** A policy under a stopwatch, for one run and so for one thread: its plans are the inner one's, whatever they take. */
public final class TimedPolicy implements Policy {
    private final Policy inner;
    private long[] tookNs = new long[256];
    private int plans;

    /** Nothing has been timed yet. */
    public TimedPolicy(Policy inner) {
        this.inner = inner;
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public MigrationPlan plan(ClusterSnapshot snapshot) {
        long since = System.nanoTime();
        MigrationPlan plan = inner.plan(snapshot);
        long took = System.nanoTime() - since;
        if (plans == tookNs.length) {
            tookNs = Arrays.copyOf(tookNs, 2 * plans);
        }
        tookNs[plans++] = took;
        return plan;
    }

    /** Quantiles of the time that a plan took, in the order asked for. */
    public double[] quantilesMs(double... quantiles) {
        long[] ascending = Arrays.copyOf(tookNs, plans);
        Arrays.sort(ascending);
        return Arrays.stream(quantiles)
                .map(q -> Quantiles.nearestRank(ascending, q) * 1e-6)
                .toArray();
    }
}
