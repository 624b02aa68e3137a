package org.livemigrate.scheduler.greedy;

import java.util.Arrays;
import org.livemigrate.scheduler.plan.Placement;

/**
 * A segment tree over some schedulable hosts in fleet order. Each node knows the most free CPU and the most free memory
 * below it, how much of both one host has (in units of an average container, the lesser of the two), and, where
 * capacities differ, the lowest load, and which common constraints some host keeps. A node that cannot hold a destination is passed over with all below it.
 *
 * <p>Where all hosts have the same capacity, "stays within the limit" and "ends below that load" are one bound on free
 * CPU, so that the CPU side of the pruning is exact. Memory adds a second dimension, in which bounds cannot be exact:
 * hosts that have CPU and no memory, next to hosts that have memory and no CPU, are told apart by the bound on both.
 * Nor are bounds exact where one host keeps one constraint, and its neighbour the other.
 */
final class DestinationTree {
    /** What a destination must offer; the same for all hosts of a tree. */
    static final class Need {
        long cpu;
        long memory;
        /** Load that the destination must end below: {@code headCpu / headCapacity}. */
        long headCpu;

        long headCapacity;
        /** The common constraints that it must keep, a bit each. */
        long demands;
    }

    private final Placement placement;
    private final int[] hosts;
    private final int leaves;
    private final long[] freeCpu;
    private final long[] freeMemory;
    private final double[] bothFree;
    private final double[] lowestLoad;
    private final long[] demandsMet;
    private final double unitCpu;
    private final double unitMemory;
    private final long highestCapacity;
    private long visits;

    /** Over these hosts, ascending; the units are an average container's CPU and memory. */
    DestinationTree(Placement placement, int[] hosts, double unitCpu, double unitMemory) {
        this.unitCpu = unitCpu;
        this.unitMemory = unitMemory;
        this.placement = placement;
        this.hosts = hosts;
        this.leaves = Math.max(2, Integer.highestOneBit(Math.max(1, hosts.length - 1)) * 2);
        this.freeCpu = new long[2 * leaves];
        this.freeMemory = new long[2 * leaves];
        this.bothFree = new double[2 * leaves];
        long low = Long.MAX_VALUE;
        long high = 0;
        for (int host : hosts) {
            low = Math.min(low, capacity(host));
            high = Math.max(high, capacity(host));
        }
        this.highestCapacity = high;
        this.lowestLoad = low == high ? null : new double[2 * leaves];
        this.demandsMet = placement.snapshot().hasConstraints() ? new long[2 * leaves] : null;
        Arrays.fill(freeCpu, Long.MIN_VALUE);
        Arrays.fill(freeMemory, Long.MIN_VALUE);
        Arrays.fill(bothFree, Double.NEGATIVE_INFINITY);
        if (lowestLoad != null) {
            Arrays.fill(lowestLoad, Double.POSITIVE_INFINITY);
        }
        for (int k = 0; k < hosts.length; k++) {
            setLeaf(k);
        }
        for (int node = leaves - 1; node >= 1; node--) {
            combine(node);
        }
    }

    /** The host's CPU or memory has changed, or who is there. */
    void update(int host) {
        int k = Arrays.binarySearch(hosts, host);
        if (k < 0) {
            return;
        }
        setLeaf(k);
        int node = (leaves + k) >> 1;
        while (node >= 1 && combine(node)) {
            node >>= 1;
        }
    }

    /** Position of the first host whose index is at least this; it may be one past the last. */
    int positionFrom(int host) {
        int k = Arrays.binarySearch(hosts, host);
        return k < 0 ? -k - 1 : k;
    }

    int hostAt(int position) {
        return hosts[position];
    }

    /** Nodes looked at so far. */
    long visits() {
        return visits;
    }

    long mostFreeCpu() {
        return freeCpu[1];
    }

    long mostFreeMemory() {
        return freeMemory[1];
    }

