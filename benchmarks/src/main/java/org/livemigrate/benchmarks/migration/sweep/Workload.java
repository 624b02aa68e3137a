package org.livemigrate.benchmarks.migration.sweep;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What runs in the container while it is moved, always beside the ticker ({@code benchmarks/lab/probe/ticker.c}), which
 * is the image's entry point.
 *
 * @param name as it is asked for, and as rows name it
 * @param arguments of the ticker
 * @param memoryBytes that it holds once it is under way; 0 when next to none
 */
public record Workload(String name, List<String> arguments, long memoryBytes) {

    /** Between two ticks; the issue of measuring downtime asks for 10 ms or finer. */
    public static final int TICK_MS = 5;

    /** Where in the container a client that checks replies writes lines of {@code CHECKED WRONG REALTIME_NS}. */
    public static final String REPLIES = "/redis";

    /** What {@link #REDIS} holds. */
    public static final int KEYS = 64_000;

    public static final int VALUE_BYTES = 1_000;

    /** How often it is asked. */
    public static final int REPLIES_PER_SECOND = 2_000;

    private static final String REDIS = "redis";

    /** What {@code --workload} understands, for people. */
    public static final String FORMS =
            "cpu, io, memory, mixed (the report's), redis, memory:SIZE such as memory:64M, dirty:SIZE@RATE such as"
                    + " dirty:256M@10%";

    private static final Pattern SIZED = Pattern.compile("(memory|dirty):(\\d+)([KMG])(?:@(\\d+(?:\\.\\d+)?)%)?");
    private static final long MIB = 1L << 20;

    public Workload {
        arguments = List.copyOf(arguments);
    }

    /** @throws IllegalArgumentException when there is no such workload; the message lists the forms */
    public static Workload parse(String name) {
        return switch (name) {
            // the flags of progrium/stress in the report, section 3.2 and its tables
            case "cpu" -> stress(name, 0, "--cpu", "2");
            case "io" -> stress(name, 0, "--io", "3");
            case "memory" -> stress(name, 256 * MIB, "--vm", "1", "--vm-bytes", "256M", "--vm-hang", "1", "--vm-keep");
            case "mixed" ->
                stress(
                        name,
                        256 * MIB,
                        "--cpu",
                        "1",
                        "--io",
                        "1",
                        "--vm",
                        "2",
                        "--vm-bytes",
                        "128M",
                        "--vm-hang",
                        "2",
                        "--vm-keep");
            case REDIS -> redis(name);
            default -> sized(name);
        };
    }

    /**
     * Debian's Redis, filled with 64 MB and asked 2,000 times a second by a client in the same container that checks every
     * reply against what it has written ({@code benchmarks/lab/probe/redis-load.c}).
     */
    private static Workload redis(String name) {
        List<String> arguments = ticker();
        arguments.addAll(List.of("--", "redis-load", "--keys", Integer.toString(KEYS)));
        arguments.addAll(List.of("--value-bytes", Integer.toString(VALUE_BYTES)));
        arguments.addAll(List.of("--per-second", Integer.toString(REPLIES_PER_SECOND), "--file", REPLIES, "--"));
        arguments.addAll(List.of("redis-server", "--port", "0", "--unixsocket", "/tmp/redis.sock"));
        arguments.addAll(List.of("--save", "", "--dir", "/tmp"));
        return new Workload(name, arguments, (long) KEYS * VALUE_BYTES);
    }

    /** Whether it is a server whose replies a client checks. */
    public boolean checksReplies() {
        return name.equals(REDIS);
    }

    /** The server alone, listening on its usual TCP port: who asks it is elsewhere, and fills it. */
    public Workload withClientElsewhere() {
        if (!checksReplies()) {
            throw new IllegalStateException(name + " is no server");
        }
        List<String> arguments = ticker();
        arguments.addAll(List.of("--", "redis-server", "--protected-mode", "no", "--save", "", "--dir", "/tmp"));
        return new Workload(name, arguments, memoryBytes);
    }

    private static Workload stress(String name, long memoryBytes, String... flags) {
        List<String> arguments = ticker();
        arguments.addAll(List.of("--", "stress"));
        arguments.addAll(List.of(flags));
        return new Workload(name, arguments, memoryBytes);
    }

    private static Workload sized(String name) {
        Matcher form = SIZED.matcher(name);
        boolean dirty = name.startsWith("dirty:");
        if (!form.matches() || dirty != (form.group(4) != null)) {
            throw new IllegalArgumentException("There is no workload '" + name + "'. Write one of " + FORMS + ".");
        }
        long unit = 1L << (10 * ("KMG".indexOf(form.group(3)) + 1));
        long bytes = Long.parseLong(form.group(2)) * unit;
        if (bytes < MIB || bytes > 1L << 40) {
            throw new IllegalArgumentException("Workload '" + name + "': the size must be 1M to 1024G.");
        }
        List<String> arguments = ticker();
        arguments.addAll(List.of("--memory", form.group(2) + form.group(3)));
        if (dirty) {
            double share = Double.parseDouble(form.group(4)) / 100;
            arguments.addAll(List.of("--dirty-per-second", String.format(Locale.ROOT, "%s", share)));
        }
        return new Workload(name, arguments, bytes);
    }

    private static List<String> ticker() {
        return new ArrayList<>(List.of("--interval-ms", Integer.toString(TICK_MS)));
    }
}
