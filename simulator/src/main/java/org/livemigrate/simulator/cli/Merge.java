package org.livemigrate.simulator.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.report.Reports;
import org.livemigrate.simulator.report.Shards;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;

/** Puts the shards of a sweep together. */
@Command(
        name = "merge",
        mixinStandardHelpOptions = true,
        description = "Puts the runs.json of all shards of a sweep together, in the order of the whole sweep.")
final class Merge implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "DIR", description = "The shards' --out directories.")
    private List<Path> directories;

    @Option(names = "--json", description = "Print one JSON object instead of the table.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<Reports.Document> parts = new ArrayList<>();
        for (Path directory : directories) {
            Path file = directory.resolve("runs.json");
            if (!Files.isRegularFile(file)) {
                throw new IllegalArgumentException(
                        file + ": no such file. Give the --out directories of finished shards.");
            }
            try {
                parts.add(Reports.document(Files.readString(file)));
            } catch (JacksonException e) {
                throw new IllegalArgumentException(file + ": " + e.getOriginalMessage(), e);
            }
        }
        List<RunResult> runs = Shards.merge(parts);
        Reports.Document first = parts.get(0);
        Reports.Document whole =
                new Reports.Document(1, first.trace(), first.hosts(), "0/1", first.sweep(), runs, null);
        spec.commandLine().getOut().println(json ? Reports.json(whole) : Reports.table(runs));
        return 0;
    }
}
