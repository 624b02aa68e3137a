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
    /** A file of rows for each lab; another joins with its name. */
    public static final List<Input> INPUTS = List.of(of("native"), of("vm"));

    private MeasuredRows() {}

    private static Input of(String lab) {
        String path = "results/migrations-" + lab + "/rows.jsonl";
        return new Input(
                path,
                "migrations measured in the " + lab + " lab",
                "at " + path + " (as root: benchmarks/bin/migration-bench --lab " + lab + " --out " + path + ")");
    }

    /** All that count: committed, and no warm-up; lab after lab. */
    public static List<Row> read(Run run) throws IOException {
        List<Row> rows = new ArrayList<>();
        for (Input input : INPUTS) {
            RowFile.read(run.locate(input)).stream().filter(Row::counts).forEach(rows::add);
        }
        return rows;
    }

    /** Pre-dumps that were made: on a kernel that does not track dirty pages none is, whatever was asked for. */
    public static int preDumps(Row row) {
        return row.roundsDetail().isEmpty() ? 0 : row.rounds();
    }
}
