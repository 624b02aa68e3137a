package org.livemigrate.agent.checkpoint.files;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.livemigrate.agent.runtime.ProcessRunner;
import org.livemigrate.agent.store.Trees;

/**
 * Carries what a container has written. It is captured while the container is frozen, so that memory and files fit
 * together; left behind, it is what breaks databases. Of a large tree what has not changed for a while is carried early,
 * while the container still runs, and captured are then only the files that have changed since, as whole files.
 *
 * <p>An overlay's upper directory says <em>what</em> was changed; the contents are read through the merged one, so that no
 * feature of overlayfs (metacopy, redirects) has to be known. What was deleted is found by comparing directories that both
 * layers have, which covers whiteouts and opaque directories alike.
 *
 * <p>That a file is as it was is told by inode, size and time of change, which the kernel sets before it writes. While files
 * are read, those of the directories above them must stay as well: one may have been another, or a link. Some changes are not
 * told so, and such files are not carried early. A write that is under way may have set the time long before its bytes
 * arrive, and several writes within a tick of the kernel's clock set the same: so a file must have been left alone for
 * {@link #LEFT_ALONE}. And what a process changes in a shared mapping sets the time only when it first touches a page: so it
 * must be mapped by none when carrying begins, and lie on a file system where a later mapping's first touch sets it.
 */
public final class FileCarrier {

    static final Duration LEFT_ALONE = Duration.ofSeconds(10);

    /** Less is not worth a list and an archive more; 40 ms at the 100 MB/s of a slow store. */
    static final long WORTH_CARRYING_EARLY = 4L << 20;

    /** More are left to the freeze; each takes some 300 bytes of this process's memory. */
    private static final int MOST_FILES = 200_000;

    /** As /proc/mounts names them. */
    private static final Set<String> LOCAL_DISKS = Set.of("ext4", "xfs", "btrfs");

    private final Tar tar;

    public FileCarrier(ProcessRunner processes, Jail jail) {
        this.tar = new Tar(processes, jail);
    }

    private static Path archive(Path directory, String tree) {
        return directory.resolve(tree + ".tar");
    }

    private static Path deleted(Path directory, String tree) {
        return directory.resolve(tree + ".deleted");
    }

    private static Path earlyArchive(Path directory, String tree) {
        return directory.resolve(tree + ".early.tar");
    }

    /** Is there only when the archive is whole. */
    private static Path earlyList(Path directory, String tree) {
        return directory.resolve(tree + ".early");
    }

    /** Whether a change of its files, in whatever way, is seen by their times there; in memory, and over a network, it is not. */
    public static boolean tellsOfChanges(FileTree tree) throws IOException {
        return LOCAL_DISKS.contains(Files.getFileStore(tree.upper()).type());
    }

    /**
     * Carries what has been left alone, where it is much.
     *
     * @param mapped inodes that processes of the container map shared, looked at not before this call's {@code now}
     * @return bytes carried; 0 where it does not pay, or where files went while they were read
     */
    public long carryEarly(FileTree tree, Path into, Set<Long> mapped, Instant now)
            throws IOException, InterruptedException {
        long before = TimeUnit.MILLISECONDS.toNanos(now.minus(LEFT_ALONE).toEpochMilli());
        EarlyFiles early = EarlyFiles.empty();
        long[] bytes = {0};
        Trees.walk(tree.upper(), (path, attributes) -> {
            Path name = tree.upper().relativize(path);
            if (attributes.isRegularFile() && !replacesDirectory(tree, name)) {
                EarlyFiles.Seen seen = EarlyFiles.Seen.of(path);
                if (seen.changedNanos() < before
                        && !mapped.contains(seen.inode())
                        && !mapped.contains(inode(tree.root().resolve(name)))) {
                    early.note(name, seen, tree.upper());
                    bytes[0] += seen.bytes();
                }
            }
            return early.size() < MOST_FILES;
        });
        if (bytes[0] < WORTH_CARRYING_EARLY) {
            return 0;
        }
        Path archive = earlyArchive(into, tree.name());
        boolean whole = tar.createOfMoving(archive, tree.root(), early.names());
        if (!whole) { // something has gone meanwhile
            early.keepWhatExists(tree.root());
            whole = tar.createOfMoving(archive, tree.root(), early.names());
        }
        if (!whole) {
            Files.deleteIfExists(archive);
            return 0;
        }
        early.distrustWhatMoved(tree.upper());
        early.write(earlyList(into, tree.name()));
        return bytes[0];
    }

