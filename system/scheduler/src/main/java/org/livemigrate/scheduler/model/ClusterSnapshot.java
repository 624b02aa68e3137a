package org.livemigrate.scheduler.model;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * The fleet at one instant: an immutable value in arrays, made for a million containers. Hosts and containers are
 * addressed by index; both are sorted by id, so the order in which they were listed cannot matter. Fleet order is the
 * order of host indices.
 *
 * <p>The demand of a container in flight counts at both ends: in {@link #hostCpuMillicores} and
 * {@link #hostMemoryBytesUsed} of the host it is on, and of the other end where that is in the snapshot.
 *
 * <p>Start from {@link #builder()}; go from one sample to the next with {@link #revise()} or {@link #withDemand}, which
 * share everything that did not change.
 */
public final class ClusterSnapshot {
    private final Topology topology;
    private final Instant time;
    private final boolean[] schedulable;
    private final Placed placed;
    private final long[] cpuMillicores;
    private final long[] memoryBytes;
    private final boolean[] censored;
    private final boolean[] held;
    private final InFlight inFlight;
    private final List<PastMove> lastMoves;
    private final History history;
    private final Compatibility compatibility;
    private final long[] hostCpu;
    private final long[] hostMemory;

    ClusterSnapshot(Topology topology, SnapshotRevision from) {
        this.topology = topology;
        this.time = from.time;
        this.schedulable = from.schedulable;
        this.placed = from.placed;
        this.cpuMillicores = from.cpuMillicores;
        this.memoryBytes = from.memoryBytes;
        this.censored = from.censored;
        this.held = from.held;
        this.inFlight = from.inFlight;
        this.lastMoves = from.lastMoves;
        this.history = from.history;
        this.compatibility = from.compatibility;
        this.hostCpu = new long[topology.hostIds.length];
        this.hostMemory = new long[topology.hostIds.length];
        HostSums.fill(this, hostCpu, hostMemory);
    }

    /** Collects hosts and containers in any order. */
    public static ClusterSnapshotBuilder builder() {
        return new ClusterSnapshotBuilder();
    }

    /** The next snapshot: the same fleet, with some columns replaced. */
    public SnapshotRevision revise() {
        return new SnapshotRevision(this);
    }

    /** The same fleet at another time with another CPU demand per container index. The array is not copied. */
    public ClusterSnapshot withDemand(Instant newTime, long[] newCpuMillicores) {
        return revise().time(newTime).cpuMillicores(newCpuMillicores).build();
    }

    public Instant time() {
        return time;
    }

    public int hostCount() {
        return topology.hostIds.length;
    }

    public int containerCount() {
        return topology.containerIds.length;
    }

    public String hostId(int host) {
        return topology.hostIds[host];
    }

    /** Index of the host, or -1. */
    public int hostIndex(String id) {
        return topology.hostIndex(id);
    }

    public long capacityMillicores(int host) {
        return topology.capacityMillicores[host];
    }

    /** Memory that the host can give, or {@link Host#UNLIMITED_MEMORY}. */
    public long capacityMemoryBytes(int host) {
        return topology.hostMemoryBytes[host];
    }

    public Map<String, String> hostLabels(int host) {
        return topology.labelsOfHost(host);
    }

    /** False for a cordoned host: no destination. */
    public boolean isSchedulable(int host) {
        return schedulable == null || schedulable[host];
    }

    /** The host as a record. */
    public Host host(int host) {
        return new Host(
                hostId(host),
                capacityMillicores(host),
                capacityMemoryBytes(host),
                hostLabels(host),
                isSchedulable(host));
    }

    /** CPU demand on the host, with containers in flight at both ends. */
    public long hostCpuMillicores(int host) {
        return hostCpu[host];
    }

    /** Memory in use on the host, with containers in flight at both ends. */
    public long hostMemoryBytesUsed(int host) {
        return hostMemory[host];
    }

    /** A fresh copy of {@link #hostCpuMillicores} for all hosts. */
    public long[] copyHostCpuMillicores() {
        return hostCpu.clone();
    }

    /** A fresh copy of {@link #hostMemoryBytesUsed} for all hosts. */
    public long[] copyHostMemoryBytesUsed() {
        return hostMemory.clone();
    }

    /** How many containers stand on the host. */
    public int containerCountOn(int host) {
        return placed.start[host + 1] - placed.start[host];
    }

    /** The k-th container on the host, in ascending index (and therefore id). */
    public int containerOn(int host, int k) {
        return placed.members[placed.start[host] + k];
    }

    /** The containers on the host, ascending, in a fresh array. */
    public int[] containersOn(int host) {
        return Arrays.copyOfRange(placed.members, placed.start[host], placed.start[host + 1]);
    }

    public String containerId(int container) {
        return topology.containerIds[container];
    }

    /** What people call the container; its id when it has no name. */
    public String containerName(int container) {
        return topology.containerNames == null || topology.containerNames[container] == null
                ? topology.containerIds[container]
                : topology.containerNames[container];
    }

    /** Index of the container, or -1. */
    public int containerIndex(String id) {
        return topology.containerIndex(id);
    }

    /** Index of the host on which the container stands. */
    public int hostOf(int container) {
        return placed.hostOf[container];
    }

    /** A fresh copy of {@link #hostOf} for all containers. */
    public int[] copyPlacement() {
        return placed.hostOf.clone();
    }

    public long cpuMillicores(int container) {
        return cpuMillicores[container];
    }

    public long memoryBytes(int container) {
        return memoryBytes[container];
    }

    public Map<String, String> containerLabels(int container) {
        return topology.labelsOfContainer(container);
    }

    public Constraints constraints(int container) {
        return topology.constraintsOf(container);
    }

    /** Whether any container has constraints; when not, policies save themselves the looking. */
    public boolean hasConstraints() {
        return topology.constraints != null;
    }

    /** All constraints, numbered; made once for all snapshots that share the fleet. */
    public Demands demands() {
        return topology.demands();
    }

    /** Whether the demand is only a lower bound, because the host is saturated. */
    public boolean isCensored(int container) {
        return censored != null && censored[container];
    }

    /** The container as a record. */
    public Container container(int container) {
        return new Container(
                containerId(container),
                containerName(container),
                hostId(hostOf(container)),
                cpuMillicores(container),
                memoryBytes(container),
                containerLabels(container),
                constraints(container),
                isCensored(container));
    }

    /** Whether a migration of the container is under way. */
    public boolean isInFlight(int container) {
        return inFlight.indexOf(container) >= 0;
    }

    /** Whether a guard has withdrawn the container from this round. */
    public boolean isHeld(int container) {
        return held != null && held[container];
    }

    /** Whether a policy may move it: not pinned, not in flight, not held. */
    public boolean isMovable(int container) {
        return !isHeld(container) && !constraints(container).pinned() && !isInFlight(container);
    }

    public List<InFlightMove> inFlightMoves() {
        return inFlight.moves;
    }

    /** The host at the other end of the container's flight, or -1: not in flight, or that end is unknown. */
    public int otherEndOf(int container) {
        int k = inFlight.indexOf(container);
        return k < 0 ? -1 : inFlight.otherEnds[k];
    }

    /** The most recent migrations that ended, oldest first. */
    public List<PastMove> lastMoves() {
        return lastMoves;
    }

    /** The most recent samples before this snapshot. */
    public History history() {
        return history;
    }

    /** Which hosts can restore what which hosts checkpointed; {@code null} when every host can. */
    public Compatibility compatibility() {
        return compatibility;
    }

    /** Whether what runs on one host can be restored on the other, as far as is known. */
    public boolean isCompatible(int fromHost, int toHost) {
        return compatibility == null || compatibility.allows(fromHost, toHost);
    }

    Topology topology() {
        return topology;
    }

    boolean[] schedulableColumn() {
        return schedulable;
    }

    Placed placed() {
        return placed;
    }

    long[] cpuColumn() {
        return cpuMillicores;
    }

    long[] memoryColumn() {
        return memoryBytes;
    }

    boolean[] censoredColumn() {
        return censored;
    }

    boolean[] heldColumn() {
        return held;
    }

    InFlight inFlight() {
        return inFlight;
    }
}
