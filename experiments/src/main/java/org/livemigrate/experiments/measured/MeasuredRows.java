package org.livemigrate.experiments.measured;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.row.RowFile;
import org.livemigrate.experiments.experiment.Input;
import org.livemigrate.experiments.experiment.Run;

/**
 * The migrations that {@code benchmarks/bin/migration-bench} measured and that are part of the repository. To measure needs
 * root and a lab and takes its time, so experiments read what was measured.
 */
public final class MeasuredRows {
    /** Files of rows, by the lab and what was moved by; another joins with its name. */
    public static final List<Input> INPUTS = List.of(
            of("native", "rows"),
            of("vm", "rows"),
            of("vm", "rows-bars"),
            of("vm", "rows-bars-2"),
            of("vm", "rows-mixed"));

    private MeasuredRows() {}

    private static Input of(String lab, String file) {
        String path = "results/migrations-" + lab + "/" + file + ".jsonl";
        return new Input(
                path,
                "migrations measured in the " + lab + " lab",
                "at " + path + " (as root: benchmarks/bin/migration-bench --lab " + lab + " --out " + path + ")");
    }

    /** All that count: committed, and no warm-up; file after file. */
    public static List<Row> read(Run run) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (Input input : INPUTS) {
            RowFile.read(run.locate(input)).stream().filter(Row::counts).forEach(rows::add);
        }
        return rows;
    }

    /** Pre-dumps that were made: on a kernel that does not track dirty pages none is, whatever was asked for. */
    public static int preDumps(Row row) {
        return row.roundsDetail().size();
    }

    /** Whether the engine's own rule ended the pre-dumps, and not a number that was asked for. */
    public static boolean isAdaptive(Row row) {
        return row.downtimeBudgetMs() != null;
    }
}
