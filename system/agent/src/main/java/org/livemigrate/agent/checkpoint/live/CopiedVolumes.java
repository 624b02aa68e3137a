package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.livemigrate.agent.checkpoint.files.Trees;
import org.livemigrate.agent.checkpoint.files.Volumes;
import org.livemigrate.agent.checkpoint.files.Volumes.Volume;
import org.livemigrate.agent.runtime.ContainerRuntime;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Ids;

/**
 * Places of copied volumes on this host. Once the container runs elsewhere, what it has left here is old: it stays, and is
 * written over when the container comes back. A mark says so, and also while they are still coming. Directories without that
 * mark are never emptied: whatever else is found in a volume's place is somebody's, and the move is refused.
 */
final class CopiedVolumes {

    private final ContainerRuntime runtime;
    private final Path marks;
    private final Path mounts;

    /**
     * @param state directory for the marks, a file a container; made when missing
     * @param root of the file system, {@code /} but in tests
     */
    CopiedVolumes(ContainerRuntime runtime, Path state, Path root) {
        this.runtime = runtime;
        this.marks = state;
        this.mounts = root.resolve("proc/self/mountinfo");
    }

    /** Why they cannot leave this host, or cannot come here, for people; empty of a container that has none. */
    Optional<String> objection(ContainerFacts container) throws IOException {
        List<Volume> volumes = Volumes.copied(container);
        if (volumes.isEmpty()) {
            return Optional.empty();
        }
        Optional<String> shared = Volumes.objection(container, runtime.list(true));
        if (shared.isPresent()) {
            return shared;
        }
        List<Path> mounted = mounted();
        for (Volume volume : volumes) {
            Path place = Files.exists(volume.path()) ? volume.path().toRealPath() : volume.path();
            if (Files.exists(place) && !Files.isDirectory(place)) {
                return Optional.of(about(container, volume) + "is no directory: mount the directory that it is in.");
            }
            for (Path mount : mounted) {
                if (mount.startsWith(place) && !mount.equals(place)) {
                    return Optional.of(about(container, volume) + "has another file system in it, at " + mount
                            + ": that would neither be copied nor be safe from what is.");
                }
            }
        }
        return Optional.empty();
    }

    private static String about(ContainerFacts container, Volume volume) {
        return "container " + container.name() + " wants " + volume.path() + " copied, which ";
    }

    /** As proc_pid_mountinfo(5) tells: the fifth word, with octal escapes. */
    private List<Path> mounted() throws IOException {
        return Files.readAllLines(mounts, StandardCharsets.ISO_8859_1).stream()
                .map(line -> line.split(" ")[4])
                .map(escaped -> Path.of(escaped.replace("\\040", " ")
                        .replace("\\011", "\t")
                        .replace("\\012", "\n")
                        .replace("\\134", "\\")))
                .toList();
    }

    /** Why they cannot come here, for people. */
    Optional<String> objectionHere(ContainerFacts container) throws IOException {
        Optional<String> objection = objection(container);
        if (objection.isPresent()) {
            return objection;
        }
        List<String> old = marked(container);
        for (Volume volume : Volumes.copied(container)) {
            if (Files.exists(volume.path())
                    && !old.contains(volume.path().toString())
                    && !entries(volume.path()).isEmpty()) {
                return Optional.of(about(container, volume)
                        + "is not empty on this host, and not known to be an old copy of it: move away what is there.");
            }
        }
        return Optional.empty();
    }

    /**
     * Makes empty directories for them, marked as still coming.
     *
     * @throws IOException also where {@link #objectionHere} has something to say
     */
    void makeRoom(ContainerFacts container) throws IOException {
        Optional<String> objection = objectionHere(container);
        if (objection.isPresent()) {
            throw new IOException(objection.get());
        }
        markOld(container);
        for (Volume volume : Volumes.copied(container)) {
            Files.createDirectories(volume.path());
            for (Path entry : entries(volume.path())) {
                Trees.delete(entry);
            }
        }
    }

    private static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.toList();
        }
    }

    /** What is here is old from now on, or not yet whole. */
    void markOld(ContainerFacts container) throws IOException {
        List<String> paths = Volumes.copied(container).stream()
                .map(volume -> volume.path().toString())
                .toList();
        if (!paths.isEmpty()) {
            Files.createDirectories(marks);
            Path part = marks.resolve(mark(container).getFileName() + ".part");
            Files.write(part, paths, StandardCharsets.UTF_8);
            Files.move(part, mark(container), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** The container runs here, and they are what it runs with. */
    void own(ContainerFacts container) throws IOException {
        Files.deleteIfExists(mark(container));
    }

    private List<String> marked(ContainerFacts container) throws IOException {
        return Files.exists(mark(container)) ? Files.readAllLines(mark(container), StandardCharsets.UTF_8) : List.of();
    }

    private Path mark(ContainerFacts container) {
        return marks.resolve(Ids.require("container id", container.id()));
    }
}
