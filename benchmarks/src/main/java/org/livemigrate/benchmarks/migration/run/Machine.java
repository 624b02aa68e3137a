package org.livemigrate.benchmarks.migration.run;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.livemigrate.benchmarks.migration.fleet.Remote;
import org.livemigrate.benchmarks.migration.inventory.Inventory;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.protocol.host.HostFacts;

/** Finds out what a sweep runs on; asked on the first host, for the hosts of a fleet are taken to be of one kind. */
final class Machine {

    private static final Pattern MODEL = Pattern.compile("(?m)^model name\\s*:\\s*(.+)$");
    private static final Pattern CORE = Pattern.compile("(?m)^processor\\s*:");
    private static final Pattern MEMORY = Pattern.compile("MemTotal:\\s*(\\d+) kB");
    private static final Pattern HYPERVISOR = Pattern.compile("(?m)^\\s*Hypervisor vendor:\\s*(.+)$");
    private static final double KIB_PER_GIB = 1 << 20;

    private Machine() {}

    /** @param commit of this repository; null when it is not known */
    static Row.Environment environment(Inventory.Node node, HostFacts facts, String commit, long seed)
            throws InterruptedException {
        String cpus = output(node, "cat", "/proc/cpuinfo").orElse("");
        String memory = output(node, "cat", "/proc/meminfo").orElse("");
        String machine = "%s, %d cores, %.1f GiB"
                .formatted(
                        first(MODEL, cpus).orElse("unknown processor"),
                        CORE.matcher(cpus).results().count(),
                        first(MEMORY, memory).map(Double::parseDouble).orElse(0.0) / KIB_PER_GIB);
        return new Row.Environment(
                machine,
                facts.versions().getOrDefault("kernel", "unknown"),
                facts.versions(),
                virtualisation(node, cpus),
                commit == null ? "unknown" : commit,
                seed,
                null);
    }

    static Row.Environment now(Row.Environment e) {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return new Row.Environment(
                e.machine(),
                e.kernel(),
                e.versions(),
                e.virtualisation(),
                e.commit(),
                e.seed(),
                load < 0 ? null : Math.round(load * 100) / 100.0);
    }

    private static String virtualisation(Inventory.Node node, String cpus) throws InterruptedException {
        // where there is none, it says so and fails
        String systemd = output(node, "sh", "-c", "systemd-detect-virt || true").orElse("");
        return virtualisation(systemd, output(node, "env", "LC_ALL=C", "lscpu").orElse(""), cpus);
    }

    /**
     * As systemd tells it. Where that is not installed, as on native nodes, it is what the processor says of itself; that
     * is told as a file only as far as that there is a hypervisor, and lscpu asks which.
     */
    static String virtualisation(String systemd, String lscpu, String cpus) {
        if (!systemd.isBlank()) {
            return systemd.strip();
        }
        return first(HYPERVISOR, lscpu)
                .map(vendor -> vendor.toLowerCase(Locale.ROOT))
                .orElse(cpus.contains(" hypervisor") ? "virtual machine of unknown kind" : "unknown");
    }

    private static Optional<String> output(Inventory.Node node, String... command) throws InterruptedException {
        try {
            return Optional.of(Remote.run(node, command));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1).strip()) : Optional.empty();
    }
}
