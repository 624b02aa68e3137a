package org.livemigrate.scheduler.literature;

import java.util.Arrays;
import java.util.Map;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.power.PowerModel;

/**
 * Which hosts are alike: same capacity, memory, power model and labels. Fleets have few kinds, so they are told apart by
 * looking through those seen so far, and the label maps that hosts share are compared by identity first.
 */
final class HostKinds {
    private final int[] kindOf;
    private int count;
    private long[] capacity = new long[4];
    private long[] memory = new long[4];
    private PowerModel[] power = new PowerModel[4];
    private Map<String, String>[] labels = newMaps(4);

    HostKinds(ClusterSnapshot snapshot) {
        kindOf = new int[snapshot.hostCount()];
        for (int h = 0; h < kindOf.length; h++) {
            kindOf[h] = kind(snapshot.capacityMillicores(h), snapshot.capacityMemoryBytes(h), snapshot.hostLabels(h));
        }
    }

    private int kind(long hostCapacity, long hostMemory, Map<String, String> hostLabels) {
        for (int k = 0; k < count; k++) {
            if (capacity[k] == hostCapacity
                    && memory[k] == hostMemory
                    && (labels[k] == hostLabels || labels[k].equals(hostLabels))) {
                return k;
            }
        }
        if (count == capacity.length) {
            capacity = Arrays.copyOf(capacity, count * 2);
            memory = Arrays.copyOf(memory, count * 2);
            power = Arrays.copyOf(power, count * 2);
            labels = Arrays.copyOf(labels, count * 2);
        }
        capacity[count] = hostCapacity;
        memory[count] = hostMemory;
        power[count] = PowerModel.of(hostLabels);
        labels[count] = hostLabels;
        return count++;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String>[] newMaps(int length) {
        return new Map[length];
    }

    int count() {
        return count;
    }

    int of(int host) {
        return kindOf[host];
    }

    PowerModel power(int kind) {
        return power[kind];
    }

    /** CPU of each host of the kind, in millicores. */
    long capacity(int kind) {
        return capacity[kind];
    }
}
