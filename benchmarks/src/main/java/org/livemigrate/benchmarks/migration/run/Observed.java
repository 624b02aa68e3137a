package org.livemigrate.benchmarks.migration.run;

import java.net.URI;
import java.util.List;
import org.livemigrate.benchmarks.migration.fleet.ClockOffset;
import org.livemigrate.benchmarks.migration.fleet.FleetClient;
import org.livemigrate.benchmarks.migration.inventory.Inventory;
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
}