    /** Whether any host may fit, in one look. */
    boolean mayHold(Need need) {
        long needCpu = needCpu(need);
        visits++;
        return maybe(1, needCpu, both(needCpu, need.memory), need);
    }

    /** Position of the first fitting host from the position on, or -1. */
    int firstFrom(int position, Need need) {
        if (position >= hosts.length) {
            return -1;
        }
        long needCpu = needCpu(need);
        double needBoth = both(needCpu, need.memory);
        int node = leaves + position;
        while (true) {
            visits++;
            if (maybe(node, needCpu, needBoth, need)) {
                if (node < leaves) {
                    node *= 2;
                    continue;
                }
                if (lowestLoad == null || endsBelow(hosts[node - leaves], need)) {
                    return node - leaves;
                }
            }
            while ((node & 1) == 1) {
                node >>= 1;
            }
            if (node == 0) {
                return -1;
            }
            node++;
        }
    }

    /** Free CPU without which no host of this tree can take it: exact where capacities are equal. */
    private long needCpu(Need need) {
        if (lowestLoad != null) {
            return need.cpu;
        }
        // the most that the host may be asked for to end strictly below the head's load
        long most = (need.headCpu * highestCapacity - 1) / need.headCapacity;
        if (need.headCpu == 0) {
            most = -1;
        }
        long limit = hosts.length == 0 ? 0 : placement.cpuLimit(hosts[0]);
        return most >= limit ? need.cpu : need.cpu + (limit - most);
    }

    private double both(long cpu, long memory) {
        return Math.min(cpu / unitCpu, memory / unitMemory);
    }

    private boolean maybe(int node, long needCpu, double needBoth, Need need) {
        if (freeCpu[node] < needCpu || freeMemory[node] < need.memory || bothFree[node] < needBoth) {
            return false;
        }
        if (demandsMet != null && (demandsMet[node] & need.demands) != need.demands) {
            return false;
        }
        if (lowestLoad == null) {
            return true;
        }
        double least = lowestLoad[node] + (double) need.cpu / highestCapacity;
        return least <= (double) need.headCpu / need.headCapacity * (1 + 1e-9) + 1e-12;
    }

    private boolean endsBelow(int host, Need need) {
        return (placement.cpu(host) + need.cpu) * need.headCapacity < need.headCpu * capacity(host);
    }

    private long capacity(int host) {
        return placement.snapshot().capacityMillicores(host);
    }

    private void setLeaf(int k) {
        int host = hosts[k];
        freeCpu[leaves + k] = placement.freeCpu(host);
        freeMemory[leaves + k] = placement.freeMemory(host);
        bothFree[leaves + k] = both(freeCpu[leaves + k], freeMemory[leaves + k]);
        if (lowestLoad != null) {
            lowestLoad[leaves + k] = (double) placement.cpu(host) / capacity(host);
        }
        if (demandsMet != null) {
            demandsMet[leaves + k] = placement.commonDemandsMet(host);
        }
    }

    /** Whether the node has changed. */
    private boolean combine(int node) {
        long cpu = Math.max(freeCpu[2 * node], freeCpu[2 * node + 1]);
        long memory = Math.max(freeMemory[2 * node], freeMemory[2 * node + 1]);
        double both = Math.max(bothFree[2 * node], bothFree[2 * node + 1]);
        boolean changed = cpu != freeCpu[node] || memory != freeMemory[node] || both != bothFree[node];
        freeCpu[node] = cpu;
        freeMemory[node] = memory;
        bothFree[node] = both;
        if (lowestLoad != null) {
            double load = Math.min(lowestLoad[2 * node], lowestLoad[2 * node + 1]);
            changed |= load != lowestLoad[node];
            lowestLoad[node] = load;
        }
        if (demandsMet != null) {
            long met = demandsMet[2 * node] | demandsMet[2 * node + 1];
            changed |= met != demandsMet[node];
            demandsMet[node] = met;
        }
        return changed;
    }
}
