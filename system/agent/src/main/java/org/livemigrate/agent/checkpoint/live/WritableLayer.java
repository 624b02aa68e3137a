package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.livemigrate.agent.runtime.ProcessRunner;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * What a container has written: the upper layer of its overlay, and its /dev/shm, which podman mounts from outside.
 * Taken while the container is frozen, so that memory and files fit together; left behind, it is what breaks databases.
 *
 * <p>The upper directory says <em>what</em> was changed; the contents are read through the merged one, so that no feature
 * of overlayfs (metacopy, redirects) has to be known. What was deleted is found by comparing directories that both
 * layers have, which covers whiteouts and opaque directories alike.
 */
final class WritableLayer {

    static final String FILES = "rootfs.tar";
    static final String DELETED = "deleted";
    static final String SHM = "shm.tar";

    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private final ProcessRunner processes;

    WritableLayer(ProcessRunner processes) {
        this.processes = processes;
    }

    /**
     * Where a container's files are on its host.
     *
     * @param lower image layers, the nearest first
     * @param shm absent when the container has none of its own
     */
    record Place(Path merged, Path upper, List<Path> lower, Optional<Path> shm) {}

    /**
     * Writes the layer into the directory.
     *
     * @return the names of the files written
     */
    List<String> capture(Place place, Path into) throws IOException, InterruptedException {
        List<Path> changed = new ArrayList<>();
        Set<Path> deleted = new HashSet<>();
        Files.walkFileTree(place.upper(), new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                Path name = place.upper().relativize(directory);
                changed.add(name);
                findDeleted(place, name, deleted);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                Path name = place.upper().relativize(file);
                // a whiteout is seen in the upper layer alone
                if (Files.exists(place.merged().resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                    changed.add(name);
                    if (place.lower().stream()
                            .anyMatch(lower -> Files.isDirectory(lower.resolve(name), LinkOption.NOFOLLOW_LINKS))) {
                        deleted.add(name);
                    }
                }
                return FileVisitResult.CONTINUE;
            }
        });
        List<String> written = new ArrayList<>();
        Path list = into.resolve("changed");
        writeNames(list, changed);
        tar(List.of(
                "--create",
                "--file",
                into.resolve(FILES).toString(),
                "--directory",
                place.merged().toString(),
                "--numeric-owner",
                "--xattrs",
                "--xattrs-include=*",
                "--sparse",
                "--no-recursion",
                "--null",
                "--verbatim-files-from",
                "--files-from",
                list.toString()));
        Files.delete(list);
        written.add(FILES);
        writeNames(into.resolve(DELETED), deleted.stream().sorted().toList());
        written.add(DELETED);
        if (place.shm().isPresent() && !isEmpty(place.shm().get())) {
            tar(List.of(
                    "--create",
                    "--file",
                    into.resolve(SHM).toString(),
                    "--directory",
                    place.shm().get().toString(),
                    "--numeric-owner",
                    "--sparse",
                    "."));
            written.add(SHM);
        }
        return written;
    }

    /** Brings the layer from the directory into a container that was made from the same image and has not run. */
    void apply(Path from, Path merged, Optional<Path> shm) throws IOException, InterruptedException {
        for (String name : Files.readString(from.resolve(DELETED)).split("\0")) {
            if (!name.isEmpty()) {
                delete(merged, name);
            }
        }
        tar(List.of(
                "--extract",
                "--file",
                from.resolve(FILES).toString(),
                "--directory",
                merged.toString(),
                "--numeric-owner",
                "--same-owner",
                "--preserve-permissions",
                "--xattrs",
                "--xattrs-include=*"));
        Path archive = from.resolve(SHM);
        if (shm.isPresent() && Files.exists(archive)) {
            tar(List.of(
                    "--extract",
                    "--file",
                    archive.toString(),
                    "--directory",
                    shm.get().toString(),
                    "--numeric-owner",
                    "--same-owner",
                    "--preserve-permissions"));
        }
    }

    private static void findDeleted(Place place, Path directory, Set<Path> deleted) throws IOException {
        for (Path layer : place.lower()) {
            Path below = layer.resolve(directory);
            if (!Files.isDirectory(below, LinkOption.NOFOLLOW_LINKS)) {
                continue;
            }
            try (Stream<Path> names = Files.list(below)) {
                names.map(path -> directory.resolve(path.getFileName()))
                        .filter(name -> !Files.exists(place.merged().resolve(name), LinkOption.NOFOLLOW_LINKS))
                        .forEach(deleted::add);
            }
        }
    }

    /** Never through a symbolic link: a name of the container's must not lead out of its root. */
    private static void delete(Path root, String name) throws IOException {
        Path relative = Path.of(name).normalize();
        if (relative.isAbsolute()
                || relative.startsWith("..")
                || relative.toString().isEmpty()) {
            throw new IOException("the name " + name + " leads out of the container's root");
        }
        Path at = root;
        for (int i = 0; i < relative.getNameCount() - 1; i++) {
            at = at.resolve(relative.getName(i));
            if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
                return;
            }
        }
        Trees.delete(root.resolve(relative));
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (Stream<Path> names = Files.list(directory)) {
            return names.findAny().isEmpty();
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    private static void writeNames(Path file, List<Path> names) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path name : names) {
            text.append(name.toString().isEmpty() ? "." : name).append('\0');
        }
        Files.writeString(file, text);
    }

    private void tar(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("tar"));
        command.addAll(arguments);
        ProcessRunner.Result result = processes.run(new ProcessRunner.Command(command, TIMEOUT));
        if (!result.succeeded()) {
            throw new ProblemException(new Problem(
                    "layer-failed",
                    "The writable layer cannot be carried",
                    500,
                    String.join(" ", command) + " exited with status " + result.exitStatus() + ": "
                            + result.stderr().strip()));
        }
    }
}
