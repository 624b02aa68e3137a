package org.livemigrate.protocol.container;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.stats.StatsCodec;
import org.livemigrate.scheduler.model.ConstraintLabels;
import org.livemigrate.scheduler.model.Constraints;
import org.livemigrate.scheduler.model.InvalidClusterException;

/**
 * Creates and runs a container from an image (the report's create call): {@code POST /v1/containers} of controller and
 * agent. Answers with an {@link org.livemigrate.protocol.operation.Operation} whose result is the
 * {@link ContainerFacts}.
 *
 * @param name unique in the fleet
 * @param image reference that the host already holds
 * @param command arguments; empty for the image's own
 * @param cpuLimitMillicores 0 for none
 * @param memoryLimitBytes 0 for none
 * @param env environment
 * @param labels labels; those that begin with {@code livemigrate.} say what it demands of its host
 *     ({@link ConstraintLabels})
 * @param network {@code none} (default), {@code bridge}, {@code host}, or a network of podman's own by its name, with
 *     {@code :ip=ADDRESS} after it where the container shall have that address, such as {@code apps:ip=10.0.0.60}
 * @param host where to run it; absent: the controller chooses, of the hosts that its network and its labels allow, the
 *     one with the most CPU to spare. The agent ignores it
 */
public record CreateContainer(
        String name,
        String image,
        List<String> command,
        Long cpuLimitMillicores,
        Long memoryLimitBytes,
        Map<String, String> env,
        Map<String, String> labels,
        String network,
        String host) {

    /** Operations that concern it are named after it. */
    private static final int LONGEST_NAME = 100;

    /** Of up to four bytes each, below the 128 KiB that Linux takes. */
    private static final int LONGEST_ARGUMENT = 30_000;

    private static final List<String> MODES = List.of("none", "bridge", "host");

    /** What podman takes for a way of making a network, or for another container's; it names no network so. */
    private static final Set<String> OTHER_MODES =
            Set.of("container", "default", "ns", "pasta", "private", "slirp4netns");

    private static final Pattern NAMED =
            Pattern.compile("([A-Za-z0-9][A-Za-z0-9_.-]{0,127})(:ip=[0-9A-Fa-f.:]{2,45})?");

    public CreateContainer {
        Ids.require("container name", name);
        if (name.length() > LONGEST_NAME) {
            throw new ProblemException(Problem.badRequest("container name " + name + " has " + name.length()
                    + " characters: write at most " + LONGEST_NAME + "."));
        }
        Ids.requireImage(image);
        command = command == null ? List.of() : List.copyOf(command);
        cpuLimitMillicores = cpuLimitMillicores == null ? 0L : cpuLimitMillicores;
        memoryLimitBytes = memoryLimitBytes == null ? 0L : memoryLimitBytes;
        env = env == null ? Map.of() : Map.copyOf(env);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        network = network == null ? "none" : network;
        if (!MODES.contains(network) && named(network).isEmpty()) {
            throw new ProblemException(
                    Problem.badRequest("network \"" + network + "\" cannot be: write none, bridge, host"
                            + " or the name of a network that the host has, such as apps or apps:ip=10.0.0.60."));
        }
        if (cpuLimitMillicores < 0
                || memoryLimitBytes < 0
                || cpuLimitMillicores > StatsCodec.MAX_CPU_MILLICORES
                || memoryLimitBytes > StatsCodec.MAX_MEMORY_BYTES) {
            throw new ProblemException(Problem.badRequest("container " + name + ": limits of " + cpuLimitMillicores
                    + " millicores and " + memoryLimitBytes + " bytes: write 0 for none, and at most "
                    + StatsCodec.MAX_CPU_MILLICORES + " millicores and " + StatsCodec.MAX_MEMORY_BYTES + " bytes."));
        }
        if (host != null) {
            Ids.require("host id", host);
        }
        env.keySet().forEach(key -> Ids.require("environment variable", key));
        Stream.of(command.stream(), env.values().stream(), labels.keySet().stream(), labels.values().stream())
                .flatMap(texts -> texts)
                .forEach(text -> requireArgument(name, text));
        constraints(name, labels, network);
    }

    /** A program takes no argument of another form (execve(2)). */
    private static void requireArgument(String container, String text) {
        if (text.indexOf('\0') >= 0 || text.length() > LONGEST_ARGUMENT) {
            throw new ProblemException(Problem.badRequest("container " + container
                    + ": a command's word, a label and the value of an environment variable have at most "
                    + LONGEST_ARGUMENT + " characters, none of them NUL: one of " + text.length()
                    + " characters is not usable."));
        }
    }

    /** The network that a host must have to run this container; empty where any host can. */
    public Optional<String> namedNetwork() {
        return named(network);
    }

    /** What its labels and its network demand of its host. */
    public Constraints constraints() {
        return constraints(name, labels, network);
    }

    private static Constraints constraints(String name, Map<String, String> labels, String network) {
        Constraints read;
        try {
            read = ConstraintLabels.read(labels);
        } catch (InvalidClusterException e) {
            throw new ProblemException(Problem.badRequest("container " + name + ": " + e.getMessage()), e);
        }
        return named(network)
                .map(ConstraintLabels::network)
                .map(read::andOnHostsWith)
                .orElse(read);
    }

    private static Optional<String> named(String network) {
        Matcher parts = NAMED.matcher(network);
        return parts.matches() && !OTHER_MODES.contains(parts.group(1)) && !MODES.contains(parts.group(1))
                ? Optional.of(parts.group(1))
                : Optional.empty();
    }
}
