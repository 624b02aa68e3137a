package org.livemigrate.simulator.trace;

import java.util.List;

/**
 * A workload in memory: a row of one byte per container for each sample (a PlanetLab day is 0.3 MB).
 *
 * @param filled how many samples were carried over a gap, because the trace had none for that time
 */
public record Trace(String name, List<Series> series, long stepMs, long startEpochMs, byte[][] rows, long filled)
        implements Workload {
    public Trace {
        series = List.copyOf(series);
        if (series.isEmpty() || rows.length == 0) {
            throw new IllegalArgumentException("the trace " + name + " has no samples");
        }
        if (stepMs <= 0) {
            throw new IllegalArgumentException("the step of the trace " + name + " is " + stepMs + " ms, not above 0");
        }
        for (int i = 1; i < series.size(); i++) {
            if (series.get(i - 1).name().compareTo(series.get(i).name()) >= 0) {
                throw new IllegalArgumentException(
                        "series '" + series.get(i).name() + "' of " + name + " is there twice or out of order");
            }
        }
    }

    @Override
    public int samples() {
        return rows.length;
    }

    @Override
    public Cursor cursor() {
        return new Cursor() {
            private int next;

            @Override
            public byte[] next() {
                return next == rows.length ? null : rows[next++];
            }
        };
    }

    /** Reads a workload's pass once, so that many runs can share it. */
    public static Trace of(Workload workload) {
        if (workload instanceof Trace trace) {
            return trace;
        }
        byte[][] rows = new byte[workload.samples()][];
        Workload.Cursor cursor = workload.cursor();
        for (int k = 0; k < rows.length; k++) {
            rows[k] = cursor.next().clone();
        }
        return new Trace(workload.name(), workload.series(), workload.stepMs(), workload.startEpochMs(), rows, 0);
    }
}
