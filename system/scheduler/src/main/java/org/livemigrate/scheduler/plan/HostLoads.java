package org.livemigrate.scheduler.plan;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;

/**
 * The load of every host, demand over capacity, in fleet order. It may be above one: demand can exceed what a host
 * has.
 */
public final class HostLoads {
    private final ClusterSnapshot snapshot;
    private final long[] cpuMillicores;

    private HostLoads(ClusterSnapshot snapshot, long[] cpuMillicores) {
        this.snapshot = snapshot;
        this.cpuMillicores = cpuMillicores;
    }

    /** The loads of the snapshot as it is. */
    public static HostLoads of(ClusterSnapshot snapshot) {
        return new HostLoads(snapshot, snapshot.copyHostCpuMillicores());
    }

    /** The loads for another CPU demand per host index; the array is copied. */
    public static HostLoads of(ClusterSnapshot snapshot, long[] cpuMillicores) {
        return new HostLoads(snapshot, Arrays.copyOf(cpuMillicores, snapshot.hostCount()));
    }

    public int hostCount() {
        return cpuMillicores.length;
    }

    public String hostId(int host) {
        return snapshot.hostId(host);
    }

    /** CPU demand on the host. */
    public long cpuMillicores(int host) {
        return cpuMillicores[host];
    }

    /** Demand over capacity. */
    public double load(int host) {
        return (double) cpuMillicores[host] / snapshot.capacityMillicores(host);
    }

    /** Demand over capacity by host id. */
    public double load(String hostId) {
        int host = snapshot.hostIndex(hostId);
        if (host < 0) {
            throw new IllegalArgumentException("No host '" + hostId + "' in this snapshot.");
        }
        return load(host);
    }

    /** The load for people, rounded to a tenth of a percent: {@code 70.0 %}. */
    public String percent(int host) {
        return percent(cpuMillicores[host], snapshot.capacityMillicores(host));
    }

    /** A use of a capacity for people, rounded to a tenth of a percent. */
    public static String percent(long use, long capacity) {
        long tenths = (use * 2000 + capacity) / (2 * capacity);
        return tenths / 10 + "." + tenths % 10 + " %";
    }

    /** Exactly: whether the host is above the fraction. */
    public boolean isAbove(int host, Fraction target) {
        return target.isExceededBy(cpuMillicores[host], snapshot.capacityMillicores(host));
    }

    /** Load by host id, in fleet order: what JSON carries. */
    public Map<String, Double> asMap() {
        Map<String, Double> map = new LinkedHashMap<>(cpuMillicores.length * 2);
        for (int h = 0; h < cpuMillicores.length; h++) {
            map.put(hostId(h), load(h));
        }
        return Collections.unmodifiableMap(map);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostLoads that && asMap().equals(that.asMap());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(cpuMillicores);
    }

    @Override
    public String toString() {
        return asMap().toString();
    }
}
