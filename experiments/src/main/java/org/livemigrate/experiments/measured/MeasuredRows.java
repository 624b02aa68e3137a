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
    /** The runs that hold the report's workloads, the CPU one among them: whole, so that ratios stay within one run. */
    public static final List<Input> REPORTS_WORKLOADS =
            List.of(of("native", "rows"), of("vm", "rows"), of("vm", "rows-bars-2"));

    /** All runs with what holds much memory; another joins with its name. */
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
            rows.addAll(read(run, input));
        }
        return rows;
    }

    /** Those of one run that count. */
    public static List<Row> read(Run run, Input input) throws IOException {
        return RowFile.read(run.locate(input)).stream().filter(Row::counts).toList();
    }

    /** The run's name: its file's, without directory and ending. */
    public static String name(Input input) {
        return input.path().replaceAll(".*/|\\.jsonl$", "");
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
