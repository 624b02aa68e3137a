package org.livemigrate.scheduler.fleet;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.History;

/** Brings earlier snapshots into the indices of the present one. Both are sorted by id: one walk through each. */
final class SampleHistory {
    private SampleHistory() {}

    static History of(ClusterSnapshot now, List<ClusterSnapshot> samples) {
        List<ClusterSnapshot> earlier =
                samples.stream().filter(s -> s.time().isBefore(now.time())).toList();
        if (earlier.isEmpty()) {
            return History.EMPTY;
        }
        List<Instant> times = new ArrayList<>();
        long[][] hosts = new long[earlier.size()][];
        long[][] containers = new long[earlier.size()][];
        for (int k = 0; k < hosts.length; k++) {
            times.add(earlier.get(k).time());
            hosts[k] = hostRow(now, earlier.get(k));
            containers[k] = containerRow(now, earlier.get(k));
        }
        return new History(times, hosts, containers);
    }

    private static long[] hostRow(ClusterSnapshot now, ClusterSnapshot then) {
        long[] row = new long[now.hostCount()];
        Arrays.fill(row, History.UNKNOWN);
        for (int n = 0, t = 0; n < row.length && t < then.hostCount(); ) {
            int order = now.hostId(n).compareTo(then.hostId(t));
            if (order == 0) {
                row[n++] = then.hostCpuMillicores(t++);
            } else if (order < 0) {
                n++;
            } else {
                t++;
            }
        }
        return row;
    }

    private static long[] containerRow(ClusterSnapshot now, ClusterSnapshot then) {
        long[] row = new long[now.containerCount()];
        Arrays.fill(row, History.UNKNOWN);
        for (int n = 0, t = 0; n < row.length && t < then.containerCount(); ) {
            int order = now.containerId(n).compareTo(then.containerId(t));
            if (order == 0) {
                row[n++] = then.cpuMillicores(t++);
            } else if (order < 0) {
                n++;
            } else {
                t++;
            }
        }
        return row;
    }
}
