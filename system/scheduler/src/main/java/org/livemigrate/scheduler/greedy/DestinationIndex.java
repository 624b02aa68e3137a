package org.livemigrate.scheduler.greedy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Compatibility;
import org.livemigrate.scheduler.plan.Placement;

/**
 * Finds the first valid destination in the ring that starts after the head, in about the logarithm of the number of
 * hosts. One {@link DestinationTree} per capacity, or per group of neighbouring capacities where there are many, and
 * per compatibility class; the nearest of their answers counts.
 */
final class DestinationIndex {
    /** More trees than this cost more than they save. */
    private static final int MOST_CAPACITY_GROUPS = 16;

    private final Placement placement;
    private final ClusterSnapshot snapshot;
    private final List<DestinationTree> trees = new ArrayList<>();
    private final List<Integer> compatibilityClasses = new ArrayList<>();
    private final int[] treeOf;
    private boolean ignoringCompatibility;
    private final DestinationTree.Need need = new DestinationTree.Need();

    DestinationIndex(Placement placement) {
        this.placement = placement;
        this.snapshot = placement.snapshot();
        this.treeOf = new int[snapshot.hostCount()];
        Arrays.fill(treeOf, -1);
        Map<Long, Integer> groups = capacityGroups();
        TreeMap<Long, List<Integer>> members = new TreeMap<>();
        Compatibility compatibility = snapshot.compatibility();
        for (int h = 0; h < treeOf.length; h++) {
            if (snapshot.isSchedulable(h)) {
                long compatible = compatibility == null ? 0 : compatibility.classOf(h);
                long key = (compatible << 32) | groups.get(snapshot.capacityMillicores(h));
                members.computeIfAbsent(key, k -> new ArrayList<>()).add(h);
            }
        }
        double unitCpu = 1;
        double unitMemory = 1;
        for (int c = 0; c < snapshot.containerCount(); c++) {
            unitCpu += snapshot.cpuMillicores(c);
            unitMemory += snapshot.memoryBytes(c);
        }
        grow(members, unitCpu, unitMemory);
    }

    /** The units' size does not matter, only their ratio. */
    private void grow(TreeMap<Long, List<Integer>> members, double unitCpu, double unitMemory) {
        members.forEach((key, hosts) -> {
            int[] array = hosts.stream().mapToInt(Integer::intValue).toArray();
            for (int host : array) {
                treeOf[host] = trees.size();
            }
            trees.add(new DestinationTree(placement, array, unitCpu, unitMemory));
            compatibilityClasses.add((int) (key >> 32));
        });
    }

    private Map<Long, Integer> capacityGroups() {
        TreeMap<Long, Integer> groups = new TreeMap<>();
        for (int h = 0; h < treeOf.length; h++) {
            groups.put(snapshot.capacityMillicores(h), 0);
        }
        int perGroup = (groups.size() + MOST_CAPACITY_GROUPS - 1) / MOST_CAPACITY_GROUPS;
        int next = 0;
        for (Map.Entry<Long, Integer> entry : groups.entrySet()) {
            entry.setValue(next++ / perGroup);
        }
        return groups;
    }

    /** The host's CPU or memory has changed, or who is there. */
    void update(int host) {
        if (treeOf[host] >= 0) {
            trees.get(treeOf[host]).update(host);
        }
    }

    /**
     * The first host in the ring after the head that may take the container: room within the limits, a load after the
     * move strictly below the head's load now, constraints kept.
     *
     * @return its index, or -1
     */
    int first(int container, int head) {
        return first(container, head, true);
    }

    /** As {@link #first(int, int)}, but whatever the container's constraints say. */
    int firstIgnoringConstraints(int container, int head) {
        return first(container, head, false);
    }

    /** As {@link #first(int, int)}, but whatever the container's constraints and the hosts' compatibility say. */
    int firstIgnoringCompatibility(int container, int head) {
        ignoringCompatibility = true;
        int found = first(container, head, false);
        ignoringCompatibility = false;
        return found;
    }

    private int first(int container, int head, boolean constrained) {
        if (constrained && !placement.mayLeave(container)) {
            return -1;
        }
        ask(container, head);
        need.demands = constrained ? placement.commonDemands(container) : 0;
        int found = nearest(container, head, head + 1, treeOf.length, constrained);
        return found >= 0 ? found : nearest(container, head, 0, head, constrained);
    }

    private int nearest(int container, int head, int begin, int end, boolean constrained) {
        int best = end;
        for (int t = 0; t < trees.size(); t++) {
            if (!reaches(head, t)) {
                continue;
            }
            DestinationTree tree = trees.get(t);
            if (!tree.mayHold(need)) {
                continue;
            }
            int position = tree.firstFrom(tree.positionFrom(begin), need);
            while (constrained
                    && position >= 0
                    && tree.hostAt(position) < best
                    && !placement.constraintsAllow(container, tree.hostAt(position))) {
                position = tree.firstFrom(position + 1, need);
            }
            if (position >= 0) {
                best = Math.min(best, tree.hostAt(position));
            }
        }
        return best < end ? best : -1;
    }

    /** Whether any host that can be sent to has the CPU below its limit, whatever its memory. */
    boolean anyHasCpu(int container, int head) {
        long cpu = snapshot.cpuMillicores(container);
        for (int t = 0; t < trees.size(); t++) {
            if (reaches(head, t) && trees.get(t).mostFreeCpu() >= cpu) {
                return true;
            }
        }
        return false;
    }

    /** Whether any host that can be sent to has the memory below its limit, whatever its CPU. */
    boolean anyHasMemory(int container, int head) {
        long memory = snapshot.memoryBytes(container);
        for (int t = 0; t < trees.size(); t++) {
            if (reaches(head, t) && trees.get(t).mostFreeMemory() >= memory) {
                return true;
            }
        }
        return false;
    }

    /** Whether any host has room in CPU and memory, whatever its load would be. */
    boolean anyHasRoom(int container, int head) {
        ask(container, head);
        need.demands = 0;
        need.headCpu = Integer.MAX_VALUE;
        need.headCapacity = 1;
        return nearest(container, head, 0, treeOf.length, false) >= 0;
    }

    /** Nodes looked at so far, in all trees. */
    long visits() {
        return trees.stream().mapToLong(DestinationTree::visits).sum();
    }

    private boolean reaches(int head, int tree) {
        Compatibility compatibility = snapshot.compatibility();
        return compatibility == null
                || ignoringCompatibility
                || compatibility.classAllows(compatibility.classOf(head), compatibilityClasses.get(tree));
    }

    private void ask(int container, int head) {
        need.cpu = snapshot.cpuMillicores(container);
        need.memory = snapshot.memoryBytes(container);
        need.headCpu = placement.cpu(head);
        need.headCapacity = snapshot.capacityMillicores(head);
    }
}
