package org.livemigrate.cli.fleet;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.livemigrate.cli.console.ExitStatus;
import org.livemigrate.cli.console.FleetDisplay;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The fleet's hosts. */
@Command(
        name = "nodes",
        description = "Shows the fleet's hosts and their load.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = "  live-migrate nodes --controller http://10.0.0.10:7070 --json")
public final class NodesCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ControllerOptions controller;

    @Option(names = "--json", description = "print the controller's answer as JSON")
    private boolean json;

    @Override
    public Integer call() {
        List<NodeView> nodes = new HttpFleetApi(controller.client()).nodes();
        PrintWriter out = spec.commandLine().getOut();
        // 2: nothing to mark beyond the bar's end; the target is the controller's, not this command's
        out.println(json ? Json.mapper().writeValueAsString(nodes) : FleetDisplay.table(nodes, 2));
        out.flush();
        return ExitStatus.DONE;
    }
}
