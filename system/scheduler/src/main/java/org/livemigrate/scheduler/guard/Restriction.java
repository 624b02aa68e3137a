package org.livemigrate.scheduler.guard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Compatibility;

/** What guards withdraw from a snapshot before the policy sees it. Of several reasons for the same, the first counts. */
public final class Restriction {
    private final ClusterSnapshot snapshot;
    private final Map<Integer, Refusal> containers = new TreeMap<>();
    private final Map<Integer, Refusal> sources = new TreeMap<>();
    private final Map<Integer, Refusal> destinations = new TreeMap<>();
    private final List<Compatibility> compatibilities = new ArrayList<>();

    Restriction(ClusterSnapshot snapshot) {
        this.snapshot = snapshot;
    }

    public ClusterSnapshot snapshot() {
        return snapshot;
    }

    /** The container stays where it is. */
    public void holdContainer(int container, Refusal why) {
        containers.putIfAbsent(container, why);
    }

    /** Nothing leaves the host. */
    public void holdSource(int host, Refusal why) {
        sources.putIfAbsent(host, why);
    }

    /** Nothing comes to the host. */
    public void closeDestination(int host, Refusal why) {
        destinations.putIfAbsent(host, why);
    }

    /** Moves only between hosts that this allows. One guard may say so. */
    public void compatibility(Compatibility value) {
        if (!compatibilities.isEmpty()) {
            throw new IllegalStateException("Two guards restrict which hosts are compatible; use one of them.");
        }
        compatibilities.add(value);
    }

    Refusal ofContainer(int container) {
        Refusal own = containers.get(container);
        return own != null ? own : sources.get(snapshot.hostOf(container));
    }

    /** Whether the container itself is held, not just everything on its host. */
    boolean isHeldItself(int container) {
        return containers.containsKey(container);
    }

    Map<Integer, Refusal> sources() {
        return sources;
    }

    Map<Integer, Refusal> destinations() {
        return destinations;
    }

    ClusterSnapshot restricted() {
        if (containers.isEmpty() && sources.isEmpty() && destinations.isEmpty() && compatibilities.isEmpty()) {
            return snapshot;
        }
        boolean[] held = new boolean[snapshot.containerCount()];
        for (int c = 0; c < held.length; c++) {
            held[c] = snapshot.isHeld(c) || sources.containsKey(snapshot.hostOf(c));
        }
        containers.keySet().forEach(c -> held[c] = true);
        boolean[] schedulable = new boolean[snapshot.hostCount()];
        for (int h = 0; h < schedulable.length; h++) {
            schedulable[h] = snapshot.isSchedulable(h) && !destinations.containsKey(h);
        }
        Compatibility compatibility = compatibilities.isEmpty() ? snapshot.compatibility() : compatibilities.get(0);
        return snapshot.revise()
                .held(held)
                .schedulable(schedulable)
                .compatibility(compatibility)
                .build();
    }
}
