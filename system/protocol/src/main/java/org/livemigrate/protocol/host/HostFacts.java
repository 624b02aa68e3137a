package org.livemigrate.protocol.host;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.livemigrate.protocol.json.Ids;

/**
 * What a host says of itself in every heartbeat.
 *
 * @param id the host's name in the fleet
 * @param agentUri where its agent answers, for example {@code http://10.0.0.11:7071}
 * @param runtime "podman" or "modelled"
 * @param capacityMillicores CPU that containers may use, 1000 per core
 * @param memoryBytes memory that containers may use
 * @param labels operator's labels, and one for each network ({@link
 *     org.livemigrate.scheduler.model.ConstraintLabels#network})
 * @param versions of kernel, podman, runc, criu, agent, by name
 * @param capabilities what it can do: {@code checkpoint}, {@code pre-dump}, {@code lazy-pages}
 * @param engines names of the checkpoint engines that work here
 * @param storeId identity of the checkpoint store that the agent sees (a file in it); hosts with different ones do not
 *     share a store and cannot exchange containers
 */
public record HostFacts(
        String id,
        URI agentUri,
        String runtime,
        long capacityMillicores,
        long memoryBytes,
        Map<String, String> labels,
        Map<String, String> versions,
        List<String> capabilities,
        List<String> engines,
        String storeId) {

    public HostFacts {
        Ids.require("host id", id);
        Objects.requireNonNull(agentUri, "agentUri");
        Objects.requireNonNull(runtime, "runtime");
        if (capacityMillicores <= 0 || memoryBytes <= 0) {
            throw new IllegalArgumentException("host " + id + ": capacity of " + capacityMillicores + " millicores and "
                    + memoryBytes + " bytes must be above 0");
        }
        boolean web = "http".equals(agentUri.getScheme()) || "https".equals(agentUri.getScheme());
        if (!web || agentUri.getHost() == null || agentUri.getPort() > 65_535) {
            throw new IllegalArgumentException(
                    "host " + id + ": agentUri is \"" + agentUri + "\": write it as http://HOST:PORT");
        }
        labels = labels == null ? Map.of() : Map.copyOf(labels);
        versions = versions == null ? Map.of() : Map.copyOf(versions);
        capabilities = capabilities == null ? List.of() : List.copyOf(capabilities);
        engines = engines == null ? List.of() : List.copyOf(engines);
    }

    public HostFacts withLabels(Map<String, String> others) {
        return new HostFacts(
                id,
                agentUri,
                runtime,
                capacityMillicores,
                memoryBytes,
                others,
                versions,
                capabilities,
                engines,
                storeId);
    }
}
