package org.livemigrate.simulator.trace;

import java.util.Arrays;

/** The samples of one series as they are read: times ascend, values are percents. Grows; one byte and one long each. */
public final class SeriesBuffer {
    private final String name;
    private long cpuMillicores;
    private long memoryBytes;
    private long[] timesMs = new long[512];
    private byte[] values = new byte[512];
    private int size;
    private long duplicates;

    public SeriesBuffer(String name) {
        this.name = name;
    }

    /**
     * Adds a sample. A time seen twice in a row keeps the later value, as traces of monitors repeat themselves.
     *
     * @throws TraceException when time goes back, or the value is not a number from 0 to {@code maxPercent}
     */
    public void add(String file, long line, long timeMs, double percent, double maxPercent) throws TraceException {
        if (!(percent >= 0 && percent <= maxPercent)) {
            throw TraceException.at(
                    file,
                    line,
                    "CPU use is " + percent + " %, not within 0 to " + (long) maxPercent
                            + ". Correct or remove the line.");
        }
        if (size > 0 && timeMs <= timesMs[size - 1]) {
            if (timeMs < timesMs[size - 1]) {
                throw TraceException.at(
                        file,
                        line,
                        "time goes back from " + timesMs[size - 1] + " ms to " + timeMs + " ms within series '" + name
                                + "'. Sort the file by time.");
            }
            values[size - 1] = Samples.encode(percent);
            duplicates++;
            return;
        }
        if (size == values.length) {
            timesMs = Arrays.copyOf(timesMs, size * 2);
            values = Arrays.copyOf(values, size * 2);
        }
        timesMs[size] = timeMs;
        values[size++] = Samples.encode(percent);
    }

    /** The largest size that the trace declares for it is what it is given. */
    public void size(long millicores, long bytes) {
        cpuMillicores = Math.max(cpuMillicores, millicores);
        memoryBytes = Math.max(memoryBytes, bytes);
    }

    public String name() {
        return name;
    }

    public int count() {
        return size;
    }

    /** How often a time was there twice. */
    public long duplicates() {
        return duplicates;
    }

    long firstMs() {
        return timesMs[0];
    }

    long lastMs() {
        return timesMs[size - 1];
    }

    Series series() {
        return new Series(name, cpuMillicores, memoryBytes);
    }

    /** The median distance between samples. */
    long medianStepMs() {
        if (size < 2) {
            return 0;
        }
        long[] steps = new long[size - 1];
        for (int i = 1; i < size; i++) {
            steps[i - 1] = timesMs[i] - timesMs[i - 1];
        }
        Arrays.sort(steps);
        return steps[steps.length / 2];
    }

    /**
     * Puts the series on the grid as column {@code column}: each cell holds the last sample at or before its end; before
     * the first and a step after the last sample the container is absent. Returns how many cells no sample fell into.
     */
    long resample(byte[][] rows, int column, long startMs, long stepMs) {
        long filled = 0;
        int next = 0;
        for (int k = 0; k < rows.length; k++) {
            long cellStart = startMs + k * stepMs;
            int before = next;
            while (next < size && timesMs[next] < cellStart + stepMs) {
                next++;
            }
            boolean gone = next == size && before == size;
            rows[k][column] = next == 0 || gone ? Samples.ABSENT : values[next - 1];
            if (!gone && next > 0 && next == before) {
                filled++;
            }
        }
        return filled;
    }
}
