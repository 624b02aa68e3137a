package org.livemigrate.agent.doctor;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.livemigrate.agent.doctor.Finding.Severity;
import org.livemigrate.protocol.json.Failures;

/** The checkpoint store: there, writable, with links and renames (claims are those), private, shared, with usable mount options. */
final class StoreChecks {

    private static final Set<String> NETWORK =
            Set.of("nfs", "nfs4", "efs", "ceph", "glusterfs", "fuse.glusterfs", "lustre");

    private static final FileAttribute<Set<PosixFilePermission>> OWNER_DIRECTORY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    /** Images of a process are as large as its memory. */
    private static final long LEAST_FREE_BYTES = 2L << 30;

    private final Path store;
    private final Path root;

    StoreChecks(Path store, Path root) {
        this.store = store;
        this.root = root;
    }

    List<Finding> all() {
        String needed = "a writable folder in which files can be linked and renamed";
        Path real;
        try {
            real = store.toRealPath();
        } catch (IOException e) {
            return List.of(Finding.missing(
                    "store",
                    Severity.NEEDED,
                    store + " is not there",
                    needed,
                    "mount the shared file system there; on one machine: mkdir -m 0700 -p " + store));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(writable(real, needed));
        findings.add(space(real));
        findings.add(privacy(real));
        findings.addAll(mount(real));
        return findings;
    }

    private Finding writable(Path real, String needed) {
        Path folder = real.resolve(".doctor-" + UUID.randomUUID());
        Path late = real.resolve(folder.getFileName() + ".late");
        try {
            try {
                Files.createDirectory(folder, OWNER_DIRECTORY);
                Path file = Files.createFile(folder.resolve("file"));
                try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
                    channel.force(true);
                }
                Files.createLink(folder.resolve("link"), file);
                Files.delete(file);
                Files.createDirectory(late, OWNER_DIRECTORY);
                if (replaces(late, folder)) {
                    throw new IOException("a folder that is renamed replaces one that is not empty");
                }
            } finally {
                Files.deleteIfExists(folder.resolve("link"));
                Files.deleteIfExists(folder.resolve("file"));
                Files.deleteIfExists(folder);
                Files.deleteIfExists(late);
            }
            return Finding.ok("store", Severity.NEEDED, store + " takes files, links and renames", needed);
        } catch (IOException | UnsupportedOperationException e) {
            return Finding.missing(
                    "store",
                    Severity.NEEDED,
                    store + " does not take a file, a link to it and a rename: " + Failures.why(e),
                    needed,
                    "mount it with rw and no_root_squash, on a file system that knows hard links and renames as POSIX does");
        }
    }

    /** Two hosts may begin a container's claim at once; the second must be told. */
    private static boolean replaces(Path late, Path folder) {
        try {
            Files.move(late, folder, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private Finding space(Path real) {
        String needed = "room for the memory of what is to be moved, at least " + gib(LEAST_FREE_BYTES);
        try {
            long free = Files.getFileStore(real).getUsableSpace();
            return free >= LEAST_FREE_BYTES
                    ? Finding.ok("store-space", Severity.LIMITS, gib(free) + " free", needed)
                    : Finding.missing(
                            "store-space",
                            Severity.LIMITS,
                            gib(free) + " free",
                            needed,
                            "make room, or see what 'du -sh " + store + "/images/*' says");
        } catch (IOException e) {
            return Finding.unknown("store-space", Severity.LIMITS, Failures.why(e), needed, "see what 'df' says");
        }
    }

    private static String gib(long bytes) {
        return String.format(java.util.Locale.ROOT, "%.1f GiB", bytes / (double) (1L << 30));
    }

    /** Images hold the memory of processes, keys and passwords included. */
    private Finding privacy(Path real) {
        String needed = "for its owner alone (0700): images hold the memory of processes";
        try {
            Set<PosixFilePermission> mode = Files.getPosixFilePermissions(real);
            String found = PosixFilePermissions.toString(mode);
            // listing and entering is harmless, as what is inside is 0700; writing would let others put claims there
            boolean open =
                    mode.contains(PosixFilePermission.OTHERS_WRITE) || mode.contains(PosixFilePermission.GROUP_WRITE);
            return open
                    ? Finding.missing("store-mode", Severity.NEEDED, found, needed, "chmod 0700 " + store)
                    : Finding.ok("store-mode", Severity.NEEDED, found, needed);
        } catch (IOException | UnsupportedOperationException e) {
            return Finding.unknown("store-mode", Severity.NEEDED, Failures.why(e), needed, "see what 'ls -ld' says");
        }
    }

    private List<Finding> mount(Path real) {
        String needed = "a file system that every host of the fleet mounts (EFS, NFSv4.1)";
        Optional<Mounts.Mount> found = Mounts.of(real, root);
        if (found.isEmpty()) {
            return List.of(
                    Finding.unknown("store-shared", Severity.LIMITS, "no /proc/self/mountinfo", needed, "mount /proc"));
        }
        Mounts.Mount mount = found.get();
        String where = mount.type() + " " + mount.source() + " at " + mount.point();
        if (!NETWORK.contains(mount.type())) {
            return List.of(Finding.missing(
                    "store-shared",
                    Severity.LIMITS,
                    where + ", which only this machine has",
                    needed,
                    "mount -t nfs4 -o nfsvers=4.1,hard,noatime,lookupcache=positive SERVER:/ " + store
                            + " (fine as it is when all hosts are nodes of one machine)"));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(Finding.ok("store-shared", Severity.LIMITS, where, needed));
        if (mount.type().startsWith("nfs")) {
            findings.add(options(mount));
        }
        return findings;
    }

    private Finding options(Mounts.Mount mount) {
        String needed = "NFS 4.1 or newer, hard, lookupcache=positive or none";
        List<String> wrong = new ArrayList<>();
        boolean unsafe = mount.options().contains("soft") || mount.options().contains("softerr");
        if (unsafe) {
            wrong.add("soft (a slow server then looks like a failed write)");
        }
        String version = mount.option("vers").orElse("");
        if (!Versions.atLeast(version.contains(".") ? version : version + ".0", "4.1")) {
            wrong.add("vers=" + (version.isEmpty() ? "?" : version));
        }
        String cache = mount.option("lookupcache").orElse("all");
        if (cache.equals("all")) {
            wrong.add("lookupcache=all (the absence of a file is cached for seconds, and a target waits that long)");
        }
        Severity severity = unsafe ? Severity.NEEDED : Severity.LIMITS;
        return wrong.isEmpty()
                ? Finding.ok("store-options", Severity.LIMITS, "as needed", needed)
                : Finding.missing(
                        "store-options",
                        severity,
                        String.join(", ", wrong),
                        needed,
                        "unmount it and mount it with -o nfsvers=4.1,hard,noatime,lookupcache=positive");
    }
}
