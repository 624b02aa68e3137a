package org.livemigrate.agent.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.livemigrate.agent.doctor.Finding.Severity;

/** User, kernel and control groups, as {@code /proc} and {@code /sys} tell them. */
final class HostChecks {

    private static final String KERNEL = "6.0";
    private static final long CAP_SYS_RESOURCE = 1L << 24;

    private final Path root;

    HostChecks(Path root) {
        this.root = root;
    }

    List<Finding> all() {
        return List.of(user(), otherUsers(), kernel(), controlGroups());
    }

    private Finding user() {
        String needed = "root (user 0), for namespaces and memory of others";
        String uid = status("Uid:", 2); // real, effective, …
        if (uid.isEmpty()) {
            return Finding.unknown("root", Severity.NEEDED, "no /proc/self/status", needed, "mount /proc");
        }
        return uid.equals("0")
                ? Finding.ok("root", Severity.NEEDED, "user 0", needed)
                : Finding.missing("root", Severity.NEEDED, "user " + uid, needed, "run it with sudo");
    }

    /** CRIU asks for the limits of every process that it dumps (prlimit(2)). */
    private Finding otherUsers() {
        String needed = "CAP_SYS_RESOURCE, to dump processes of other users than root";
        String remedy =
                "leave the agent that capability (capabilities(7)); without it only containers whose processes all"
                        + " run as root can be moved";
        String effective = status("CapEff:", 1);
        if (!effective.matches("[0-9a-f]{1,16}")) {
            return Finding.unknown("other-users", Severity.LIMITS, "no CapEff in /proc/self/status", needed, remedy);
        }
        return (Long.parseUnsignedLong(effective, 16) & CAP_SYS_RESOURCE) != 0
                ? Finding.ok("other-users", Severity.LIMITS, "capabilities " + effective, needed)
                : Finding.missing("other-users", Severity.LIMITS, "capabilities " + effective, needed, remedy);
    }

    /** A field of this process's status, counted from 0, which is its name; empty when there is none. */
    private String status(String name, int field) {
        return read("proc/self/status")
                .lines()
                .filter(line -> line.startsWith(name))
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > field)
                .map(fields -> fields[field])
                .findFirst()
                .orElse("");
    }

    private Finding kernel() {
        String needed = KERNEL + " or newer";
        String release = read("proc/sys/kernel/osrelease");
        if (release.isEmpty()) {
            return Finding.unknown("kernel", Severity.NEEDED, "no /proc/sys/kernel/osrelease", needed, "mount /proc");
        }
        return Versions.atLeast(release, KERNEL)
                ? Finding.ok("kernel", Severity.NEEDED, release, needed)
                : Finding.missing(
                        "kernel",
                        Severity.NEEDED,
                        release,
                        needed,
                        "install a newer kernel, on Debian: apt-get install linux-image-amd64, then reboot");
    }

    private Finding controlGroups() {
        String needed = "control groups of version 2, or version 1 with the cpu controller";
        if (Files.exists(root.resolve("sys/fs/cgroup/cgroup.controllers"))) {
            String controllers = read("sys/fs/cgroup/cgroup.controllers");
            return (" " + controllers + " ").contains(" cpu ")
                    ? Finding.ok("cgroups", Severity.NEEDED, "version 2 (" + controllers + ")", needed)
                    : Finding.missing(
                            "cgroups",
                            Severity.NEEDED,
                            "version 2 without cpu (" + controllers + ")",
                            needed,
                            "echo +cpu > /sys/fs/cgroup/cgroup.subtree_control (in the parent)");
        }
        if (Files.exists(root.resolve("sys/fs/cgroup/cpu/cpu.shares"))) {
            return Finding.ok("cgroups", Severity.NEEDED, "version 1 with cpu", needed);
        }
        return Finding.missing(
                "cgroups", Severity.NEEDED, "none in /sys/fs/cgroup", needed, "mount -t cgroup2 none /sys/fs/cgroup");
    }

    private String read(String file) {
        try {
            return Files.readString(root.resolve(file)).strip();
        } catch (IOException e) {
            return "";
        }
    }
}
