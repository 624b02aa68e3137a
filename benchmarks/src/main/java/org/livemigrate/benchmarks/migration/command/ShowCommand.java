package org.livemigrate.benchmarks.migration.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.livemigrate.benchmarks.migration.report.RowTable;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.row.RowCheck;
import org.livemigrate.benchmarks.migration.row.RowCsv;
import org.livemigrate.benchmarks.migration.row.RowFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code migration-bench show}. */
@Command(
        name = "show",
        description = "Prints the tables of rows that were measured before.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExample:%n",
        footer = {
            "  migration-bench show results/migrations-native/rows.jsonl",
            "  migration-bench show results/migrations-vm/rows-*.jsonl --csv all.csv"
        })
final class ShowCommand implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "JSON lines of migration-bench")
    private List<Path> files;

    @Option(
            names = "--csv",
            paramLabel = "FILE",
            description = "writes the rows' plain figures there too, as a sweep does beside its rows")
    private Path csv;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        List<Row> rows = new ArrayList<>();
        for (Path file : files) {
            // file by file: another's row of the same run is a measurement of its own
            rows.addAll(RowCheck.withoutTriedAgain(RowFile.read(file)));
        }
        if (csv != null) {
            RowCsv.write(csv, rows);
        }
        spec.commandLine().getOut().println(RowTable.of(rows));
        spec.commandLine().getOut().flush();
        return ExitStatus.DONE;
    }
}
