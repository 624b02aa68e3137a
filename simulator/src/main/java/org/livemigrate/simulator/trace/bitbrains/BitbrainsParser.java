package org.livemigrate.simulator.trace.bitbrains;

import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.livemigrate.simulator.trace.Samples;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.csv.CsvMapping;
import org.livemigrate.simulator.trace.csv.CsvParser;

/**
 * Bitbrains GWA-T-12 (Shen, van Beek, Iosup, CCGrid 2015): one CSV per VM, separator {@code ;<TAB>}. What it calls
 * {@code Timestamp [ms]} is in seconds. Use goes a little above 100 %, which is kept; a VM's memory is the most it used.
 */
public final class BitbrainsParser {
    private static final String COLUMNS = "time=Timestamp [ms],time-unit=s,cpu=CPU usage [%],cpu-unit=percent,"
            + "cores=CPU cores,memory=Memory usage [KB],memory-unit=KB,separator=semicolon,max="
            + (int) Samples.MAX_PERCENT;

    private BitbrainsParser() {}

    /** Reads a directory or archive of VMs, on a grid of 300 s unless another step is given. */
    public static Trace parse(Path path, OptionalLong stepMs) throws IOException {
        return CsvParser.parse(
                "bitbrains",
                path,
                CsvMapping.parse(COLUMNS),
                name -> name.endsWith(".csv"),
                stepMs.isPresent() ? stepMs : OptionalLong.of(300_000));
    }
}
