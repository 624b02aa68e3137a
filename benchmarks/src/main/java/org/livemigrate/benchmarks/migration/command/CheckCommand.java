package org.livemigrate.benchmarks.migration.command;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.row.RowCheck;
import org.livemigrate.benchmarks.migration.row.RowFile;
import org.livemigrate.benchmarks.migration.sweep.Run;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code migration-bench check}. */
@Command(
        name = "check",
        description = "Checks that the rows of a sweep are complete and plausible.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExample:%n",
        footer = {
            "  migration-bench check rows.jsonl --workload cpu --rounds 0 --repeat 2",
            "",
            "The options are those the sweep was made with. Exit status: 0 all holds, 1 something does not, 2 bad input."
        })
final class CheckCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "JSON lines of migration-bench")
    private Path file;

    @Mixin
    private SweepOptions options;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<Row> rows = RowCheck.withoutTriedAgain(RowFile.read(file));
        PrintWriter out = spec.commandLine().getOut();
        Set<String> missing =
                options.sweep().order().stream().map(Run::key).collect(Collectors.toCollection(HashSet::new));
        rows.forEach(row -> missing.remove(row.key()));
        boolean holds = missing.isEmpty();
        missing.stream().sorted().forEach(key -> out.println("no row of " + key));
        for (Row row : rows) {
            List<String> problems = RowCheck.problems(row);
            problems.forEach(problem -> out.println(row.key() + ": " + problem));
            holds &= problems.isEmpty();
        }
        out.println(rows.size() + " rows: " + (holds ? "complete and plausible" : "NOT as they should be"));
        out.flush();
        return holds ? ExitStatus.DONE : ExitStatus.GOAL_NOT_MET;
    }
}
