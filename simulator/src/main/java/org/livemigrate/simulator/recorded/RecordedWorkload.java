package org.livemigrate.simulator.recorded;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.recording.RecordingLine;
import org.livemigrate.protocol.recording.RecordingReader;
import org.livemigrate.protocol.stats.ContainerSample;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.scheduler.model.ConstraintLabels;
import org.livemigrate.scheduler.model.Constraints;
import org.livemigrate.scheduler.model.InvalidClusterException;
import org.livemigrate.scheduler.power.PowerModel;
import org.livemigrate.simulator.engine.Standing;
import org.livemigrate.simulator.fleet.FleetSpec;
import org.livemigrate.simulator.fleet.HostSpec;
import org.livemigrate.simulator.trace.Samples;
import org.livemigrate.simulator.trace.Series;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.TraceException;

/**
 * A recording as a workload: the demand that the containers had, on the hosts that there were, so that any policy can be
 * tried on it from the beginning. Use is taken for demand, which it is not on hosts that were saturated.
 *
 * @param trace a row per sampling interval of the recording; 100 % of a container is the most that it was seen to use
 * @param fleet the hosts that sent heartbeats, with their labels; a host whose labels name no power table has the ML110
 *     G5's
 * @param standing the host on which each container was first seen
 * @param cordoned hosts that were cordoned when the recording began, and so are all the time here: what an operator
 *     cordoned or lifted later was an answer to what happened then, not to what happens here
 */
public record RecordedWorkload(Trace trace, FleetSpec fleet, Map<String, Standing> standing, Set<String> cordoned) {
    /** No more cells than this. */
    private static final long MAX_CELLS = 4_000_000_000L;

    /** A change of a container's use; below 0: it is gone from that host. */
    private record Change(long atMs, String host, long cpuMillicores) {}

    /**
     * Reads a file.
     *
     * @throws IOException when it is not a whole recording, or nothing ran in it; the message names file and line
     */
    public static RecordedWorkload read(Path file) throws IOException {
        TreeMap<String, List<Change>> changes = new TreeMap<>();
        TreeMap<String, HostSpec> hosts = new TreeMap<>();
        Map<String, Long> most = new HashMap<>();
        Map<String, Long> memory = new HashMap<>();
        Map<String, Map<String, String>> labels = new HashMap<>();
        Map<String, Set<String>> onHost = new HashMap<>();
        Set<String> cordoned;
        long stepMs;
        long firstMs = Long.MAX_VALUE;
        long lastMs = 0;
        try (RecordingReader reader = RecordingReader.open(file)) {
            stepMs = reader.header().statsIntervalMs();
            cordoned = Set.copyOf(reader.header().cordoned());
            for (RecordingLine line = reader.next(); line != null; line = reader.next()) {
                long atMs = line.at().toEpochMilli();
                if (line instanceof RecordingLine.HeartbeatHeard heard) {
                    HostFacts facts = heard.heartbeat().host();
                    hosts.put(
                            facts.id(),
                            new HostSpec(
                                    facts.id(),
                                    facts.capacityMillicores(),
                                    facts.memoryBytes(),
                                    PowerModel.of(facts.labels()),
                                    facts.labels()));
                } else if (line instanceof RecordingLine.StatsHeard heard) {
                    firstMs = Math.min(firstMs, atMs);
                    lastMs = atMs;
                    StatsDiff diff = heard.diff();
                    Set<String> here = onHost.computeIfAbsent(diff.agent(), h -> new HashSet<>());
                    Set<String> gone = new HashSet<>(diff.removed());
                    if (diff.full()) {
                        gone.addAll(here);
                        diff.changed().forEach(sample -> gone.remove(sample.id()));
                    }
                    for (String id : gone) {
                        here.remove(id);
                        changes.computeIfAbsent(id, c -> new ArrayList<>()).add(new Change(atMs, diff.agent(), -1));
                    }
                    for (ContainerSample sample : diff.changed()) {
                        here.add(sample.id());
                        changes.computeIfAbsent(sample.id(), c -> new ArrayList<>())
                                .add(new Change(atMs, diff.agent(), sample.cpuMillicores()));
                        most.merge(sample.id(), sample.cpuMillicores(), Math::max);
                        labels.put(sample.id(), sample.labels());
                        memory.merge(sample.id(), sample.memoryBytes(), Math::max);
                    }
                } else if (line instanceof RecordingLine.RoundBegan) {
                    lastMs = Math.max(lastMs, atMs);
                }
            }
        }
        changes.keySet().removeIf(id -> !most.containsKey(id));
        if (changes.isEmpty() || hosts.isEmpty()) {
            throw TraceException.in(
                    file.toString(),
                    hosts.isEmpty()
                            ? "no host sent a heartbeat in it. Record for longer."
                            : "no container was seen in it. Record while something runs.");
        }
        return of(file, changes, hosts, most, memory, labels, cordoned, stepMs, firstMs, lastMs);
    }

