package org.livemigrate.protocol.container;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A container as its host's runtime describes it; what the target of a migration must be able to take.
 *
 * @param id full id, unique in the fleet
 * @param name unique on one host
 * @param image reference it was made from
 * @param imageId digest of that image; the target must hold the same one
 * @param state {@code running}, {@code exited}, {@code checkpointed}, …: the runtime's own word, lower case
 * @param pid of its first process in the host's process namespace; 0 when it has none
 * @param startedAt when that process started
 * @param cpuLimitMillicores 0 when unlimited
 * @param memoryLimitBytes 0 when unlimited
 * @param ports published ports as "hostPort/protocol"
 * @param network network mode: {@code none}, {@code host}, {@code bridge}, …
 * @param volumes host paths and volumes it mounts, as "type source on destination"
 * @param labels of the container
 * @param command arguments of its first process
 * @param ociRuntime name of the OCI runtime that made it; null when not told
 * @param storageDriver where its files lie, for example {@code overlay}; null when not told
 * @param addresses its address by the name of each network that the runtime has put it in; empty text where it has none
 * @param boundSockets that are bound to an address of its own, established connections among them: they cannot do without
 *     it; null when not told
 */
public record ContainerFacts(
        String id,
        String name,
        String image,
        String imageId,
        String state,
        int pid,
        Instant startedAt,
        long cpuLimitMillicores,
        long memoryLimitBytes,
        List<String> ports,
        String network,
        List<String> volumes,
        Map<String, String> labels,
        List<String> command,
        String ociRuntime,
        String storageDriver,
        Map<String, String> addresses,
        Integer boundSockets) {
    public ContainerFacts {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(state, "state");
        ports = ports == null ? List.of() : List.copyOf(ports);
        volumes = volumes == null ? List.of() : List.copyOf(volumes);
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        command = command == null ? List.of() : List.copyOf(command);
        addresses = addresses == null ? Map.of() : Map.copyOf(addresses);
    }

    /** Of a runtime that has neither OCI runtimes nor storage drivers nor networks. */
    public ContainerFacts(
            String id,
            String name,
            String image,
            String imageId,
            String state,
            int pid,
            Instant startedAt,
            long cpuLimitMillicores,
            long memoryLimitBytes,
            List<String> ports,
            String network,
            List<String> volumes,
            Map<String, String> labels,
            List<String> command) {
        this(
                id,
                name,
                image,
                imageId,
                state,
                pid,
                startedAt,
                cpuLimitMillicores,
                memoryLimitBytes,
                ports,
                network,
                volumes,
                labels,
                command,
                null,
                null,
                null,
                null);
    }

    /** The same container, of which a process runs, or none, or one that cannot go on. */
    public ContainerFacts inState(String other, int processId, Instant started) {
        return new ContainerFacts(
                id,
                name,
                image,
                imageId,
                other,
                processId,
                started,
                cpuLimitMillicores,
                memoryLimitBytes,
                ports,
                network,
                volumes,
                labels,
                command,
                ociRuntime,
                storageDriver,
                addresses,
                boundSockets);
    }

    public ContainerFacts withBoundSockets(int count) {
        return new ContainerFacts(
                id,
                name,
                image,
                imageId,
                state,
                pid,
                startedAt,
                cpuLimitMillicores,
                memoryLimitBytes,
                ports,
                network,
                volumes,
                labels,
                command,
                ociRuntime,
                storageDriver,
                addresses,
                count);
    }

    public boolean running() {
        return state.equals("running");
    }
}
