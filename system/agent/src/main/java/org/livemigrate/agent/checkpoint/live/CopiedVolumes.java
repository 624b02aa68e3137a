package org.livemigrate.agent.checkpoint.live;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.livemigrate.agent.checkpoint.files.FileNames;
import org.livemigrate.agent.checkpoint.files.Volumes;
import org.livemigrate.agent.checkpoint.files.Volumes.Volume;
import org.livemigrate.agent.runtime.ContainerRuntime;
import org.livemigrate.agent.store.Trees;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Ids;

/**
 * Places of copied volumes on this host. Once the container runs elsewhere, what it has left here is old: it stays, and is
 * written over when the container comes back. A mark says so, and when the newest change in there was; likewise of what has
 * come for a container that then did not stay. Whatever else is found in a volume's place is somebody's: directories without
 * that mark, or with a newer change, are never emptied, and the move is refused.
 */
final class CopiedVolumes {

    /** File systems that other hosts may have too: what is copied on one would be copied onto itself. */
    private static final String NETWORKED = "nfs|nfs4|cifs|smb3|9p|ceph|afs|glusterfs|lustre|ocfs2|gfs2|fuse(\\..*)?";

    /** In a mark, for the time of the newest change: it is being filled. */
    private static final long COMING = Long.MAX_VALUE;

    private final ContainerRuntime runtime;
    private final Path marks;
    private final MountPoints mounts;

    /**
     * @param state directory for the marks, a file a container; made when missing
     * @param root of the file system, {@code /} but in tests
     */
    CopiedVolumes(ContainerRuntime runtime, Path state, Path root) {
        this.runtime = runtime;
        this.marks = state;
        this.mounts = new MountPoints(root);
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
        for (Volume volume : volumes) {
            if (!Files.exists(volume.path())) {
                continue;
            }
            String about = about(container, volume);
            Path place = volume.path().toRealPath();
            if (!Files.isDirectory(place)) {
                return Optional.of(about + "is no directory: mount the directory that it is in.");
            }
            String type = Files.getFileStore(place).type();
            if (type.matches(NETWORKED)) {
                return Optional.of(about + "lies on a network file system (" + type + "), which other hosts may have"
                        + " too: say shared.");
            }
            List<Path> below = mounts.below(place);
            if (!below.isEmpty()) {
                return Optional.of(about + "has another file system in it, at " + below.get(0)
                        + ": that would neither be copied nor be safe from what is.");
            }
        }
        return Optional.empty();
    }

    private static String about(ContainerFacts container, Volume volume) {
        return "container " + container.name() + " wants " + volume.path() + " copied, which ";
    }

    /** Why they cannot come here, for people. */
    Optional<String> objectionHere(ContainerFacts container) throws IOException {
        Optional<String> objection = objection(container);
        if (objection.isPresent()) {
            return objection;
        }
        Map<String, Long> old = read(mark(container));
        for (Volume volume : Volumes.copied(container)) {
            if (!Files.exists(volume.path()) || Trees.list(volume.path()).isEmpty()) {
                continue;
            }
            Long then = old.get(name(volume));
            if (then == null) {
                return Optional.of(about(container, volume)
                        + "is not empty on this host, and not known to be an old copy of it: move away what is there.");
            }
            if (newestChange(volume.path()) > then) {
                return Optional.of(
                        about(container, volume)
                                + "holds an old copy of it on this host that somebody has changed since: move away what is there.");
            }
        }
        return Optional.empty();
    }

    /** Of anything in there (stat(2), st_ctime), in nanoseconds since the epoch. */
    private static long newestChange(Path directory) throws IOException {
        long[] newest = {Long.MIN_VALUE};
        Trees.walk(directory.toRealPath(), (path, attributes) -> {
            FileTime changed = (FileTime) Files.getAttribute(path, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
            newest[0] = Math.max(newest[0], changed.to(TimeUnit.NANOSECONDS));
            return true;
        });
        return newest[0];
    }

    /**
     * Makes empty directories for them, marked as still coming.
     *
     * @throws IOException also where {@link #objectionHere} has something to say; nothing is touched then
     */
    void makeRoom(ContainerFacts container) throws IOException {
        Optional<String> objection = objectionHere(container);
        if (objection.isPresent()) {
            throw new IOException(objection.get());
        }
        List<Volume> volumes = Volumes.copied(container);
        if (volumes.isEmpty()) {
            return;
        }
        Map<String, Long> coming = new HashMap<>();
        volumes.forEach(volume -> coming.put(name(volume), COMING));
        write(mark(container), coming);
        Files.deleteIfExists(owned(container));
        for (Volume volume : volumes) {
            Files.createDirectories(volume.path());
            Trees.empty(volume.path());
        }
    }

    /** The container runs here, and they are what it runs with. */
    void own(ContainerFacts container) throws IOException {
        if (Files.exists(mark(container))) {
            Files.move(mark(container), owned(container), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** It does not stay here after all. What was not made for it here is left as it is. */
    void giveUp(ContainerFacts container) throws IOException {
        if (Files.exists(owned(container)) || read(mark(container)).containsValue(COMING)) {
            markOld(container);
        }
    }

    /** It has gone, and what is here is old from now on. */
    void markOld(ContainerFacts container) throws IOException {
        Map<String, Long> old = new HashMap<>();
        for (Volume volume : Volumes.copied(container)) {
            if (Files.isDirectory(volume.path())) {
                old.put(name(volume), newestChange(volume.path()));
            }
        }
        if (!old.isEmpty()) {
            write(mark(container), old);
        }
        Files.deleteIfExists(owned(container));
    }

    private static String name(Volume volume) {
        return FileNames.encode(volume.path());
    }

    private void write(Path mark, Map<String, Long> places) throws IOException {
        Files.createDirectories(marks);
        List<String> lines = new ArrayList<>();
        places.forEach((place, changed) -> lines.add(changed + " " + place));
        Path part = marks.resolve(mark.getFileName() + ".part");
        Files.write(part, lines, StandardCharsets.US_ASCII);
        Files.move(part, mark, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Newest changes by place; none where there is no such mark. */
    private static Map<String, Long> read(Path mark) throws IOException {
        Map<String, Long> places = new HashMap<>();
        if (Files.exists(mark)) {
            for (String line : Files.readAllLines(mark, StandardCharsets.US_ASCII)) {
                String[] words = line.split(" ", 2);
                places.put(words[1], Long.parseLong(words[0]));
            }
        }
        return places;
    }

    private Path mark(ContainerFacts container) {
        return marks.resolve(Ids.require("container id", container.id()) + ".old");
    }

    private Path owned(ContainerFacts container) {
        return marks.resolve(Ids.require("container id", container.id()) + ".owned");
    }
}
