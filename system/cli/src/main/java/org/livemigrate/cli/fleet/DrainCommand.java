package org.livemigrate.cli.fleet;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.livemigrate.cli.console.ExitStatus;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.plan.DrainAnswer;
import org.livemigrate.protocol.plan.PlanDocument;
import org.livemigrate.rest.RestClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Empties a host before maintenance. */
@Command(
        name = "drain",
        description = "Cordons a host, moves its containers to others, and waits until that is done.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  live-migrate drain node3 --dry-run",
            "  live-migrate drain node3",
            "",
            "Exit status: 0 the host is empty (or would be), 1 a container stays (the output says which and why), 2 bad",
            "input, 3 no controller. The host stays cordoned; 'live-migrate cordon node3 --undo' opens it again."
        })
public final class DrainCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ControllerOptions controller;

    @Parameters(index = "0", paramLabel = "HOST")
    private String host;

    @Option(names = "--dry-run", description = "only say what would be moved where")
    private boolean dryRun;

    @Option(names = "--json", description = "print plan and migrations as JSON")
    private boolean json;

    @Override
    public Integer call() {
        Ids.require("host id", host);
        RestClient client = controller.client();
        FleetApi fleet = new HttpFleetApi(client);
        PrintWriter out = spec.commandLine().getOut();
        DrainAnswer answer = client.post("/v1/nodes/" + host + "/drain?dryRun=" + dryRun, null, DrainAnswer.class);
        if (!json) {
            answer.plan()
                    .migrations()
                    .forEach(move -> out.println((dryRun ? "would move " : "moving ") + move.container() + ": "
                            + move.from() + " -> " + move.to()));
            for (PlanDocument.Refusal no : answer.plan().rejections()) {
                out.println("stays: " + no.container() + ": " + no.reason());
            }
            out.flush();
        }
        List<MigrationView> ended = new ArrayList<>();
        for (String id : answer.migrations()) {
            MigrationView migration = fleet.ended(id);
            ended.add(migration);
            if (!json) {
                out.println(migration.name() + ": " + migration.outcome().word()
                        + (migration.problem() == null
                                ? ""
                                : ": " + migration.problem().detail()));
                out.flush();
            }
        }
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("plan", answer.plan());
            all.put("migrations", ended);
            out.println(Json.mapper().writeValueAsString(all));
        }
        out.flush();
        boolean empty = answer.plan().rejections().isEmpty()
                && ended.stream().allMatch(migration -> migration.outcome() == MigrationOutcome.COMMITTED);
        return empty ? ExitStatus.DONE : ExitStatus.GOAL_NOT_MET;
    }
}
