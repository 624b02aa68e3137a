package org.livemigrate.simulator.trace;

import java.util.Arrays;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Collects series with times of their own and puts them on one grid. */
public final class TraceBuilder {
    /** No more cells than this: a wrong time column would otherwise ask for all the memory there is. */
    private static final long MAX_CELLS = 4_000_000_000L;

    private final String name;
    private final String source;
    private final Map<String, SeriesBuffer> series = new TreeMap<>();

    /**
     * @param name of the trace
     * @param source where it is read from, for messages
     */
    public TraceBuilder(String name, String source) {
        this.name = name;
        this.source = source;
    }

    /** The buffer of a series, new or as it stands. */
    public SeriesBuffer series(String seriesName) {
        return series.computeIfAbsent(seriesName, SeriesBuffer::new);
    }

    /** Whether the series is known. */
    public boolean has(String seriesName) {
        return series.containsKey(seriesName);
    }

    /**
     * Resamples.
     *
     * @param stepMs of the grid; when empty, the median over the series of their median steps
     * @throws TraceException when there is no sample at all, or no step can be told
     */
    public Trace build(OptionalLong stepMs) throws TraceException {
        SeriesBuffer[] buffers =
                series.values().stream().filter(s -> s.count() > 0).toArray(SeriesBuffer[]::new);
        if (buffers.length == 0) {
            throw TraceException.in(source, "no samples in it. Check the path and the format.");
        }
        long start =
                Arrays.stream(buffers).mapToLong(SeriesBuffer::firstMs).min().getAsLong();
        long end = Arrays.stream(buffers).mapToLong(SeriesBuffer::lastMs).max().getAsLong();
        long step = stepMs.isPresent() ? stepMs.getAsLong() : medianStep(buffers);
        long cells = (end - start) / step + 1;
        if (cells > Integer.MAX_VALUE || cells * buffers.length > MAX_CELLS) {
            throw TraceException.in(
                    source,
                    "its samples lie from " + start + " to " + end + " ms in steps of " + step + " ms, which is "
                            + cells + " × " + buffers.length + " cells. Check the unit of the time column.");
        }
        byte[][] rows = new byte[(int) cells][buffers.length];
        long filled = 0;
        for (int i = 0; i < buffers.length; i++) {
            filled += buffers[i].resample(rows, i, start, step);
        }
        return new Trace(name, Arrays.stream(buffers).map(SeriesBuffer::series).toList(), step, start, rows, filled);
    }

    private long medianStep(SeriesBuffer[] buffers) throws TraceException {
        long[] steps = Arrays.stream(buffers)
                .mapToLong(SeriesBuffer::medianStepMs)
                .filter(s -> s > 0)
                .sorted()
                .toArray();
        if (steps.length == 0) {
            throw TraceException.in(source, "no series has two samples, so the step cannot be told. Say --step.");
        }
        return steps[steps.length / 2];
    }
}
