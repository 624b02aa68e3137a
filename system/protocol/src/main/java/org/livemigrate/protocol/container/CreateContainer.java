package org.livemigrate.protocol.container;

import java.util.List;
import java.util.Map;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

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
 * @param labels labels
 * @param network {@code none} (default), {@code bridge} or {@code host}
 * @param host where to run it; absent: the controller chooses the host with the most CPU to spare. The agent ignores it
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
    public CreateContainer {
        Ids.require("container name", name);
        Ids.requireImage(image);
        command = command == null ? List.of() : List.copyOf(command);
        cpuLimitMillicores = cpuLimitMillicores == null ? 0L : cpuLimitMillicores;
        memoryLimitBytes = memoryLimitBytes == null ? 0L : memoryLimitBytes;
        env = env == null ? Map.of() : Map.copyOf(env);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        network = network == null ? "none" : network;
        if (!List.of("none", "bridge", "host").contains(network)) {
            throw new ProblemException(
                    Problem.badRequest("network \"" + network + "\" is not known: write none, bridge or host."));
        }
        if (cpuLimitMillicores < 0 || memoryLimitBytes < 0) {
            throw new ProblemException(Problem.badRequest("container " + name + ": limits of " + cpuLimitMillicores
                    + " millicores and " + memoryLimitBytes + " bytes: write 0 for none, or more."));
        }
        if (host != null) {
            Ids.require("host id", host);
        }
        env.keySet().forEach(key -> Ids.require("environment variable", key));
    }
}
