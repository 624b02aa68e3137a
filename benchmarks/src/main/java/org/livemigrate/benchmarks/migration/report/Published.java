package org.livemigrate.benchmarks.migration.report;

import java.util.Map;

/** What the report measured with ten pre-dumps on t2.micro instances and EFS (its tables of section 3). */
public final class Published {

    /**
     * @param flags of progrium/stress
     * @param cpuPercent of one CPU; NaN where the report gives no number, here and below
     * @param memoryMb it held
     * @param checkpointMs the dump
     * @param restoreMs the restore
     */
    public record Row(String flags, double cpuPercent, double memoryMb, double checkpointMs, double restoreMs) {}

    /** "Similar" to CPU is all that it says of I/O. */
    public static final Map<String, Row> ROWS = Map.of(
            "cpu", new Row("--cpu 2", 99.74, Double.NaN, 475.52, 1110.44),
            "io", new Row("--io 3", Double.NaN, Double.NaN, Double.NaN, Double.NaN),
            "memory", new Row("--vm 1 --vm-bytes 256M --vm-hang 1 --vm-keep", 6.92, 268.7, 2750, 4060),
            "mixed", new Row("--cpu 1 --io 1 --vm 2 --vm-bytes 128M --vm-hang 2 --vm-keep", 78.24, 268, 2990, 5060));

    private Published() {}
}
