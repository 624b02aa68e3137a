package org.livemigrate.experiments.outage;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.History;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.policy.Policy;

/**
 * A controller that is down from one moment until another: it decides nothing meanwhile, and when it comes back it has
 * none of the samples and ended migrations from before, since it keeps those in memory.
 */
record OutOfOrder(Policy inner, Policy nothing, Instant from, Instant until) implements Policy {
    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public MigrationPlan plan(ClusterSnapshot snapshot) {
        if (snapshot.time().isBefore(from)) {
            return inner.plan(snapshot);
        }
        if (snapshot.time().isBefore(until)) {
            return nothing.plan(snapshot);
        }
        return inner.plan(snapshot.revise()
                .history(remembered(snapshot))
                .lastMoves(snapshot.lastMoves().stream()
                        .filter(move -> !move.endedAt().isBefore(until))
                        .toList())
                .build());
    }

    /** The samples since it came back; of containers none, which no policy here asks for. */
    private History remembered(ClusterSnapshot snapshot) {
        History all = snapshot.history();
        List<Instant> times = new ArrayList<>();
        List<long[]> rows = new ArrayList<>();
        for (int k = 0; k < all.size(); k++) {
            if (!all.time(k).isBefore(until)) {
                long[] row = new long[snapshot.hostCount()];
                for (int h = 0; h < row.length; h++) {
                    row[h] = all.hostMillicores(k, h);
                }
                times.add(all.time(k));
                rows.add(row);
            }
        }
        return new History(times, rows.toArray(long[][]::new), null);
    }
}
