package org.livemigrate.agent.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Finds out what this machine has: capacity, versions, what CRIU can do on its kernel. */
public final class HostProbe {

    /** The checkpoint engine's own check passes. */
    public static final String CHECKPOINT = "checkpoint";

    /** The kernel tracks dirty pages, so pre-dumps are possible. */
    public static final String PRE_DUMP = "pre-dump";

    /** Memory can be brought in after the restore. */
    public static final String LAZY_PAGES = "lazy-pages";

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ProcessRunner processes;
    private final Path root;

    /** @param root of the file system, {@code /} but in tests */
    public HostProbe(ProcessRunner processes, Path root) {
        this.processes = processes;
        this.root = root;
    }

    /**
     * CPU that containers under this control group may use: the tightest quota of it and its ancestors (control groups
     * of version 2 or 1), else all cores.
     *
     * @return millicores
     */
    public long capacityMillicores(Optional<String> cgroupParent) {
        long cores = Runtime.getRuntime().availableProcessors() * 1_000L;
        for (String group : lineage(cgroupParent.orElse("/"))) {
            cores = Math.min(cores, quotaMillicores(group).orElse(cores));
        }
        return Math.max(1, cores);
    }

    /** Memory that containers under this control group may use, likewise. */
    public long memoryBytes(Optional<String> cgroupParent) {
        long bytes = totalMemoryBytes();
        for (String group : lineage(cgroupParent.orElse("/"))) {
            for (String file : List.of(
                    "sys/fs/cgroup" + group + "/memory.max",
                    "sys/fs/cgroup/memory" + group + "/memory.limit_in_bytes")) {
                bytes = Math.min(bytes, number(read(file)).orElse(bytes));
            }
        }
        return Math.max(1, bytes);
    }

    private OptionalLong quotaMillicores(String group) {
        String[] v2 = read("sys/fs/cgroup" + group + "/cpu.max").split(" ");
        if (v2.length == 2 && !v2[0].equals("max")) {
            return OptionalLong.of(Long.parseLong(v2[0]) * 1_000 / Long.parseLong(v2[1]));
        }
        OptionalLong quota = number(read("sys/fs/cgroup/cpu" + group + "/cpu.cfs_quota_us"));
        OptionalLong period = number(read("sys/fs/cgroup/cpu" + group + "/cpu.cfs_period_us"));
        return quota.isPresent() && period.isPresent() && quota.getAsLong() > 0 && period.getAsLong() > 0
                ? OptionalLong.of(quota.getAsLong() * 1_000 / period.getAsLong())
                : OptionalLong.empty();
    }

    private long totalMemoryBytes() {
        return read("proc/meminfo")
                .lines()
                .filter(line -> line.startsWith("MemTotal:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1_024)
                .findFirst()
                .orElse(Runtime.getRuntime().maxMemory());
    }

    /** The group and its ancestors, "" being the root. */
    private static List<String> lineage(String group) {
        List<String> groups = new ArrayList<>();
        String path = group.startsWith("/") ? group : "/" + group;
        path = path.replaceAll("/+$", "");
        while (!path.isEmpty()) {
            groups.add(path);
            path = path.substring(0, path.lastIndexOf('/'));
        }
        groups.add("");
        return groups;
    }

    private static OptionalLong number(String text) {
        try {
            return OptionalLong.of(Long.parseLong(text));
        } catch (NumberFormatException e) {
            return OptionalLong.empty(); // no such file, or "max"
        }
    }

    private String read(String file) {
        try {
            return Files.readString(root.resolve(file)).strip();
        } catch (IOException e) {
            return "";
        }
    }

    /** The first processor's features as the kernel names them, comma-separated; empty when it names none. */
    public String cpuFeatures() {
        return read("proc/cpuinfo")
                .lines()
                .filter(line -> line.startsWith("flags") && line.contains(":"))
                .findFirst()
                .map(line -> line.substring(line.indexOf(':') + 1).strip().replaceAll("\\s+", ","))
                .orElse("");
    }

    /** Versions by program; those that are not installed are left out. */
    public Map<String, String> versions() throws InterruptedException {
        Map<String, String> versions = new TreeMap<>();
        versions.put("kernel", System.getProperty("os.version"));
        for (String program : List.of("podman", "runc", "criu")) {
            firstLine(List.of(program, "--version"))
                    .map(line -> line.replaceAll("^\\D*", "").strip())
                    .filter(version -> !version.isEmpty())
                    .ifPresent(version -> versions.put(program, version));
        }
        return versions;
    }

    /** What checkpoints can do here, by CRIU's own checks. */
    public List<String> capabilities() throws InterruptedException {
        List<String> found = new ArrayList<>();
        if (passes(List.of("criu", "check"))) {
            found.add(CHECKPOINT);
            if (passes(List.of("criu", "check", "--feature", "mem_dirty_track"))) {
                found.add(PRE_DUMP);
            }
            if (passes(List.of("criu", "check", "--feature", "uffd-noncoop"))) {
                found.add(LAZY_PAGES);
            }
        }
        return found;
    }

    private boolean passes(List<String> arguments) throws InterruptedException {
        try {
            return processes.run(new ProcessRunner.Command(arguments, TIMEOUT)).succeeded();
        } catch (IOException e) {
            return false;
        }
    }

    private Optional<String> firstLine(List<String> arguments) throws InterruptedException {
        try {
            ProcessRunner.Result result = processes.run(new ProcessRunner.Command(arguments, TIMEOUT));
            return result.succeeded() ? result.stdout().lines().findFirst() : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
