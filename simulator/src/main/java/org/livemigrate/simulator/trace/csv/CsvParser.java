package org.livemigrate.simulator.trace.csv;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.livemigrate.simulator.trace.Lines;
import org.livemigrate.simulator.trace.SeriesBuffer;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.TraceBuilder;
import org.livemigrate.simulator.trace.TraceException;
import org.livemigrate.simulator.trace.TraceFiles;

/**
 * Any CSV whose columns a {@link CsvMapping} names; all the tabular formats are read through it. Fields are numbers and
 * ids as machines write them, so quoting is not supported: a quote is reported as the malformed value that it makes.
 */
public final class CsvParser {
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private CsvParser() {}

    /**
     * Reads one file, or all wanted files of a directory or archive.
     *
     * @param stepMs of the grid, or empty for the trace's own median
     */
    public static Trace parse(String name, Path path, CsvMapping mapping, Predicate<String> wanted, OptionalLong stepMs)
            throws IOException {
        TraceBuilder builder = new TraceBuilder(name, path.toString());
        int files = TraceFiles.read(path, wanted, (file, lines) -> read(file, lines, mapping, builder));
        if (files == 0) {
            throw TraceException.in(path.toString(), "no files of this format in it. Check the path and the format.");
        }
        return builder.build(stepMs);
    }

    private static void read(String file, Lines lines, CsvMapping mapping, TraceBuilder builder) throws IOException {
        List<String> fields = new ArrayList<>();
        List<String> header = null;
        if (mapping.header()) {
            String first = lines.next();
            if (first == null) {
                throw TraceException.in(lines.file(), "the file is empty.");
            }
            split(first, mapping.separator(), fields);
            header = List.copyOf(fields);
        }
        Columns columns = new Columns(mapping, header, lines);
        String ownId = stem(file);
        if (mapping.id().isEmpty() && builder.has(ownId)) {
            throw TraceException.in(lines.file(), "the series '" + ownId + "' is there twice");
        }
        int width = header == null ? 0 : header.size();
        SeriesBuffer series = null;
        for (String line = lines.next(); line != null; line = lines.next()) {
            split(line, mapping.separator(), fields);
            if (width == 0) {
                width = fields.size();
            }
            if (fields.size() != width) {
                throw lines.problem(fields.size() + " columns, where " + width + " are expected.");
            }
            String id = columns.id < 0 ? ownId : field(fields, columns.id, lines);
            if (series == null || !series.name().equals(id)) {
                series = builder.series(id);
            }
            long timeMs = time(field(fields, columns.time, lines), mapping.timeUnit(), lines);
            double percent = number(field(fields, columns.cpu, lines), "CPU use", lines) * mapping.cpuScale();
            double cores = columns.cores < 0 ? 0 : number(field(fields, columns.cores, lines), "cores", lines);
            double memory = columns.memory < 0 ? 0 : number(field(fields, columns.memory, lines), "memory", lines);
            if (cores < 0 || cores > 1_000_000 || memory < 0) {
                throw lines.problem("cores " + cores + " or memory " + memory + " is out of range.");
            }
            series.add(lines.file(), lines.number(), timeMs, percent, mapping.maxPercent());
            series.size(Math.round(cores * 1000), Math.round(memory * mapping.memoryScale()));
        }
    }

    private static final class Columns {
        final int id;
        final int time;
        final int cpu;
        final int cores;
        final int memory;

        Columns(CsvMapping mapping, List<String> header, Lines lines) throws TraceException {
            id = index(mapping.id(), header, lines);
            time = index(Optional.of(mapping.time()), header, lines);
            cpu = index(Optional.of(mapping.cpu()), header, lines);
            cores = index(mapping.cores(), header, lines);
            memory = index(mapping.memory(), header, lines);
        }

        private static int index(Optional<String> column, List<String> header, Lines lines) throws TraceException {
            if (column.isEmpty()) {
                return -1;
            }
            int found = header == null ? -1 : header.indexOf(column.get());
            if (found >= 0) {
                return found;
            }
            try {
                int number = Integer.parseInt(column.get());
                if (number >= 1) {
                    return number - 1;
                }
            } catch (NumberFormatException e) {
                // not a number: reported below
            }
            throw lines.problem("there is no column '" + column.get() + "'"
                    + (header == null ? " (without a header, columns are numbers from 1)." : " in " + header + "."));
        }
    }

    private static void split(String line, char separator, List<String> into) {
        into.clear();
        int from = 0;
        for (int at = line.indexOf(separator); at >= 0; at = line.indexOf(separator, from)) {
            into.add(line.substring(from, at).strip());
            from = at + 1;
        }
        into.add(line.substring(from).strip());
    }

    private static String field(List<String> fields, int column, Lines lines) throws TraceException {
        if (column >= fields.size()) {
            throw lines.problem("column " + (column + 1) + " is wanted, and there are " + fields.size() + ".");
        }
        String value = fields.get(column);
        if (value.isEmpty()) {
            throw lines.problem("column " + (column + 1) + " is empty.");
        }
        return value;
    }

    private static double number(String text, String what, Lines lines) throws TraceException {
        try {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
                return value;
            }
        } catch (NumberFormatException e) {
            // reported below, as NaN and infinities are
        }
        throw lines.problem(what + " is '" + text + "', not a finite number.");
    }

    private static long time(String text, CsvMapping.TimeUnit unit, Lines lines) throws TraceException {
        try {
            return switch (unit) {
                case S -> Math.multiplyExact(wholeSeconds(text), 1000);
                case MS -> Long.parseLong(text);
                case US -> Long.parseLong(text) / 1000;
                case ISO ->
                    LocalDateTime.parse(text, ISO).toInstant(ZoneOffset.UTC).toEpochMilli();
            };
        } catch (NumberFormatException | ArithmeticException | DateTimeParseException e) {
            throw lines.problem(
                    "time is '" + text + "', not a time in " + unit.name().toLowerCase(java.util.Locale.ROOT) + ".");
        }
    }

    private static long wholeSeconds(String text) {
        return text.endsWith(".0") ? Long.parseLong(text.substring(0, text.length() - 2)) : Long.parseLong(text);
    }

    private static String stem(String file) {
        String name = file.substring(file.lastIndexOf('/') + 1);
        return name.endsWith(".csv") ? name.substring(0, name.length() - 4) : name;
    }
}
