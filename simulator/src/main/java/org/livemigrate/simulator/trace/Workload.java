package org.livemigrate.simulator.trace;

import java.util.List;

/**
 * CPU demand of many containers on a regular grid: sample k holds from {@code startEpochMs + k * stepMs} for one step.
 * The series are sorted by name, so nothing can depend on the order in which files were listed.
 */
public interface Workload {

    /** What it is, for tables and reports. */
    String name();

    /** The containers, ascending by name. */
    List<Series> series();

    /** Time between samples. */
    long stepMs();

    /** When the first sample holds from. */
    long startEpochMs();

    /** How many samples each series has. */
    int samples();

    /** A fresh pass over the samples. Passes are independent and equal. */
    Cursor cursor();

    /** One pass, a row of {@link Samples bytes} (one per series) at a time. */
    @FunctionalInterface
    interface Cursor {
        /** The next row, or {@code null} after the last. The array is the cursor's: read it before the next call. */
        byte[] next();
    }
}
