package org.livemigrate.controller.fleet;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.livemigrate.controller.time.Timeline;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.scheduler.model.ClusterSnapshot;

/**
 * Chooses the host of a new container: of those that have its network the one with the most CPU to spare. What was placed a moment ago, and is not in
 * the statistics yet, counts with its limit, so that containers created in quick succession spread. Thread-safe.
 */
public final class InitialPlacement {

    /** By then the statistics show the container, or it has not come up. */
    private static final Duration REMEMBER = Duration.ofSeconds(60);

    /** What a container without a limit is taken to need until it is measured: a core. */
    private static final long UNLIMITED_MILLICORES = 1_000;

    private record Placed(String host, long cpuMillicores, long memoryBytes, long nanos) {}

    private final Fleet fleet;
    private final Timeline timeline;
    private final Map<String, Placed> recent = new LinkedHashMap<>();

    public InitialPlacement(Fleet fleet, Timeline timeline) {
        this.fleet = fleet;
        this.timeline = timeline;
    }

    /**
     * The host for this container, which counts from now on.
     *
     * @throws ProblemException 503 when no host can take it
     */
    public synchronized String choose(CreateContainer wanted) {
        ClusterSnapshot snapshot = fleet.snapshot();
        forgetSettled(snapshot);
        String best = null;
        long mostSpare = Long.MIN_VALUE;
        for (int h = 0; h < snapshot.hostCount(); h++) {
            String host = snapshot.hostId(h);
            long cpu = snapshot.hostCpuMillicores(h);
            long memory = snapshot.hostMemoryBytesUsed(h) + wanted.memoryLimitBytes();
            for (Placed placed : recent.values()) {
                if (placed.host().equals(host)) {
                    cpu += placed.cpuMillicores();
                    memory += placed.memoryBytes();
                }
            }
            long spare = snapshot.capacityMillicores(h) - cpu;
            if (snapshot.isSchedulable(h)
                    && hasNetwork(snapshot, h, wanted)
                    && memory <= snapshot.capacityMemoryBytes(h)
                    && spare > mostSpare) {
                best = host;
                mostSpare = spare;
            }
        }
        if (best == null) {
            throw new ProblemException(Problem.unavailable("no host can take container " + wanted.name() + " with "
                    + wanted.memoryLimitBytes() + " bytes of memory"
                    + wanted.namedNetwork()
                            .map(network -> " and network " + network)
                            .orElse("") + ": of " + snapshot.hostCount()
                    + " hosts in the fleet none is ready and has these. See GET /v1/nodes."));
        }
        recent.put(
                wanted.name(),
                new Placed(
                        best,
                        wanted.cpuLimitMillicores() == 0 ? UNLIMITED_MILLICORES : wanted.cpuLimitMillicores(),
                        wanted.memoryLimitBytes(),
                        timeline.nanos()));
        return best;
    }

    private static boolean hasNetwork(ClusterSnapshot snapshot, int host, CreateContainer wanted) {
        return wanted.namedNetwork()
                .map(HostFacts::networkLabel)
                .map(label -> label.getValue().equals(snapshot.hostLabels(host).get(label.getKey())))
                .orElse(true);
    }

    /** The container did not come up: its place is free again. */
    public synchronized void failed(String name) {
        recent.remove(name);
    }

    private void forgetSettled(ClusterSnapshot snapshot) {
        Set<String> known = new HashSet<>();
        for (int c = 0; c < snapshot.containerCount(); c++) {
            known.add(snapshot.containerName(c));
        }
        Iterator<Map.Entry<String, Placed>> entries = recent.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<String, Placed> entry = entries.next();
            if (known.contains(entry.getKey())
                    || timeline.nanos() - entry.getValue().nanos() > REMEMBER.toNanos()) {
                entries.remove();
            }
        }
    }
}
