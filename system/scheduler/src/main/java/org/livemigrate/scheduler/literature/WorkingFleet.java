package org.livemigrate.scheduler.literature;

import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.model.History;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.power.PowerModel;

/** Demand, memory and past demand of every host while a consolidation is tried out. */
final class WorkingFleet {
    final ClusterSnapshot snapshot;
    final long[] cpu;
    final long[] cpuBefore;
    final long[] memory;
    final long[] memoryLimit;
    final long[] cpuLimit;
    private final PowerModel[] power;
    private final double[] perMillicore;
    final double[] watts;
    final int[] occupants;
    final int[] hostOf;
    private final int samples;
    private final long[] past;

    WorkingFleet(ClusterSnapshot snapshot, Fraction headroom, HostKinds kinds, int historyLength) {
        this.snapshot = snapshot;
        int hosts = snapshot.hostCount();
        cpuBefore = snapshot.copyHostCpuMillicores();
        cpu = cpuBefore.clone();
        memory = snapshot.copyHostMemoryBytesUsed();
        memoryLimit = new long[hosts];
        cpuLimit = new long[hosts];
        watts = new double[hosts];
        perMillicore = new double[hosts];
        power = new PowerModel[hosts];
        occupants = new int[hosts];
        hostOf = snapshot.copyPlacement();
        Fraction usable = headroom.complement();
        for (int h = 0; h < hosts; h++) {
            long bytes = snapshot.capacityMemoryBytes(h);
            memoryLimit[h] = bytes == Host.UNLIMITED_MEMORY ? bytes : usable.floorOf(bytes);
            cpuLimit[h] = usable.floorOf(snapshot.capacityMillicores(h));
            occupants[h] = snapshot.containerCountOn(h);
            power[h] = kinds.power(kinds.of(h));
            perMillicore[h] = 1.0 / snapshot.capacityMillicores(h);
            watts[h] = wattsWith(h, 0);
        }
        samples = historyLength == 0
                ? 0
                : Math.min(historyLength, snapshot.history().size() + 1);
        past = new long[samples * hosts];
        for (int c = 0; samples > 0 && c < hostOf.length; c++) {
            addPast(c, hostOf[c], 1);
        }
    }

    /** What the host would draw with so much more demand. */
    double wattsWith(int host, long demand) {
        return power[host].watts((cpu[host] + demand) * perMillicore[host]);
    }

    /** Its load, as a fraction of its capacity. */
    double load(int host) {
        return cpu[host] * perMillicore[host];
    }

    /** Whether anything is on it, or on its way to or from it. */
    boolean isOn(int host) {
        return occupants[host] > 0 || cpu[host] > 0;
    }

    boolean isOverloaded(Detector detector, int host) {
        return detector.isOverloaded(cpu[host], snapshot.capacityMillicores(host), past, host * samples, samples);
    }

    /** As if the container were there too. */
    boolean isOverloadedWith(Detector detector, int host, int container) {
        if (samples == 0) {
            return detector.isOverloaded(
                    cpu[host] + snapshot.cpuMillicores(container), snapshot.capacityMillicores(host), past, 0, 0);
        }
        addPast(container, host, 1);
        cpu[host] += snapshot.cpuMillicores(container);
        boolean overloaded = isOverloaded(detector, host);
        addPast(container, host, -1);
        cpu[host] -= snapshot.cpuMillicores(container);
        return overloaded;
    }

    void take(int container) {
        change(container, hostOf[container], -1);
        hostOf[container] = -1;
    }

    void put(int container, int host) {
        change(container, host, 1);
        hostOf[container] = host;
    }

    private void change(int container, int host, int sign) {
        cpu[host] += sign * snapshot.cpuMillicores(container);
        memory[host] += sign * snapshot.memoryBytes(container);
        occupants[host] += sign;
        watts[host] = wattsWith(host, 0);
        addPast(container, host, sign);
    }

    private void addPast(int container, int host, int sign) {
        History history = snapshot.history();
        int first = history.size() + 1 - samples;
        for (int k = 0; k < samples; k++) {
            long value = first + k < history.size() && history.hasContainers()
                    ? Math.max(0, history.containerMillicores(first + k, container))
                    : snapshot.cpuMillicores(container);
            past[host * samples + k] += sign * value;
        }
    }
}
