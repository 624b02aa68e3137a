package org.livemigrate.agent.checkpoint;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.livemigrate.protocol.container.ContainerFacts;

/**
 * Addresses that podman gives to containers. A restored one gets those that it had, and every host gives out the same from
 * its own networks: then another container may have them already, and podman would fail.
 */
public final class Addresses {

    private Addresses() {}

    /** @param holder the container that has the address on this host */
    public record Taken(String address, ContainerFacts holder) {}

    /** Which of a container's addresses another one has. */
    public static Optional<Taken> taken(ContainerFacts container, List<ContainerFacts> present) {
        for (ContainerFacts other : present) {
            if (other.id().equals(container.id())) {
                continue;
            }
            for (Map.Entry<String, String> at : container.addresses().entrySet()) {
                if (!at.getValue().isEmpty()
                        && at.getValue().equals(other.addresses().get(at.getKey()))) {
                    return Optional.of(new Taken(at.getValue(), other));
                }
            }
        }
        return Optional.empty();
    }
}
