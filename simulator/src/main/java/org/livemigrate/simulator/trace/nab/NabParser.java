package org.livemigrate.simulator.trace.nab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.csv.CsvMapping;
import org.livemigrate.simulator.trace.csv.CsvParser;

/**
 * AWS CloudWatch CPU use from the Numenta Anomaly Benchmark: one CSV per instance, {@code timestamp,value} in UTC and
 * percent. The instances were recorded in different weeks of 2014, so each exists only in its own.
 */
public final class NabParser {
    private static final String COLUMNS = "time=timestamp,time-unit=iso,cpu=value,cpu-unit=percent";

    private NabParser() {}

    /** Reads the CPU files of a directory or archive, on a grid of 300 s unless another step is given. */
    public static Trace parse(Path path, OptionalLong stepMs) throws IOException {
        return CsvParser.parse(
                "nab",
                path,
                CsvMapping.parse(COLUMNS),
                name -> name.endsWith(".csv") && name.contains("cpu_utilization"),
                stepMs.isPresent() ? stepMs : OptionalLong.of(300_000));
    }
}
