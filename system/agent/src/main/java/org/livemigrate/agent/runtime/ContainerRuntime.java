package org.livemigrate.agent.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;

/**
 * The containers of one host. Failures are {@link org.livemigrate.protocol.json.ProblemException}s that carry what the
 * runtime itself said. Containers are named by full id or by name.
 */
public interface ContainerRuntime {

    /** {@code podman} or {@code modelled}. */
    String name();

    /** Containers in the order of their ids: the running ones, or all. */
    List<ContainerFacts> list(boolean all);

    /** One container, with its sockets; empty when the runtime has none of that id or name. */
    Optional<ContainerFacts> inspect(String idOrName);

    /** Creates and starts a container (the report's create call); on failure none is left behind. */
    ContainerFacts run(CreateContainer create);

    /** Stops and removes a container; none of that name is no error. */
    void remove(String idOrName);

    /** Removes a container that does not run; one that runs is a problem of type {@code still-running}. */
    void removeStopped(String idOrName);

    /** Whether the host holds this image, by reference or id. */
    boolean hasImage(String image);

    /** Networks that containers here can be in, by name, with their subnets (CIDR); none where others give out addresses. */
    Map<String, List<String>> networks();

    /** @throws ProblemException when the network that the container is to be in is not here */
    default void requireNetwork(CreateContainer create) {
        create.namedNetwork()
                .filter(network -> !networks().containsKey(network))
                .ifPresent(network -> {
                    throw new ProblemException(Problem.conflict(
                            "network-missing",
                            "this host has no network " + network + " for container " + create.name()
                                    + ": make it with podman network create, or choose another host."));
                });
    }

    /**
     * Follows the use of all running containers: one reading a container and interval, until the stream ends by itself
     * or the thread is interrupted.
     *
     * @throws InterruptedException when told to stop
     */
    void followStats(Duration interval, Consumer<UseReading> readings) throws InterruptedException;
}
