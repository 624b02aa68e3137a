package org.livemigrate.cli.fleet;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.livemigrate.cli.console.ExitStatus;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.migration.MoveRequest;
import org.livemigrate.protocol.plan.PlanDocument;
import org.livemigrate.rest.RestClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Moves one container by hand. */
@Command(
        name = "move",
        description = "Moves a running container to a host and waits until it is done.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  live-migrate move web-1 node3 --controller http://10.0.0.10:7070",
            "",
            "Exit status: 0 it runs there, 1 it does not (the message says where it runs), 2 bad input, 3 no controller."
        })
public final class MoveCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ControllerOptions controller;

    @Parameters(index = "0", paramLabel = "CONTAINER", description = "name or id")
    private String container;

    @Parameters(index = "1", paramLabel = "HOST", description = "where to")
    private String host;

    @Option(names = "--dry-run", description = "only check and say what would be done")
    private boolean dryRun;

    @Option(names = "--engine", paramLabel = "NAME", description = "podman or live; default: the controller's")
    private String engine;

    @Option(names = "--json", description = "print the migration as JSON")
    private boolean json;

    private MoveRequest request() {
        return new MoveRequest(container, host, null, engine);
    }

    private int preview(RestClient client) {
        PlanDocument.Move move = client.post("/v1/migrations?dryRun=true", request(), PlanDocument.Move.class);
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                json
                        ? Json.mapper().writeValueAsString(move)
                        : "would move " + move.container() + ": " + move.from() + " -> " + move.to() + "  ("
                                + move.reason() + ")");
        out.flush();
        return ExitStatus.DONE;
    }

    @Override
    public Integer call() {
        RestClient client = controller.client();
        if (dryRun) {
            return preview(client);
        }
        MigrationView begun = client.post("/v1/migrations", request(), MigrationView.class);
        MigrationView migration = new HttpFleetApi(client).ended(begun.id());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.mapper().writeValueAsString(migration));
        } else {
            out.println(migration.name() + ": " + migration.from() + " -> " + migration.to() + ": "
                    + migration.outcome().word() + ", phases [ms] " + migration.phasesMs()
                    + (migration.problem() == null
                            ? ""
                            : "\n" + migration.problem().detail()));
        }
        out.flush();
        return migration.outcome() == MigrationOutcome.COMMITTED ? ExitStatus.DONE : ExitStatus.GOAL_NOT_MET;
    }
}
