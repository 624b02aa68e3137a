package org.livemigrate.scheduler.plan;

import java.util.Arrays;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.model.Host;

/**
 * A working copy of where everything stands, for policies and guards to try moves on. A host's limit is its capacity
 * less the headroom, rounded down, which is exact because use is an integer. Not thread-safe.
 */
public final class Placement {
    private final ClusterSnapshot snapshot;
    private final int[] hostOf;
    private final long[] cpu;
    private final long[] memory;
    private final long[] cpuLimit;
    private final long[] memoryLimit;
    private final ConstraintBook constraints;

    /** As the snapshot is, with this share of every host's CPU and memory kept free. */
    public Placement(ClusterSnapshot snapshot, Fraction headroom) {
        this.snapshot = snapshot;
        this.hostOf = snapshot.copyPlacement();
        this.cpu = snapshot.copyHostCpuMillicores();
        this.memory = snapshot.copyHostMemoryBytesUsed();
        this.cpuLimit = new long[snapshot.hostCount()];
        this.memoryLimit = new long[snapshot.hostCount()];
        Fraction usable = headroom.complement();
        for (int h = 0; h < cpuLimit.length; h++) {
            cpuLimit[h] = usable.floorOf(snapshot.capacityMillicores(h));
            long bytes = snapshot.capacityMemoryBytes(h);
            memoryLimit[h] = bytes == Host.UNLIMITED_MEMORY ? Host.UNLIMITED_MEMORY : usable.floorOf(bytes);
        }
        this.constraints = ConstraintBook.of(snapshot);
    }

    public ClusterSnapshot snapshot() {
        return snapshot;
    }

    /** The host on which the container stands now. */
    public int hostOf(int container) {
        return hostOf[container];
    }

    /** CPU demand on the host now, millicores. */
    public long cpu(int host) {
        return cpu[host];
    }

    /** Memory in use on the host now, bytes. */
    public long memory(int host) {
        return memory[host];
    }

    /** The most CPU demand that a move may bring the host to, millicores. */
    public long cpuLimit(int host) {
        return cpuLimit[host];
    }

    /** CPU that is left below the limit, millicores; negative when the host is beyond it. */
    public long freeCpu(int host) {
        return cpuLimit[host] - cpu[host];
    }

    /** Memory that is left below the limit, bytes; negative when the host is beyond it. */
    public long freeMemory(int host) {
        return memoryLimit[host] == Host.UNLIMITED_MEMORY ? Host.UNLIMITED_MEMORY : memoryLimit[host] - memory[host];
    }

    /** Exactly: whether the host is above the fraction. */
    public boolean isAbove(int host, Fraction target) {
        return target.isExceededBy(cpu[host], snapshot.capacityMillicores(host));
    }

    /** Whether the container's CPU and memory stay within the host's limits. */
    public boolean hasRoom(int container, int host) {
        return snapshot.cpuMillicores(container) <= freeCpu(host)
                && snapshot.memoryBytes(container) <= freeMemory(host);
    }

    /** Whether labels, affinity, anti-affinity and compatibility allow the container on the host. */
    public boolean constraintsAllow(int container, int host) {
        return snapshot.isCompatible(hostOf[container], host)
                && (constraints == null || constraints.allows(container, hostOf[container], host));
    }

    /** Whether the container is not the last companion of one that wants it. */
    public boolean mayLeave(int container) {
        return constraints == null || constraints.mayLeave(container, hostOf[container]);
    }

    /** Of the container's constraints the common ones, a bit each; a host that lacks one is not allowed. */
    public long commonDemands(int container) {
        return constraints == null ? 0 : constraints.demanded(container);
    }

    /** Which common constraints the host keeps now, a bit each. */
    public long commonDemandsMet(int host) {
        return constraints == null ? 0 : constraints.met(host);
    }

    /** Whether the move may be made now: another host that is schedulable, has room, and breaks no constraint. */
    public boolean isValid(int container, int host) {
        return hostOf[container] != host
                && snapshot.isSchedulable(host)
                && hasRoom(container, host)
                && constraintsAllow(container, host);
    }

    /** Moves it, valid or not. */
    public void move(int container, int host) {
        lift(container);
        put(container, host);
    }

    /**
     * Takes the container off its host, until {@link #put} sets it down. Meanwhile {@link #hostOf} still names the host
     * it was on.
     */
    public void lift(int container) {
        int from = hostOf[container];
        cpu[from] -= snapshot.cpuMillicores(container);
        memory[from] -= snapshot.memoryBytes(container);
        if (constraints != null) {
            constraints.leave(container, from);
        }
    }

    /** Sets down a container that was lifted. */
    public void put(int container, int host) {
        cpu[host] += snapshot.cpuMillicores(container);
        memory[host] += snapshot.memoryBytes(container);
        hostOf[container] = host;
        if (constraints != null) {
            constraints.arrive(container, host);
        }
    }

    /** Moves everything back to where the snapshot has it. */
    public void reset() {
        for (int container : moved()) {
            move(container, snapshot.hostOf(container));
        }
    }

    /** The loads as they are now. */
    public HostLoads loads() {
        return HostLoads.of(snapshot, cpu);
    }

    /** The containers that are elsewhere than in the snapshot, ascending. */
    public int[] moved() {
        int[] found = new int[hostOf.length];
        int count = 0;
        for (int c = 0; c < hostOf.length; c++) {
            if (hostOf[c] != snapshot.hostOf(c)) {
                found[count++] = c;
            }
        }
        return Arrays.copyOf(found, count);
    }
}
