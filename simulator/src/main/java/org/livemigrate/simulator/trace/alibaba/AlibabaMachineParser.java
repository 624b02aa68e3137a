package org.livemigrate.simulator.trace.alibaba;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.csv.CsvMapping;
import org.livemigrate.simulator.trace.csv.CsvParser;

/**
 * Alibaba cluster-trace-v2018 {@code machine_usage.csv}: machine_id, time_stamp [s], cpu_util_percent, then others; no
 * header, irregular steps, gaps of hours. Put on a grid of 60 s unless another step is given; gaps keep the last value.
 */
public final class AlibabaMachineParser {
    private static final String COLUMNS = "header=no,id=1,time=2,time-unit=s,cpu=3,cpu-unit=percent";

    private AlibabaMachineParser() {}

    /** Reads {@code machine_usage.csv}, packed or not. */
    public static Trace parse(Path path, OptionalLong stepMs) throws IOException {
        return CsvParser.parse(
                "alibaba",
                path,
                CsvMapping.parse(COLUMNS),
                name -> name.contains(".csv"),
                stepMs.isPresent() ? stepMs : OptionalLong.of(60_000));
    }
}
