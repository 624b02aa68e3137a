package org.livemigrate.scheduler.model;

/** Adds up what stands on, and is on its way to, every host, and refuses sums that exact comparison could not take. */
final class HostSums {
    private HostSums() {}

    static void fill(ClusterSnapshot snapshot, long[] cpu, long[] memory) {
        int[] hostOf = snapshot.placed().hostOf;
        long[] demand = snapshot.cpuColumn();
        long[] bytes = snapshot.memoryColumn();
        for (int c = 0; c < hostOf.length; c++) {
            if (demand[c] < 0
                    || demand[c] > Limits.MAX_CPU_MILLICORES
                    || bytes[c] < 0
                    || bytes[c] > Limits.MAX_MEMORY_BYTES) {
                snapshot.container(c);
            }
            add(snapshot, cpu, memory, hostOf[c], demand[c], bytes[c]);
        }
        InFlight inFlight = snapshot.inFlight();
        for (int k = 0; k < inFlight.containers.length; k++) {
            int c = inFlight.containers[k];
            if (inFlight.otherEnds[k] >= 0) {
                add(snapshot, cpu, memory, inFlight.otherEnds[k], demand[c], bytes[c]);
            }
        }
    }

    private static void add(ClusterSnapshot snapshot, long[] cpu, long[] memory, int host, long demand, long bytes) {
        cpu[host] += demand;
        memory[host] += bytes;
        if (cpu[host] > Limits.MAX_CPU_MILLICORES || memory[host] < 0) {
            throw new InvalidClusterException("The containers on host '" + snapshot.hostId(host)
                    + "' add up to more than can be compared exactly (at most " + Limits.MAX_CPU_MILLICORES
                    + " millicores and " + Long.MAX_VALUE + " bytes per host). Check the units: CPU is in millicores,"
                    + " memory in bytes.");
        }
    }
}
