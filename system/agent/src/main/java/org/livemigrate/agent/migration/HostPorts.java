package org.livemigrate.agent.migration;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.ServerSocket;

/** Whether a port of this host is free, found by taking it for a moment. */
@FunctionalInterface
public interface HostPorts {

    /** @param port as {@link org.livemigrate.protocol.container.ContainerFacts#ports()} writes it: "8080/tcp" */
    boolean free(String port);

    HostPorts REAL = port -> {
        String[] parts = port.split("/", -1);
        try {
            int number = Integer.parseInt(parts[0]);
            if (parts.length > 1 && parts[1].equals("udp")) {
                new DatagramSocket(number).close();
            } else {
                new ServerSocket(number).close();
            }
            return true;
        } catch (IOException | IllegalArgumentException e) {
            return false;
        }
    };
}
