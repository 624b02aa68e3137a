package org.livemigrate.agent.migration;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.ProblemException;

/**
 * What a container mounts from outside of it. Nothing of that is carried: it stays where it is, unless its owner says by the
 * label {@value #LABEL}{@code =shared} that every host has the same at the same path, as on a file server.
 */
final class Volumes {

    static final String LABEL = "livemigrate.volumes";
    private static final String SHARED = "shared";

    /** As the runtime tells of a directory of the host's; what it keeps by a name is this host's alone. */
    private static final Pattern HOST_PATH = Pattern.compile("bind (/.*) on /.*");

    private Volumes() {}

    /** @throws ProblemException when something would be missing elsewhere, and what to do */
    static void requireThatTheyAreEverywhere(ContainerFacts container) {
        if (container.volumes().isEmpty()) {
            return;
        }
        String said = container.labels().get(LABEL);
        if (said == null) {
            throw refuse(
                    container,
                    "mounts " + container.volumes() + ": volumes and host paths do not travel. Pin it with the label"
                            + " livemigrate.pinned=true, or, where every host has the same at the same path, say so with "
                            + LABEL + "=" + SHARED + ".");
        }
        if (!said.equals(SHARED)) {
            throw refuse(container, "has the label " + LABEL + "=" + said + ": write " + SHARED + ", or leave it out.");
        }
        for (String volume : container.volumes()) {
            if (!HOST_PATH.matcher(volume).matches()) {
                throw refuse(
                        container,
                        "mounts " + volume + ", which is kept by one host alone, although it says " + LABEL + "="
                                + SHARED + ": mount a directory of the shared file system by its path.");
            }
        }
    }

    /** As above, and on the host that is to take it they are there. */
    static void requireHere(ContainerFacts container) {
        requireThatTheyAreEverywhere(container);
        for (String volume : container.volumes()) {
            Matcher path = HOST_PATH.matcher(volume);
            if (path.matches() && !Files.exists(Path.of(path.group(1)))) {
                throw refuse(
                        container,
                        "mounts " + path.group(1)
                                + ", and this host has no such path: mount the shared file system here.");
            }
        }
    }

    private static ProblemException refuse(ContainerFacts container, String why) {
        return TargetChecks.refuse("cannot-travel", "container " + container.name() + " " + why);
    }
}
