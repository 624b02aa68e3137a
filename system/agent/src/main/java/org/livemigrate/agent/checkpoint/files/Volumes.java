package org.livemigrate.agent.checkpoint.files;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * What a container mounts from outside of it. It stays where it is, and the container with it, unless its owner says by the
 * label {@value #LABEL} what is to become of it:
 *
 * <ul>
 *   <li>{@code shared}: every host has the same at the same path, as on a file server
 *   <li>{@code copied}: it belongs to this container alone, and its content travels with it
 *   <li>{@code /data=copied,/conf=shared}: one or the other, by where it is mounted in the container
 * </ul>
 */
public final class Volumes {

    public static final String LABEL = "livemigrate.volumes";

    private static final String SHARED = "shared";
    private static final String COPIED = "copied";

    /** As the runtime tells of a directory of the host's; what it keeps by a name is this host's alone. */
    private static final Pattern HOST_PATH = Pattern.compile("bind (/.*) on (/.*)");

    private Volumes() {}

    /**
     * One that may travel.
     *
     * @param name among the images; a single part, the same on every host
     * @param path on the host
     * @param copied or else shared
     */
    public record Volume(String name, Path path, boolean copied) {}

    /**
     * All that a container mounts.
     *
     * @throws ProblemException of type {@code cannot-travel} when something would be missing elsewhere, and what to do
     */
    public static List<Volume> of(ContainerFacts container) {
        if (container.volumes().isEmpty()) {
            return List.of();
        }
        String said = container.labels().get(LABEL);
        if (said == null) {
            throw refuse(
                    container,
                    "mounts " + container.volumes()
                            + ": volumes and host paths do not travel by themselves. Pin it with"
                            + " the label livemigrate.pinned=true, or say with " + LABEL + "=" + SHARED
                            + " that every host has the same at the same path, or with " + LABEL + "=" + COPIED
                            + " that they are this container's alone.");
        }
        Map<String, String> fates = fates(container, said);
        List<Volume> volumes = new ArrayList<>();
        for (String mounted : container.volumes()) {
            Matcher path = HOST_PATH.matcher(mounted);
            if (!path.matches()) {
                throw refuse(
                        container,
                        "mounts " + mounted + ", which is kept by one host's podman, although it says " + LABEL + "="
                                + said + ": mount a directory by its path.");
            }
            String fate = said.contains("=") ? fates.get(path.group(2)) : said;
            if (fate == null) {
                throw refuse(
                        container,
                        "mounts " + mounted + ", and its label " + LABEL + "=" + said + " does not name "
                                + path.group(2) + ": add " + path.group(2) + "=" + SHARED + " or =" + COPIED + ".");
            }
            volumes.add(
                    new Volume("volume-" + (volumes.size() + 1), path(container, path.group(1)), fate.equals(COPIED)));
        }
        return volumes;
    }

    /** Those of {@link #of} that are copied. */
    public static List<Volume> copied(ContainerFacts container) {
        return of(container).stream().filter(Volume::copied).toList();
    }

    /** Why one cannot travel wherever it is to go, for people. */
    public static Optional<String> objection(ContainerFacts container) {
        try {
            of(container);
            return Optional.empty();
        } catch (ProblemException e) {
            return Optional.of(e.problem().detail());
        }
    }

    /**
     * Which other container on the same host mounts what is copied, or a part of it: it would be left with half of it, or be
     * written over.
     *
     * @param present containers of that host
     */
    public static Optional<String> objection(ContainerFacts container, List<ContainerFacts> present) {
        for (Volume volume : copied(container)) {
            Path mine = real(volume.path());
            for (ContainerFacts other : present) {
                for (String mounted : other.volumes()) {
                    Matcher path = HOST_PATH.matcher(mounted);
                    if (other.id().equals(container.id()) || !path.matches()) {
                        continue;
                    }
                    Path theirs = real(path(other, path.group(1)));
                    if (mine.startsWith(theirs) || theirs.startsWith(mine)) {
                        return Optional.of("container " + container.name() + " says that " + volume.path()
                                + " is its alone (" + LABEL + "=" + COPIED + "), and container " + other.name()
                                + " mounts " + path.group(1) + " on this host.");
                    }
                }
            }
        }
        return Optional.empty();
    }

    /** By where a volume is mounted; one word is for all. */
    private static Map<String, String> fates(ContainerFacts container, String said) {
        Map<String, String> fates = new HashMap<>();
        for (String part : said.split(",")) {
            int equals = part.lastIndexOf('=');
            String fate = part.substring(equals + 1).strip();
            if (!fate.equals(SHARED) && !fate.equals(COPIED) || equals < 0 && !part.equals(said)) {
                throw refuse(
                        container,
                        "has the label " + LABEL + "=" + said + ": write " + SHARED + " or " + COPIED
                                + ", or for each directory as in /data=" + COPIED + ",/conf=" + SHARED + ".");
            }
            fates.put(equals < 0 ? "" : part.substring(0, equals).strip(), fate);
        }
        return fates;
    }

    /** @throws ProblemException for a name that this process's locale has no letters for */
    private static Path path(ContainerFacts container, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw refuse(container, "mounts " + text + ", which this agent cannot name: start it with LC_ALL=C.UTF-8.");
        }
    }

    /** Whatever links there are on the way. */
    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            return path; // it is not there, or not to be seen
        }
    }

    private static ProblemException refuse(ContainerFacts container, String why) {
        return new ProblemException(Problem.conflict("cannot-travel", "container " + container.name() + " " + why));
    }
}
