package org.livemigrate.scheduler.model;

import java.time.Instant;
import java.util.List;

/**
 * A snapshot in the making that shares what did not change with the one it came from. Arrays are indexed as the
 * snapshot is and are handed over, not copied: the caller leaves them alone afterwards.
 */
public final class SnapshotRevision {
    private final Topology topology;
    Instant time;
    boolean[] schedulable;
    Placed placed;
    long[] cpuMillicores;
    long[] memoryBytes;
    boolean[] censored;
    boolean[] held;
    InFlight inFlight;
    List<PastMove> lastMoves;
    History history;
    Compatibility compatibility;

    private List<InFlightMove> listedInFlight;

    SnapshotRevision(Topology topology, Instant time, int[] hostOf, long[] cpuMillicores, long[] memoryBytes) {
        this.topology = topology;
        this.time = time;
        this.placed = Placed.of(hostOf, topology.hostIds.length);
        this.cpuMillicores = cpuMillicores;
        this.memoryBytes = memoryBytes;
        this.inFlight = InFlight.NONE;
        this.lastMoves = List.of();
        this.history = History.EMPTY;
        this.listedInFlight = List.of();
    }

    SnapshotRevision(ClusterSnapshot from) {
        this.topology = from.topology();
        this.time = from.time();
        this.schedulable = from.schedulableColumn();
        this.placed = from.placed();
        this.cpuMillicores = from.cpuColumn();
        this.memoryBytes = from.memoryColumn();
        this.censored = from.censoredColumn();
        this.held = from.heldColumn();
        this.inFlight = from.inFlight();
        this.lastMoves = from.lastMoves();
        this.history = from.history();
        this.compatibility = from.compatibility();
        this.listedInFlight = from.inFlightMoves();
    }

    public SnapshotRevision time(Instant value) {
        time = value;
        return this;
    }

    /** CPU demand by container index. */
    public SnapshotRevision cpuMillicores(long[] value) {
        requireContainers(value.length);
        cpuMillicores = value;
        return this;
    }

    /** Memory in use by container index. */
    public SnapshotRevision memoryBytes(long[] value) {
        requireContainers(value.length);
        memoryBytes = value;
        return this;
    }

    /** Host index by container index. */
    public SnapshotRevision placement(int[] value) {
        requireContainers(value.length);
        for (int host : value) {
            if (host < 0 || host >= topology.hostIds.length) {
                throw new IllegalArgumentException(
                        "Host index " + host + " is not in 0.." + (topology.hostIds.length - 1));
            }
        }
        placed = Placed.of(value, topology.hostIds.length);
        return this;
    }

    /** Schedulable or cordoned, by host index. */
    public SnapshotRevision schedulable(boolean[] value) {
        requireHosts(value.length);
        schedulable = value;
        return this;
    }

    /** Demand known only as a lower bound, by container index. */
    public SnapshotRevision censored(boolean[] value) {
        requireContainers(value.length);
        censored = value;
        return this;
    }

    /** Withdrawn from this round, by container index; {@code null} for none. */
    public SnapshotRevision held(boolean[] value) {
        if (value != null) {
            requireContainers(value.length);
        }
        held = value;
        return this;
    }

    /** The migrations under way; they replace those of the snapshot before. */
    public SnapshotRevision inFlight(List<InFlightMove> value) {
        listedInFlight = List.copyOf(value);
        return this;
    }

    /** The migrations that ended, oldest first. */
    public SnapshotRevision lastMoves(List<PastMove> value) {
        lastMoves = List.copyOf(value);
        return this;
    }

    /** The samples before this one. */
    public SnapshotRevision history(History value) {
        if (value.size() > 0) {
            value.requireShape(topology.hostIds.length, topology.containerIds.length);
        }
        history = value;
        return this;
    }

    /** Which hosts can restore what which hosts checkpointed; {@code null} when every host can. */
    public SnapshotRevision compatibility(Compatibility value) {
        if (value != null) {
            requireHosts(value.hostCount());
        }
        compatibility = value;
        return this;
    }

    /** Checks it and makes it a snapshot. */
    public ClusterSnapshot build() {
        inFlight = InFlight.of(listedInFlight, topology, placed.hostOf);
        return new ClusterSnapshot(topology, this);
    }

    private void requireContainers(int length) {
        if (length != topology.containerIds.length) {
            throw new IllegalArgumentException(
                    "The snapshot has " + topology.containerIds.length + " containers, the array has " + length);
        }
    }

    private void requireHosts(int length) {
        if (length != topology.hostIds.length) {
            throw new IllegalArgumentException(
                    "The snapshot has " + topology.hostIds.length + " hosts, the array has " + length);
        }
    }
}
