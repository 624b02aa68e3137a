package org.livemigrate.benchmarks.migration.run;

import java.io.IOException;
import java.net.URI;
import java.util.List;
import org.livemigrate.benchmarks.migration.fleet.ClockOffset;
import org.livemigrate.benchmarks.migration.fleet.FleetClient;
import org.livemigrate.benchmarks.migration.fleet.Remote;
import org.livemigrate.benchmarks.migration.inventory.Inventory;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.host.HostFacts;

/**
 * One host of the fleet during one run.
 *
 * @param node how to get there
 * @param facts from its last heartbeat
 * @param clock against this machine's
 */
record Observed(Inventory.Node node, HostFacts facts, ClockOffset clock) {

    String id() {
        return node.id();
    }

    URI agent() {
        return facts.agentUri();
    }

    List<FleetClient.Step> steps(FleetClient fleet, String migration) {
        return fleet.steps(agent(), migration);
    }

    /**
     * A file in a container on this host. {@code podman exec} only works in one that runs, so that an answer is proof of life
     * too.
     */
    String read(ContainerFacts container, String file) throws IOException, InterruptedException {
        return Remote.run(node, "podman", "exec", container.id(), "/bin/busybox", "cat", file);
    }
}
