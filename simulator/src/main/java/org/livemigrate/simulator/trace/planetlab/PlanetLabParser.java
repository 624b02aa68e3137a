package org.livemigrate.simulator.trace.planetlab;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.livemigrate.simulator.trace.Lines;
import org.livemigrate.simulator.trace.Samples;
import org.livemigrate.simulator.trace.Series;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.TraceException;
import org.livemigrate.simulator.trace.TraceFiles;

/**
 * PlanetLab (CoMon): {@code DAY/VM}, one file per VM, one integer percent per line, 300 s apart, no times. Used in
 * Beloglazov and Buyya, CCPE 24(13), 2012. Days start at midnight UTC. VMs are sorted by name, whatever the order of
 * files; every file of a day must have the same number of lines.
 */
public final class PlanetLabParser {
    private static final long STEP_MS = 300_000;
    private static final int EXPECTED = 288;

    private PlanetLabParser() {}

    /**
     * Reads one day.
     *
     * @param path a directory or archive that holds days, or the directory of one day
     * @param day for example {@code 20110303}, or {@code null} when there is only one
     */
    public static Trace parse(Path path, String day) throws IOException {
        Map<String, byte[]> vms = new TreeMap<>();
        TreeSet<String> otherDays = new TreeSet<>();
        String[] only = {day};
        TraceFiles.read(
                path,
                name -> {
                    String dayOfFile = dayOf(path, name);
                    if (day == null || dayOfFile.equals(day)) {
                        return !fileName(name).startsWith(".");
                    }
                    otherDays.add(dayOfFile);
                    return false;
                },
                (name, lines) -> {
                    String dayOfFile = dayOf(path, name);
                    if (only[0] != null && !only[0].equals(dayOfFile)) {
                        throw TraceException.in(
                                path.toString(),
                                "holds several days (" + only[0] + ", " + dayOfFile
                                        + ", …). Say which: --trace planetlab:" + path + ":" + only[0]);
                    }
                    only[0] = dayOfFile;
                    if (vms.put(fileName(name), samples(lines)) != null) {
                        throw TraceException.in(lines.file(), "the VM is there twice");
                    }
                });
        if (vms.isEmpty()) {
            throw TraceException.in(
                    path.toString(),
                    day == null
                            ? "no trace files in it. Check the path."
                            : "no files of day " + day + " in it"
                                    + (otherDays.isEmpty() ? "" : "; it has " + String.join(", ", otherDays)) + ".");
        }
        return trace(path, only[0], vms);
    }

    private static Trace trace(Path path, String day, Map<String, byte[]> vms) throws TraceException {
        int samples = 0;
        for (byte[] column : vms.values()) {
            samples = Math.max(samples, column.length);
        }
        List<Series> series = new ArrayList<>(vms.size());
        byte[][] rows = new byte[samples][vms.size()];
        for (Map.Entry<String, byte[]> vm : vms.entrySet()) {
            byte[] column = vm.getValue();
            if (column.length != samples) {
                throw TraceException.at(
                        path + "/" + day + "/" + vm.getKey(),
                        column.length,
                        "the file ends here, and other files of the day have " + samples
                                + " samples: it looks cut in the middle.");
            }
            for (int k = 0; k < samples; k++) {
                rows[k][series.size()] = column[k];
            }
            series.add(new Series(vm.getKey(), 0, 0));
        }
        return new Trace("planetlab:" + day, series, STEP_MS, midnight(day), rows, 0);
    }

    private static byte[] samples(Lines lines) throws IOException {
        byte[] column = new byte[EXPECTED];
        int count = 0;
        for (String line = lines.next(); line != null; line = lines.next()) {
            if (count == column.length) {
                column = Arrays.copyOf(column, count * 2);
            }
            column[count++] = Samples.encode(percent(line.strip(), lines));
        }
        if (count == 0) {
            throw TraceException.in(lines.file(), "the file is empty.");
        }
        return Arrays.copyOf(column, count);
    }

    private static int percent(String text, Lines lines) throws TraceException {
        int value = 0;
        if (text.isEmpty() || text.length() > 3) {
            throw notPercent(text, lines);
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                throw notPercent(text, lines);
            }
            value = value * 10 + (c - '0');
        }
        if (value > 100) {
            throw notPercent(text, lines);
        }
        return value;
    }

    private static TraceException notPercent(String text, Lines lines) {
        return lines.problem("'" + text + "' is not a whole percentage from 0 to 100.");
    }

    private static String fileName(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private static String dayOf(Path path, String name) {
        int slash = name.lastIndexOf('/');
        String parent =
                slash < 0 ? path.toAbsolutePath().normalize().getFileName().toString() : name.substring(0, slash);
        return parent.substring(parent.lastIndexOf('/') + 1);
    }

    private static long midnight(String day) {
        try {
            return java.time.LocalDate.parse(day, java.time.format.DateTimeFormatter.BASIC_ISO_DATE)
                    .atStartOfDay(java.time.ZoneOffset.UTC)
                    .toInstant()
                    .toEpochMilli();
        } catch (java.time.format.DateTimeParseException e) {
            return 0; // a directory with another name: virtual time starts at the epoch
        }
    }
}
