package org.livemigrate.protocol.stats;

/**
 * How far a container's use must move from what was last told before it is told again (the report's future work: "a
 * threshold on diffs").
 *
 * @param cpuMillicores least change of CPU use, absolute
 * @param memoryBytes least change of memory, absolute
 */
public record DiffThreshold(long cpuMillicores, long memoryBytes) {

    /** Every change is told. */
    public static final DiffThreshold NONE = new DiffThreshold(0, 0);

    /** A hundredth of a core, 4 MiB: below what changes a decision, above a sampler's noise. */
    public static final DiffThreshold DEFAULT = new DiffThreshold(10, 4L << 20);

    public DiffThreshold {
        if (cpuMillicores < 0 || memoryBytes < 0) {
            throw new IllegalArgumentException("a threshold of " + cpuMillicores + " millicores and " + memoryBytes
                    + " bytes is below 0: write 0 to send every change");
        }
    }

    boolean exceededBy(ContainerSample told, ContainerSample now) {
        return differs(told.cpuMillicores(), now.cpuMillicores(), cpuMillicores)
                || differs(told.memoryBytes(), now.memoryBytes(), memoryBytes)
                || !told.name().equals(now.name())
                || !told.labels().equals(now.labels());
    }

    private static boolean differs(long told, long now, long least) {
        return told != now && Math.abs(now - told) >= least;
    }
}
