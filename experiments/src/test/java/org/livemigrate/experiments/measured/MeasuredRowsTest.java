package org.livemigrate.experiments.measured;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.experiments.RunIn;
import org.livemigrate.experiments.data.Table;
import org.livemigrate.experiments.experiment.Run;
import org.livemigrate.experiments.tables.ReportTables;

class MeasuredRowsTest {
    @TempDir
    private Path home;

    private static String row(String workload, boolean warmup, String outcome, int checkpointMs, int restoreMs) {
        return "{'key':'k','workload':'%s','engine':'podman','rounds':2,'delayMs':1000,'compression':'none','lab':'native',"
                        .formatted(workload)
                        .replace('\'', '"')
                + "'repeat':1,'warmup':%s,'startedAt':'2026-01-01T00:00:00Z','outcome':'%s','checkpointMs':%d,'restoreMs':%d,"
                        .formatted(warmup, outcome, checkpointMs, restoreMs)
                        .replace('\'', '"')
                + ("'phasesMs':{},'roundsDetail':[],'store':{'fs':'ext4','cache':'warm'},'environment':{'machine':'m',"
                                + "'kernel':'k','versions':{},'virtualisation':'none','commit':'c','seed':1,'loadAverage':0.5},"
                                + "'notes':[]}\n")
                        .replace('\'', '"');
    }

    /** As moved by {@code live} in the VM lab, its own rule ending the pre-dumps. */
    private static String live(String workload, int checkpointMs, int restoreMs) {
        return row(workload, false, "committed", checkpointMs, restoreMs)
                .replace("native", "vm")
                .replace("podman", "live")
                .replace("\"delayMs\"", "\"downtimeBudgetMs\":250,\"delayMs\"");
    }

    private void put(String lab, String file, String rows) throws IOException {
        Path folder = Files.createDirectories(home.resolve("results/migrations-" + lab));
        Files.writeString(folder.resolve(file), rows);
    }

    private Run run() throws IOException {
        put(
                "native",
                "rows.jsonl",
                row("cpu", false, "committed", 100, 200)
                        + row("memory", false, "committed", 300, 800)
                        + row("memory", true, "committed", 9000, 9000)
                        + row("memory", false, "failed", 9000, 9000));
        put("vm", "rows.jsonl", row("io", false, "committed", 1, 2).replace("native", "vm"));
        put("vm", "rows-bars.jsonl", live("memory", 5, 6));
        put("vm", "rows-bars-2.jsonl", live("io", 7, 8));
        put("vm", "rows-mixed.jsonl", live("mixed", 9, 10));
        return new RunIn(home);
    }

    @Test
    void only_migrations_that_count_are_read_lab_after_lab() throws Exception {
        List<Row> rows = MeasuredRows.read(run());

        assertThat(rows).extracting(Row::workload).containsExactly("cpu", "memory", "io", "memory", "io", "mixed");
        assertThat(MeasuredRows.preDumps(rows.get(0)))
                .as("asked for, but none was made")
                .isZero();
    }

    @Test
    void ratios_stay_within_one_run() throws Exception {
        Run run = run();
        put("vm", "rows.jsonl", live("cpu", 10, 10) + live("memory", 30, 40));
        put("vm", "rows-bars-2.jsonl", live("cpu", 20, 20) + live("memory", 100, 200));
        Table memory = Table.parse(new ReportTables().run(run).toCsv())
                .where("source", "vm lab")
                .where("workload", "memory");

        assertThat(memory.where("run", "rows").only().number("restore_to_cpu")).isEqualTo(4);
        assertThat(memory.where("run", "rows-bars-2").only().number("restore_to_cpu"))
                .isEqualTo(10);
    }

    @Test
    void the_tables_hold_ratios_to_the_cpu_workload_and_nothing_where_there_is_no_such() throws Exception {
        Table data = Table.parse(new ReportTables().run(run()).toCsv());

        Table.Row memory =
                data.where("source", "native lab").where("workload", "memory").only();
        assertThat(memory.number("checkpoint_to_cpu")).isEqualTo(3);
        assertThat(memory.number("restore_to_cpu")).isEqualTo(4);
        assertThat(memory.text("migrations")).isEqualTo("1");
        assertThat(data.where("source", "vm lab")
                        .where("engine", "podman")
                        .only()
                        .text("checkpoint_to_cpu"))
                .isEmpty();
        Table.Row live = data.where("source", "vm lab").where("engine", "live").only();
        assertThat(live.text("workload"))
                .as("not what was measured in a run without the CPU workload")
                .isEqualTo("io");
        assertThat(live.text("pre_dumps")).isEqualTo("by its rule");
        assertThat(live.text("run")).isEqualTo("rows-bars-2");
        assertThat(data.where("source", "the report")
                        .where("workload", "memory")
                        .only()
                        .text("checkpoint_to_cpu"))
                .isEqualTo("5.78");
    }
}
