package org.livemigrate.experiments.command;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.livemigrate.experiments.catalog.Catalog;
import org.livemigrate.experiments.experiment.Description;
import org.livemigrate.experiments.experiment.Experiment;
import org.livemigrate.experiments.experiment.Input;
import org.livemigrate.experiments.runner.ProgressDisplay;
import org.livemigrate.experiments.runner.Runner;
import org.livemigrate.protocol.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code experiments list}. */
@Command(
        name = "list",
        description = "Lists the experiments, what each asks and what it needs.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {"  experiments list", "  experiments list --json"})
public final class ListCommand implements Callable<Integer> {
    @Mixin
    private Places places;

    @Option(names = "--json", description = "As JSON, for machines.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    /** One experiment as JSON writes it. */
    private record Entry(
            String name,
            String title,
            String question,
            String kind,
            long expectedMs,
            long seed,
            Map<String, String> parameters,
            List<Input> inputs,
            boolean runnable) {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Path home = places.home();
        List<Description> all =
                Catalog.all().stream().map(Experiment::description).toList();
        if (json) {
            out.println(Json.mapper()
                    .writerWithDefaultPrettyPrinter()
                    .writeValueAsString(all.stream()
                            .map(d -> new Entry(
                                    d.name(),
                                    d.title(),
                                    d.question(),
                                    d.kind().label(),
                                    d.expected().toMillis(),
                                    d.seed(),
                                    d.parameters(),
                                    d.inputs(),
                                    Runner.missing(d, home).isEmpty()))
                            .toList()));
        } else {
            out.println(AsciiTable.builder()
                    .border(AsciiTable.NO_BORDERS)
                    .data(
                            all,
                            List.of(
                                    left("name").with(Description::name),
                                    left("kind").with(d -> d.kind().label()),
                                    left("takes").with(d -> ProgressDisplay.human(d.expected())),
                                    left("question").maxWidth(70).with(Description::question),
                                    left("needs").maxWidth(40).with(d -> needs(d, home))))
                    .asString());
        }
        out.flush();
        return ExitStatus.DONE;
    }

    private static Column left(String header) {
        return new Column().header(header).headerAlign(HorizontalAlign.LEFT).dataAlign(HorizontalAlign.LEFT);
    }

    private static String needs(Description description, Path home) {
        if (description.inputs().isEmpty()) {
            return "nothing";
        }
        return description.inputs().stream().map(Input::what).distinct().collect(Collectors.joining("; "))
                + (Runner.missing(description, home).isPresent() ? " (NOT HERE)" : "");
    }
}
