package org.livemigrate.cli.demo;

import java.util.List;

/**
 * A node of the demo, as the session needs it.
 *
 * @param id host id in the fleet
 * @param address where its agent listens
 * @param port of its agent
 * @param capacityMillicores CPU that its containers may use
 * @param memoryBytes memory that its containers may use; 0 to let the agent find out
 * @param enter arguments before a command that is to run on the node; empty for this machine itself
 * @param library folder of the program's jars as the node sees it
 */
record DemoNode(
        String id,
        String address,
        int port,
        long capacityMillicores,
        long memoryBytes,
        List<String> enter,
        String library) {}
