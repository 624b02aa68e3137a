package org.livemigrate.agent.checkpoint;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.livemigrate.protocol.container.ContainerFacts;

/**
 * Addresses that podman gives to containers. A restored one gets those that it had, and every host gives them out from its
 * own networks: another container may have the same already, or the network of that name have other subnets, and podman
 * would fail.
 */
public final class Addresses {

    private Addresses() {}

    /** Which of a container's addresses another one has, for people. */
    public static Optional<String> taken(ContainerFacts container, List<ContainerFacts> present) {
        for (ContainerFacts other : present) {
            if (other.id().equals(container.id())) {
                continue;
            }
            for (Map.Entry<String, String> at : container.addresses().entrySet()) {
                if (!at.getValue().isEmpty()
                        && at.getValue().equals(other.addresses().get(at.getKey()))) {
                    return Optional.of("container " + other.name() + " has the address " + at.getValue());
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Which of a container's addresses its network does not give out on this host, for people.
     *
     * @param networks of this host, subnets (CIDR) by name
     */
    public static Optional<String> outside(ContainerFacts container, Map<String, List<String>> networks) {
        for (Map.Entry<String, String> at : container.addresses().entrySet()) {
            List<String> subnets = networks.getOrDefault(at.getKey(), List.of());
            if (!at.getValue().isEmpty()
                    && !subnets.isEmpty()
                    && subnets.stream().noneMatch(subnet -> holds(subnet, at.getValue()))) {
                return Optional.of("network " + at.getKey() + " gives out " + String.join(", ", subnets) + " and not "
                        + at.getValue());
            }
        }
        return Optional.empty();
    }

    private static boolean holds(String subnet, String address) {
        int slash = subnet.lastIndexOf('/');
        try {
            // numbers, so that no name is asked for
            byte[] network = InetAddress.getByName(subnet.substring(0, slash)).getAddress();
            byte[] host = InetAddress.getByName(address).getAddress();
            int rest = network.length * Byte.SIZE - Integer.parseInt(subnet.substring(slash + 1));
            return network.length == host.length
                    && new BigInteger(1, network).shiftRight(rest).equals(new BigInteger(1, host).shiftRight(rest));
        } catch (UnknownHostException | IndexOutOfBoundsException | NumberFormatException e) {
            return true; // what podman says in another way than this knows is podman's to decide
        }
    }
}
