package org.livemigrate.cli.fleet;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.livemigrate.cli.console.ExitStatus;
import org.livemigrate.protocol.event.FleetEvent;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.rest.RestClient;
import org.livemigrate.rest.UnreachableException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.type.TypeReference;

/** What the controller decided, did and saw, with reasons. */
@Command(
        name = "events",
        description = "Shows what the controller decided, did and saw, and why.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  live-migrate events",
            "  live-migrate events --follow --json",
            "",
            "--follow goes on until it is interrupted, also across restarts of the controller."
        })
public final class EventsCommand implements Callable<Integer> {

    private static final long RECONNECT_MS = 1_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ControllerOptions controller;

    @Option(
            names = {"-f", "--follow"},
            description = "go on with those to come")
    private boolean follow;

    @Option(names = "--json", description = "one JSON object a line")
    private boolean json;

    private String lastId;

    @Override
    public Integer call() throws InterruptedException {
        RestClient client = controller.client();
        if (!follow) {
            client.get("/v1/events", new TypeReference<List<FleetEvent>>() {}).forEach(this::print);
            return ExitStatus.DONE;
        }
        boolean connected = false;
        while (true) {
            try {
                client.follow("/v1/events", lastId, line -> print(Json.mapper().readValue(line, FleetEvent.class)));
                connected = true;
            } catch (UnreachableException e) {
                // one that never was there is the caller's mistake; one that goes away comes back
                if (!connected && lastId == null) {
                    throw e;
                }
            }
            Thread.sleep(RECONNECT_MS);
        }
    }

    private void print(FleetEvent event) {
        lastId = event.id();
        PrintWriter out = spec.commandLine().getOut();
        out.println(
                json
                        ? Json.mapper().writeValueAsString(event)
                        : event.time() + "  " + String.format("%-17s", event.kind()) + "  " + about(event)
                                + event.reason());
        out.flush();
    }

    private static String about(FleetEvent event) {
        String what = event.container() == null ? "" : event.container() + " ";
        String where = event.target() == null || event.host() == null ? "" : event.host() + " -> " + event.target();
        return (what + where).isEmpty() ? "" : (what + where).strip() + ": ";
    }
}