    private static RecordedWorkload of(
            Path file,
            TreeMap<String, List<Change>> changes,
            TreeMap<String, HostSpec> hosts,
            Map<String, Long> most,
            Map<String, Long> memory,
            Map<String, Map<String, String>> labels,
            Set<String> cordoned,
            long stepMs,
            long firstMs,
            long lastMs)
            throws TraceException {
        long samples = (lastMs - firstMs) / stepMs + 1;
        if (samples * changes.size() > MAX_CELLS || samples > Integer.MAX_VALUE) {
            throw TraceException.in(
                    file.toString(), samples + " samples of " + changes.size() + " containers are too many at once.");
        }
        byte[][] rows = new byte[(int) samples][changes.size()];
        List<Series> series = new ArrayList<>();
        Map<String, Standing> standing = new HashMap<>();
        for (Map.Entry<String, List<Change>> container : changes.entrySet()) {
            String id = container.getKey();
            long given = Math.max(1, most.get(id));
            column(rows, series.size(), container.getValue(), given, stepMs, firstMs);
            Map<String, String> told = labels.get(id);
            standing.put(id, new Standing(id, container.getValue().get(0).host(), told, constraints(told)));
            series.add(new Series(id, given, memory.get(id)));
        }
        Trace trace = new Trace("recording:" + file.getFileName(), series, stepMs, firstMs, rows, 0);
        return new RecordedWorkload(
                trace,
                new FleetSpec("recording", new ArrayList<>(hosts.values()), false),
                standing,
                known(cordoned, hosts.keySet()));
    }

    /** A host that was cordoned and never heard of is not simulated. */
    private static Set<String> known(Set<String> cordoned, Set<String> hosts) {
        Set<String> known = new TreeSet<>(cordoned);
        known.retainAll(hosts);
        return known;
    }

    /** What cannot be read keeps the container where it is, as it does live. */
    private static Constraints constraints(Map<String, String> labels) {
        try {
            return ConstraintLabels.read(labels);
        } catch (InvalidClusterException e) {
            return ConstraintLabels.read(Map.of(ConstraintLabels.PINNED, "true"));
        }
    }

    /** A migrating container is told by two hosts for a while: it is there as long as one of them has it. */
    private static void column(byte[][] rows, int column, List<Change> changes, long given, long stepMs, long firstMs) {
        TreeMap<String, Long> use = new TreeMap<>();
        String latest = null;
        int next = 0;
        for (int k = 0; k < rows.length; k++) {
            while (next < changes.size() && changes.get(next).atMs() < firstMs + (k + 1) * stepMs) {
                Change change = changes.get(next++);
                if (change.cpuMillicores() < 0) {
                    use.remove(change.host());
                } else {
                    use.put(change.host(), change.cpuMillicores());
                    latest = change.host();
                }
            }
            Long now = use.isEmpty()
                    ? null
                    : use.getOrDefault(latest, use.firstEntry().getValue());
            rows[k][column] = now == null ? Samples.ABSENT : Samples.encode(100.0 * now / given);
        }
    }
}
