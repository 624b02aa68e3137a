package org.livemigrate.cli.fleet;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.livemigrate.cli.console.ExitStatus;
import org.livemigrate.protocol.json.Ids;
import org.livemigrate.protocol.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Keeps containers away from a host, or lets them come again. */
@Command(
        name = "cordon",
        description = "Keeps new containers away from a host; those that it runs stay. --undo lets them come again.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  live-migrate cordon node3", "  live-migrate cordon node3 --undo"})
public final class CordonCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ControllerOptions controller;

    @Parameters(index = "0", paramLabel = "HOST")
    private String host;

    @Option(names = "--undo", description = "lift it")
    private boolean undo;

    @Option(names = "--dry-run", description = "only check that the host is there")
    private boolean dryRun;

    @Option(names = "--json", description = "print what was done as JSON")
    private boolean json;

    @Override
    public Integer call() {
        Ids.require("host id", host);
        controller
                .client()
                .post("/v1/nodes/" + host + (undo ? "/uncordon" : "/cordon") + "?dryRun=" + dryRun, null, Void.class);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Map<String, Object> done = new LinkedHashMap<>();
            done.put("host", host);
            done.put("cordoned", !undo);
            done.put("dryRun", dryRun);
            out.println(Json.mapper().writeValueAsString(done));
        } else {
            out.println(host + (dryRun ? " would be" : " is") + (undo ? " open again" : " cordoned"));
        }
        out.flush();
        return ExitStatus.DONE;
    }
}
