package org.livemigrate.cli.fleet;

import java.util.List;
import org.livemigrate.cli.console.FleetDisplay;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.rest.RestClient;
import picocli.CommandLine.Command;

/** The fleet's hosts. */
@Command(
        name = "nodes",
        description = "Shows the fleet's hosts and their load.",
        footerHeading = "%nExample:%n",
        footer = "  live-migrate nodes --controller http://10.0.0.10:7070 --json")
public final class NodesCommand extends Listing<NodeView> {

    @Override
    List<NodeView> ask(RestClient controller) {
        return new HttpFleetApi(controller).nodes();
    }

    @Override
    String table(List<NodeView> nodes) {
        // the mark lies beyond the bar's end: the target is the controller's, not this command's
        return FleetDisplay.table(nodes, 2);
    }
}
