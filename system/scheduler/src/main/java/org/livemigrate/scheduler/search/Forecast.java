package org.livemigrate.scheduler.search;

import java.time.Duration;
import java.time.Instant;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.History;

/** What every container will ask for over the horizon, on average. */
@FunctionalInterface
public interface Forecast {
    /** Mean demand from the snapshot's time to the horizon, in millicores by container index. */
    long[] millicores(ClusterSnapshot snapshot);

    /**
     * Persistence: the mean of the present demand and of the samples as far back as the horizon reaches ahead; where the
     * present one is only a lower bound, at least that.
     */
    static Forecast persistence(Duration horizon) {
        return snapshot -> {
            History history = snapshot.history();
            Instant oldest = snapshot.time().minus(horizon);
            int first = history.size();
            while (first > 0
                    && history.hasContainers()
                    && !history.time(first - 1).isBefore(oldest)) {
                first--;
            }
            long[] predicted = new long[snapshot.containerCount()];
            for (int c = 0; c < predicted.length; c++) {
                long now = snapshot.cpuMillicores(c);
                long sum = now;
                int count = 1;
                for (int k = first; k < history.size(); k++) {
                    long then = history.containerMillicores(k, c);
                    if (then != History.UNKNOWN) {
                        sum += then;
                        count++;
                    }
                }
                long mean = (2 * sum + count) / (2 * count);
                predicted[c] = snapshot.isCensored(c) ? Math.max(now, mean) : mean;
            }
            return predicted;
        };
    }
}
