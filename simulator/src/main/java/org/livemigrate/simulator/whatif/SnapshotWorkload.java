package org.livemigrate.simulator.whatif;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.History;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.power.PowerModel;
import org.livemigrate.simulator.engine.Standing;
import org.livemigrate.simulator.fleet.FleetSpec;
import org.livemigrate.simulator.fleet.HostSpec;
import org.livemigrate.simulator.trace.Samples;
import org.livemigrate.simulator.trace.Series;
import org.livemigrate.simulator.trace.Trace;

/**
 * A live fleet as it stands, and what its containers are expected to ask for. Containers in flight stand where they come
 * from; hosts that are cordoned stay so; a host without a power table of its own has the ML110 G5's.
 *
 * @param trace the forecast, a row per step; the first row is the present
 * @param standing where each container is, with its labels and constraints
 * @param cordoned hosts that receive nothing
 */
public record SnapshotWorkload(Trace trace, FleetSpec fleet, Map<String, Standing> standing, Set<String> cordoned) {
    private static final long DEFAULT_STEP_MS = 60_000;

    /**
     * Forecasts.
     *
     * @param horizonMs how far
     * @throws IllegalArgumentException when there is nothing to forecast
     */
    public static SnapshotWorkload of(ClusterSnapshot snapshot, Forecast forecast, long horizonMs) {
        if (snapshot.hostCount() == 0 || snapshot.containerCount() == 0) {
            throw new IllegalArgumentException("--snapshot: the fleet has " + snapshot.hostCount() + " hosts and "
                    + snapshot.containerCount() + " containers; there is nothing to foresee.");
        }
        long stepMs = stepMs(snapshot);
        int samples = (int) Math.max(1, horizonMs / stepMs);
        long[][] past = past(snapshot);
        long[][] future = forecast.after(past, samples);
        long[][] all = new long[samples + 1][];
        all[0] = past[past.length - 1];
        System.arraycopy(future, 0, all, 1, samples);
        return new SnapshotWorkload(
                trace(snapshot, all, stepMs), fleet(snapshot), standing(snapshot), cordoned(snapshot));
    }

    /** The median distance of the samples; a minute when there are none. */
    private static long stepMs(ClusterSnapshot snapshot) {
        History history = snapshot.history();
        List<Long> steps = new ArrayList<>();
        for (int k = 1; k < history.size(); k++) {
            steps.add(Math.max(
                    1, history.time(k).toEpochMilli() - history.time(k - 1).toEpochMilli()));
        }
        steps.sort(null);
        return steps.isEmpty() ? DEFAULT_STEP_MS : steps.get(steps.size() / 2);
    }

    /** Where a sample does not know a container, its present use stands in. */
    private static long[][] past(ClusterSnapshot snapshot) {
        History history = snapshot.history();
        int known = history.hasContainers() ? history.size() : 0;
        long[][] past = new long[known + 1][snapshot.containerCount()];
        for (int c = 0; c < snapshot.containerCount(); c++) {
            past[known][c] = snapshot.cpuMillicores(c);
            for (int k = 0; k < known; k++) {
                long then = history.containerMillicores(k, c);
                past[k][c] = then == History.UNKNOWN ? snapshot.cpuMillicores(c) : then;
            }
        }
        return past;
    }

    private static Trace trace(ClusterSnapshot snapshot, long[][] use, long stepMs) {
        List<Series> series = new ArrayList<>();
        byte[][] rows = new byte[use.length][snapshot.containerCount()];
        for (int c = 0; c < snapshot.containerCount(); c++) {
            long most = 1;
            for (long[] row : use) {
                most = Math.max(most, row[c]);
            }
            for (int k = 0; k < rows.length; k++) {
                rows[k][c] = Samples.encode(100.0 * use[k][c] / most);
            }
            series.add(new Series(snapshot.containerId(c), most, snapshot.memoryBytes(c)));
        }
        return new Trace("snapshot", series, stepMs, snapshot.time().toEpochMilli(), rows, 0);
    }

    private static FleetSpec fleet(ClusterSnapshot snapshot) {
        List<HostSpec> hosts = new ArrayList<>();
        for (int h = 0; h < snapshot.hostCount(); h++) {
            Host host = snapshot.host(h);
            hosts.add(new HostSpec(
                    host.id(),
                    host.capacityMillicores(),
                    host.memoryBytes(),
                    PowerModel.of(host.labels()),
                    host.labels()));
        }
        return new FleetSpec("snapshot", hosts, false);
    }

    private static Map<String, Standing> standing(ClusterSnapshot snapshot) {
        Map<String, Standing> standing = new HashMap<>();
        for (int c = 0; c < snapshot.containerCount(); c++) {
            standing.put(
                    snapshot.containerId(c),
                    new Standing(
                            snapshot.containerName(c),
                            snapshot.hostId(snapshot.hostOf(c)),
                            snapshot.containerLabels(c),
                            snapshot.constraints(c)));
        }
        return standing;
    }

    private static Set<String> cordoned(ClusterSnapshot snapshot) {
        Set<String> cordoned = new TreeSet<>();
        for (int h = 0; h < snapshot.hostCount(); h++) {
            if (!snapshot.isSchedulable(h)) {
                cordoned.add(snapshot.hostId(h));
            }
        }
        return cordoned;
    }
}
