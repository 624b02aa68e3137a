package org.livemigrate.controller.fleet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.livemigrate.controller.time.Timeline;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.ClusterSnapshotBuilder;
import org.livemigrate.scheduler.model.Constraints;
import org.livemigrate.scheduler.model.Container;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.model.Label;
import org.livemigrate.scheduler.plan.Placement;

/**
 * Chooses the host of a new container: of those to which the scheduler could move it the one with the most CPU to
 * spare. What was placed a moment ago, and is not in the statistics yet, counts with its limit, so that containers
 * created in quick succession spread. Thread-safe.
 */
public final class InitialPlacement {

    /** By then the statistics show the container, or it has not come up. */
    private static final Duration REMEMBER = Duration.ofSeconds(60);

    /** What a container without a limit is taken to need until it is measured: a core. */
    private static final long UNLIMITED_MILLICORES = 1_000;

    /** Where a new container comes from: nobody else is there. The blanks keep it apart from every host's id. */
    private static final Host NOWHERE = new Host("not placed yet", 1, Host.UNLIMITED_MEMORY, Map.of(), false);

    private record Placed(Container container, long nanos) {}

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
        ClusterSnapshot fleetNow = fleet.snapshot();
        forgetSettled(fleetNow);
        recent.remove(wanted.name());
        ClusterSnapshot snapshot = withNew(fleetNow, wanted);
        Placement placement = new Placement(snapshot, Fraction.ZERO);
        int container = snapshot.containerIndex(id(wanted));
        int best = -1;
        for (int h = 0; h < snapshot.hostCount(); h++) {
            if (snapshot.isSchedulable(h)
                    && wanted.memoryLimitBytes() <= placement.freeMemory(h)
                    && (best < 0 || placement.freeCpu(h) > placement.freeCpu(best))
                    && placement.constraintsAllow(container, h)) {
                best = h;
            }
        }
        if (best < 0) {
            throw new ProblemException(Problem.unavailable("no host can take container " + wanted.name() + ": of "
                    + fleetNow.hostCount() + " in the fleet none is ready, has " + wanted.memoryLimitBytes()
                    + " bytes of memory to spare"
                    + wanted.namedNetwork()
                            .map(network -> " and network " + network)
                            .orElse("")
                    + ", and is allowed by its constraints and those of the containers there."
                    + " See GET /v1/nodes, and its labels that begin with livemigrate."));
        }
        Host host = snapshot.host(best);
        long cpu = wanted.cpuLimitMillicores() == 0 ? UNLIMITED_MILLICORES : wanted.cpuLimitMillicores();
        recent.put(
                wanted.name(),
                new Placed(
                        container(
                                wanted,
                                wanted.constraints(),
                                host,
                                Math.min(cpu, host.capacityMillicores()),
                                wanted.memoryLimitBytes()),
                        timeline.nanos()));
        return host.id();
    }

    /** The container did not come up: its place is free again. */
    public synchronized void failed(String name) {
        recent.remove(name);
    }

    /** The fleet with those placed a moment ago, and with the new one, which is on no host of the fleet. */
    private ClusterSnapshot withNew(ClusterSnapshot snapshot, CreateContainer wanted) {
        ClusterSnapshotBuilder all = ClusterSnapshot.builder().time(snapshot.time());
        for (int h = 0; h < snapshot.hostCount(); h++) {
            all.host(snapshot.host(h));
        }
        List<Container> others = new ArrayList<>();
        for (int c = 0; c < snapshot.containerCount(); c++) {
            others.add(snapshot.container(c));
        }
        recent.values().stream()
                .map(Placed::container)
                .filter(container -> snapshot.hostIndex(container.hostId()) >= 0)
                .forEach(others::add);
        snapshot.inFlightMoves().forEach(all::inFlight);
        return all.containers(others)
                .host(NOWHERE)
                .container(container(wanted, demands(wanted, others), NOWHERE, 0, 0))
                .build();
    }

    /** Less the company of its own kind where it is the first of that kind: it could never come to be otherwise. */
    private static Constraints demands(CreateContainer wanted, List<Container> others) {
        Constraints all = wanted.constraints();
        List<Label> affinity = all.affinity().stream()
                .filter(label ->
                        !label.isIn(wanted.labels()) || others.stream().anyMatch(other -> label.isIn(other.labels())))
                .toList();
        return new Constraints(all.pinned(), all.hostLabels(), affinity, all.antiAffinity(), all.exclusive());
    }

    private static Container container(
            CreateContainer wanted, Constraints constraints, Host host, long cpuMillicores, long memoryBytes) {
        return new Container(
                id(wanted), wanted.name(), host.id(), cpuMillicores, memoryBytes, wanted.labels(), constraints, false);
    }

    /** Like no id that a runtime gives. */
    private static String id(CreateContainer wanted) {
        return "new " + wanted.name();
    }

    private void forgetSettled(ClusterSnapshot snapshot) {
        Set<String> known = new HashSet<>();
        for (int c = 0; c < snapshot.containerCount(); c++) {
            known.add(snapshot.containerName(c));
        }
        recent.entrySet()
                .removeIf(entry -> known.contains(entry.getKey())
                        || timeline.nanos() - entry.getValue().nanos() > REMEMBER.toNanos());
    }
}
