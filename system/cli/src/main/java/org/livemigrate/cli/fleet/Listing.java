package org.livemigrate.cli.fleet;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import org.livemigrate.cli.console.ExitStatus;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.rest.RestClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that asks the controller for a list and shows it: as a table for people, as the answer itself for programs. */
@Command(mixinStandardHelpOptions = true)
abstract class Listing<T> implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ControllerOptions controller;

    @Option(names = "--json", description = "print the controller's answer as JSON")
    private boolean json;

    abstract List<T> ask(RestClient controller);

    abstract String table(List<T> answer);

    @Override
    public final Integer call() {
        List<T> answer = ask(controller.client());
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? Json.mapper().writeValueAsString(answer) : table(answer));
        out.flush();
        return ExitStatus.DONE;
    }
}