    private static long inode(Path file) throws IOException {
        return (Long) Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    /** Names of the files that {@link #carryEarly} has written, in the directory. */
    public static List<Path> earlyFiles(Path directory) throws IOException {
        return Trees.list(directory).stream()
                .filter(file -> file.getFileName().toString().endsWith(".early"))
                .flatMap(list -> Stream.of(list, list.resolveSibling(list.getFileName() + ".tar")))
                .sorted()
                .toList();
    }

    /** What of these trees was carried early, by the name of the tree. */
    public static Map<String, EarlyFiles> readEarly(List<FileTree> trees, Path from) throws IOException {
        Map<String, EarlyFiles> early = new HashMap<>();
        for (FileTree tree : trees) {
            Path list = earlyList(from, tree.name());
            if (Files.exists(list)) {
                early.put(tree.name(), EarlyFiles.read(list));
            }
        }
        return early;
    }

    /**
     * How large the files are that would be captured now, all together.
     *
     * @param early as read
     * @param atMost counting ends where it is more
     * @return bytes
     */
    public static long left(List<FileTree> trees, Map<String, EarlyFiles> early, long atMost) throws IOException {
        long[] bytes = {0};
        for (FileTree tree : trees) {
            EarlyFiles carried = early.getOrDefault(tree.name(), EarlyFiles.NONE);
            Trees.walk(tree.upper(), (path, attributes) -> {
                if (!attributes.isDirectory() && !carried.has(tree.upper().relativize(path), path)) {
                    bytes[0] += attributes.size();
                }
                return bytes[0] <= atMost;
            });
        }
        return bytes[0];
    }

    /**
     * Writes what was not carried early, and the names of what must go. The container must stand still.
     *
     * @param early as read
     */
    public void capture(FileTree tree, Map<String, EarlyFiles> early, Path into)
            throws IOException, InterruptedException {
        EarlyFiles carried = early.getOrDefault(tree.name(), EarlyFiles.NONE);
        List<Path> changed = new ArrayList<>();
        Set<Path> deleted = new TreeSet<>();
        Trees.walk(tree.upper(), (path, attributes) -> {
            Path name = tree.upper().relativize(path);
            if (attributes.isDirectory()) {
                changed.add(name);
                findDeleted(tree, name, deleted);
                findRenamed(tree, name, changed);
            } else if (exists(tree.root().resolve(name))) { // a whiteout is seen in the upper layer alone
                if (!carried.has(name, path)) {
                    changed.add(name);
                }
                if (replacesDirectory(tree, name)) {
                    deleted.add(name);
                }
            }
            return true;
        });
        carried.each((name, wasDirectory) -> {
            Path now = tree.root().resolve(name);
            if (!exists(now) || isDirectory(now) != wasDirectory) {
                deleted.add(name);
            }
        });
        if (tree.name().equals(FileTree.SHM) && changed.size() == 1 && deleted.isEmpty()) {
            return; // podman has made the same on the target, and each file and program costs
        }
        tar.create(archive(into, tree.name()), tree.root(), changed);
        try (BufferedWriter out = Files.newBufferedWriter(deleted(into, tree.name()), StandardCharsets.US_ASCII)) {
            for (Path name : deleted) {
                out.write(FileNames.encode(name) + "\n");
            }
        }
    }

    /** Whether the image has a directory there: a file in its place waits until that has gone. */
    private static boolean replacesDirectory(FileTree tree, Path name) {
        return tree.lower().stream().anyMatch(lower -> isDirectory(lower.resolve(name)));
    }

    private static void findDeleted(FileTree tree, Path directory, Set<Path> deleted) throws IOException {
        for (Path layer : tree.lower()) {
            Path below = layer.resolve(directory);
            if (!isDirectory(below)) {
                continue;
            }
            Trees.list(below).stream()
                    .map(path -> directory.resolve(path.getFileName()))
                    .filter(name -> !exists(tree.root().resolve(name)))
                    .forEach(deleted::add);
        }
    }

    /**
     * A directory of the image that the container has renamed may lie in the upper layer without what is in it (overlayfs,
     * redirect_dir): that is seen in the merged one.
     */
    private static void findRenamed(FileTree tree, Path directory, List<Path> changed) throws IOException {
        if (tree.upper().equals(tree.root()) || replacesDirectory(tree, directory)) {
            return; // there is no upper layer, or the image has a directory of this name
        }
        for (Path entry : Trees.list(tree.root().resolve(directory))) {
            if (!exists(tree.upper().resolve(directory).resolve(entry.getFileName()))) {
                Trees.walk(entry, (path, attributes) -> changed.add(tree.root().relativize(path)));
            }
        }
    }

    private static boolean exists(Path path) {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    }

    private static boolean isDirectory(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Brings what was carried early, as far as it was, to where the tree will be.
     *
     * @param root what the target has of the tree by itself
     */
    public void applyEarly(Path from, String tree, Path root) throws IOException, InterruptedException {
        if (Files.exists(earlyList(from, tree))) {
            tar.extractOfMoving(earlyArchive(from, tree), root);
        }
    }

    /** Brings what was captured, over what was carried early; an empty /dev/shm is not. */
    public void apply(Path from, String tree, Path root) throws IOException, InterruptedException {
        if (tree.equals(FileTree.SHM) && !Files.exists(archive(from, tree))) {
            return;
        }
        for (String name : Files.readAllLines(deleted(from, tree), StandardCharsets.US_ASCII)) {
            delete(root, FileNames.decode(name));
        }
        tar.extract(archive(from, tree), root);
    }

    /** Never through a symbolic link: a name of the container's must not lead out of its root. */
    private static void delete(Path root, Path name) throws IOException {
        Path relative = name.normalize();
        if (relative.isAbsolute()
                || relative.startsWith("..")
                || relative.toString().isEmpty()) {
            throw new IOException("the name " + name + " leads out of the container's root");
        }
        Path at = root;
        for (int i = 0; i < relative.getNameCount() - 1; i++) {
            at = at.resolve(relative.getName(i));
            if (!isDirectory(at)) {
                return;
            }
        }
        Trees.delete(root.resolve(relative));
    }
}
