package org.livemigrate.cli.demo;

import java.io.IOException;
import java.util.Set;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.ticks.Ticking;

/** Reads a container's tick log from where it runs, past the system under test. */
interface TickReader {

    /** Full ids of the containers that run on a node. */
    Set<String> running(DemoNode node) throws IOException, InterruptedException;

    /**
     * @param node the node it runs on
     * @param container the container
     * @return all that its ticker told
     * @throws IOException when it cannot be read, which is itself evidence: the container does not run there
     */
    Ticking read(DemoNode node, ContainerFacts container) throws IOException, InterruptedException;
}
