package org.livemigrate.simulator.reference;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.search.Forecast;
import org.livemigrate.simulator.fleet.ContainerSizes;
import org.livemigrate.simulator.trace.Samples;
import org.livemigrate.simulator.trace.Series;
import org.livemigrate.simulator.trace.Workload;

/**
 * The forecast of one who knows the trace: a container's mean demand over the samples that begin within the horizon from
 * now on, the present one included; after the trace's end the last one goes on, and a container that is absent asks for
 * nothing. The {@code clairvoyant} is {@code local-search} with this instead of persistence: it shows what better
 * prediction could bring that policy. It is no bound: it looks no further than the horizon, and searches by heuristics.
 *
 * <p>It reads the workload a second time, a horizon ahead of the run; it is one run's, and that run's time never goes
 * back.
 */
public final class TrueFuture implements Forecast {
    private final Workload.Cursor ahead;
    private final long startEpochMs;
    private final long stepMs;
    private final int window;
    private final List<ContainerSizes.Size> sizes;
    private final Map<String, Integer> indexOf = new HashMap<>();
    private final Deque<byte[]> rows = new ArrayDeque<>();
    private long first;

    /** The sizes are by series, in the workload's order. */
    public TrueFuture(Workload workload, List<ContainerSizes.Size> sizes, Duration horizon) {
        ahead = workload.cursor();
        startEpochMs = workload.startEpochMs();
        stepMs = workload.stepMs();
        window = (int) Math.max(1, (horizon.toMillis() + stepMs - 1) / stepMs);
        this.sizes = sizes;
        for (Series series : workload.series()) {
            indexOf.put(series.name(), indexOf.size());
        }
    }

    @Override
    public long[] millicores(ClusterSnapshot snapshot) {
        seek((snapshot.time().toEpochMilli() - startEpochMs) / stepMs);
        long[] mean = new long[snapshot.containerCount()];
        for (int c = 0; c < mean.length; c++) {
            int index = indexOf.get(snapshot.containerId(c));
            long sum = 0;
            for (byte[] row : rows) {
                sum += Samples.millicores(row[index], sizes.get(index).cpuMillicores());
            }
            mean[c] = (2 * sum + rows.size()) / (2L * rows.size());
        }
        return mean;
    }

    /** Makes the rows those from this sample on. */
    private void seek(long sample) {
        while (first < sample && rows.size() > 1) {
            rows.removeFirst();
            first++;
        }
        while (rows.size() < window || first < sample) {
            byte[] row = ahead.next();
            if (row == null) {
                return;
            }
            rows.addLast(row.clone());
            if (first < sample && rows.size() > 1) {
                rows.removeFirst();
                first++;
            }
        }
    }
}
