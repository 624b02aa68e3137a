package org.livemigrate.simulator.trace.csv;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.livemigrate.simulator.trace.Samples;

/**
 * Which column of a CSV file means what. Written as {@code key=value} pairs with commas between, for example
 * {@code id=machine,time=timestamp,time-unit=s,cpu=cpu_util_percent,cpu-unit=percent}.
 *
 * <p>A column is named by its header, or by its number from 1 where the file has none ({@code header=no}).
 *
 * @param id column of the container's id; when absent, the file's name is the id (one file per container)
 * @param time column of the sample's time
 * @param timeUnit {@code s}, {@code ms}, {@code us}, or {@code iso} for {@code 2014-02-14 14:30:00} in UTC
 * @param cpu column of the CPU use
 * @param cpuScale what the value is multiplied by to give percent: {@code cpu-unit=percent} is 1, {@code fraction} is 100
 * @param cores column of the number of cores that 100 % means, if any
 * @param memory column of the memory in use or requested, if any
 * @param memoryScale bytes per unit of that column
 * @param separator between columns
 * @param header whether the first line names the columns
 * @param maxPercent the largest value that is not a mistake
 */
public record CsvMapping(
        Optional<String> id,
        String time,
        TimeUnit timeUnit,
        String cpu,
        double cpuScale,
        Optional<String> cores,
        Optional<String> memory,
        double memoryScale,
        char separator,
        boolean header,
        double maxPercent) {

    /** Units of a time column. */
    public enum TimeUnit {
        S,
        MS,
        US,
        ISO
    }

    /** The documented plain format: {@code id,timestamp_s,cpu_percent}. */
    public static final String PLAIN = "id=id,time=timestamp_s,time-unit=s,cpu=cpu_percent,cpu-unit=percent";

    private static final Map<String, String> PRESETS = Map.of(
            "plain", PLAIN,
            // Google cluster-usage traces v3, instance_usage as CSV: times in microseconds, average_usage.cpus in
            // normalised compute units (1 = the largest machine)
            "google", "id=instance_index,time=start_time,time-unit=us,cpu=average_usage.cpus,cpu-unit=fraction",
            // Azure Public Dataset V2, vm_cpu_readings: timestamp, vm id, min, max, avg CPU; no header
            "azure", "header=no,time=1,time-unit=s,id=2,cpu=5,cpu-unit=percent",
            // Alibaba cluster-trace-v2018, container_usage: container_id, machine_id, time_stamp, cpu_util_percent,
            // mem_util_percent, cpi, mem_gps, mpki, net_in, net_out, disk_io_percent; no header
            "alibaba-containers", "header=no,id=1,time=3,time-unit=s,cpu=4,cpu-unit=percent");

    private static final Set<String> KEYS = Set.of(
            "id",
            "time",
            "time-unit",
            "cpu",
            "cpu-unit",
            "cores",
            "memory",
            "memory-unit",
            "separator",
            "header",
            "max");

    /**
     * Reads the mapping's text: a preset's name ({@code plain}, {@code google}, {@code azure},
     * {@code alibaba-containers}) or pairs.
     *
     * @throws IllegalArgumentException naming the key or value that is not understood
     */
    public static CsvMapping parse(String text) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String pair : PRESETS.getOrDefault(text, text).split(",")) {
            int equals = pair.indexOf('=');
            String key = equals < 0 ? pair : pair.substring(0, equals).strip();
            if (equals < 0 || !KEYS.contains(key)) {
                throw new IllegalArgumentException("'" + pair + "' in the CSV mapping is not one of "
                        + String.join("=…, ", KEYS.stream().sorted().toList())
                        + "=…, nor is the whole one of the presets "
                        + PRESETS.keySet().stream().sorted().toList() + ".");
            }
            pairs.put(key, pair.substring(equals + 1).strip());
        }
        return new CsvMapping(
                Optional.ofNullable(pairs.get("id")),
                required(pairs, "time"),
                timeUnit(pairs.getOrDefault("time-unit", "s")),
                required(pairs, "cpu"),
                scale(pairs.getOrDefault("cpu-unit", "percent")).orElse(1),
                Optional.ofNullable(pairs.get("cores")),
                Optional.ofNullable(pairs.get("memory")),
                memoryScale(pairs.getOrDefault("memory-unit", "B")),
                separator(pairs.getOrDefault("separator", "comma")),
                !pairs.getOrDefault("header", "yes").equals("no"),
                maxPercent(pairs.getOrDefault("max", "100")));
    }

    /** A larger value could not be kept, and a sample above it would come out as another. */
    private static double maxPercent(String text) {
        double max;
        try {
            max = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            max = Double.NaN;
        }
        if (!(max >= 0 && max <= Samples.MAX_PERCENT)) {
            throw new IllegalArgumentException("max=" + text + " is not a number of percent from 0 to "
                    + (int) Samples.MAX_PERCENT + ", which is the most that a sample can hold.");
        }
        return max;
    }

    private static String required(Map<String, String> pairs, String key) {
        String value = pairs.get(key);
        if (value == null) {
            throw new IllegalArgumentException("the CSV mapping does not say " + key + "=COLUMN.");
        }
        return value;
    }

    private static TimeUnit timeUnit(String text) {
        try {
            return TimeUnit.valueOf(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("time-unit=" + text + " is not one of s, ms, us, iso.", e);
        }
    }

    private static OptionalDouble scale(String text) {
        return switch (text) {
            case "percent" -> OptionalDouble.of(1);
            case "fraction" -> OptionalDouble.of(100);
            default -> throw new IllegalArgumentException("cpu-unit=" + text + " is not one of percent, fraction.");
        };
    }

    private static double memoryScale(String text) {
        return switch (text) {
            case "B" -> 1;
            case "KB" -> 1024;
            case "MB" -> 1024 * 1024;
            case "GB" -> 1024.0 * 1024 * 1024;
            default -> throw new IllegalArgumentException("memory-unit=" + text + " is not one of B, KB, MB, GB.");
        };
    }

    private static char separator(String text) {
        return switch (text) {
            case "comma" -> ',';
            case "semicolon" -> ';';
            case "tab" -> '\t';
            default ->
                throw new IllegalArgumentException("separator=" + text + " is not one of comma, semicolon, tab.");
        };
    }
}
