package org.livemigrate.simulator.trace.registry;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.alibaba.AlibabaMachineParser;
import org.livemigrate.simulator.trace.bitbrains.BitbrainsParser;
import org.livemigrate.simulator.trace.csv.CsvMapping;
import org.livemigrate.simulator.trace.csv.CsvParser;
import org.livemigrate.simulator.trace.nab.NabParser;
import org.livemigrate.simulator.trace.planetlab.PlanetLabParser;

/** The trace formats by name; a new one joins with one line. */
public final class TraceFormats {
    private static final Pattern DAY = Pattern.compile("(.+):(\\d{8})");

    /** Where a trace is and how it is to be read. */
    private record Request(String path, CsvMapping columns, OptionalLong stepMs) {
        Path file() {
            return Path.of(path);
        }
    }

    @FunctionalInterface
    private interface Format {
        Trace read(Request request) throws IOException;
    }

    private static final Map<String, Format> BY_NAME = new LinkedHashMap<>();

    static {
        BY_NAME.put("planetlab", TraceFormats::planetLab);
        BY_NAME.put("bitbrains", r -> BitbrainsParser.parse(r.file(), r.stepMs));
        BY_NAME.put("alibaba", r -> AlibabaMachineParser.parse(r.file(), r.stepMs));
        BY_NAME.put("nab", r -> NabParser.parse(r.file(), r.stepMs));
        BY_NAME.put("csv", r -> CsvParser.parse("csv", r.file(), r.columns, name -> name.endsWith(".csv"), r.stepMs));
    }

    private TraceFormats() {}

    /**
     * Reads {@code FORMAT:PATH}, for PlanetLab {@code planetlab:PATH[:DAY]}.
     *
     * @param columns of a {@code csv:} trace
     * @param stepMs of the grid, or empty for the format's own; PlanetLab is always 300 s
     * @throws IllegalArgumentException when the format is not known
     * @throws IOException when the input is not what it should be; the message names file and line
     */
    public static Trace read(String spec, CsvMapping columns, OptionalLong stepMs) throws IOException {
        int colon = spec.indexOf(':');
        Format format = colon < 0 ? null : BY_NAME.get(spec.substring(0, colon));
        if (format == null || colon == spec.length() - 1) {
            throw new IllegalArgumentException("--trace '" + spec + "' is not FORMAT:PATH with FORMAT one of "
                    + String.join(", ", BY_NAME.keySet()) + ", recording.");
        }
        return format.read(new Request(spec.substring(colon + 1), columns, stepMs));
    }

    private static Trace planetLab(Request request) throws IOException {
        Matcher day = DAY.matcher(request.path);
        return day.matches()
                ? PlanetLabParser.parse(Path.of(day.group(1)), day.group(2))
                : PlanetLabParser.parse(request.file(), null);
    }
}
