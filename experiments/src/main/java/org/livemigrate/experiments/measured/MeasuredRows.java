package org.livemigrate.experiments.measured;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.row.RowFile;
import org.livemigrate.experiments.experiment.Input;
import org.livemigrate.experiments.experiment.Run;

/**
 * The migrations that {@code benchmarks/bin/migration-bench} measured and that are part of the repository: {@code
 * results/migrations/*.jsonl}. To measure needs root and a lab and takes its time, so experiments read what was measured;
 * another file of rows in that folder joins them.
 */
public final class MeasuredRows {
    public static final Input INPUT = new Input(
            "results/migrations",
            "measured migrations",
            "in results/migrations (as root: benchmarks/bin/migration-bench --lab native --out"
                    + " results/migrations/NAME.jsonl)");

    private MeasuredRows() {}

    /**
     * A file of rows.
     *
     * @param name of the file without its ending
     * @param rows those that count: committed, and no warm-up
     */
    public record Sweep(String name, List<Row> rows) {}

    /** All of them, ascending by name. */
    public static List<Sweep> read(Run run) throws IOException {
        List<Sweep> sweeps = new ArrayList<>();
        try (Stream<Path> files = Files.list(run.locate(INPUT))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".jsonl")).sorted().toList()) {
                String name = file.getFileName().toString();
                sweeps.add(new Sweep(
                        name.substring(0, name.length() - ".jsonl".length()),
                        RowFile.read(file).stream().filter(Row::counts).toList()));
            }
        }
        return sweeps;
    }

    /** Pre-dumps that were made: on a kernel that does not track dirty pages none is, whatever was asked for. */
    public static int preDumps(Row row) {
        return row.roundsDetail().isEmpty() ? 0 : row.rounds();
    }
}
