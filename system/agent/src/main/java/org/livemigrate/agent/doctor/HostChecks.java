package org.livemigrate.agent.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.livemigrate.agent.doctor.Finding.Severity;

/** User, kernel and control groups, as {@code /proc} and {@code /sys} tell them. */
final class HostChecks {

    private static final String KERNEL = "6.0";

    private final Path root;

    HostChecks(Path root) {
        this.root = root;
    }

    List<Finding> all() {
        return List.of(user(), kernel(), controlGroups());
    }

    private Finding user() {
        String needed = "root (user 0), for namespaces and memory of others";
        String uid = read("proc/self/status")
                .lines()
                .filter(line -> line.startsWith("Uid:"))
                .map(line -> line.strip().split("\\s+"))
                .filter(fields -> fields.length > 2)
                .map(fields -> fields[2]) // real, effective, …
                .findFirst()
                .orElse("");
        if (uid.isEmpty()) {
            return Finding.unknown("root", Severity.NEEDED, "no /proc/self/status", needed, "mount /proc");
        }
        return uid.equals("0")
                ? Finding.ok("root", Severity.NEEDED, "user 0", needed)
                : Finding.missing("root", Severity.NEEDED, "user " + uid, needed, "run it with sudo");
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
