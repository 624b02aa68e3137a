package org.livemigrate.benchmarks.migration.row;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.migration.Measures;
import tools.jackson.databind.node.ObjectNode;

/** Rows for tests. */
public final class Rows {
    private Rows() {}

    public static Row committed(String workload, int repeat, long checkpointMs, long restoreMs, long bytes) {
        return new Row(
                workload + "/podman/2/1000ms/none/" + repeat,
                workload,
                "podman",
                2,
                1000,
                "none",
                null,
                "native",
                "node1",
                "node2",
                repeat,
                false,
                Instant.parse("2026-11-24T20:58:42.103Z"),
                Row.COMMITTED,
                null,
                checkpointMs,
                restoreMs,
                90.5,
                checkpointMs + restoreMs + 20.25,
                checkpointMs + restoreMs + 200,
                12.5,
                checkpointMs + restoreMs + 900,
                Map.of("prepare", 50L, "freeze", checkpointMs + 100, "restore", restoreMs + 100),
                3 * bytes,
                3 * bytes,
                bytes,
                998L,
                bytes,
                List.of(new Row.Round(1, 100, bytes, bytes / 4096, 0L), new Row.Round(2, 101, bytes, bytes / 4096, 0L)),
                new Row.Criu(new Measures.CriuDump(1, 2, 3, 4, 5, 6, 7, 8), new Measures.CriuRestore(1, 2, 3, 4, 5)),
                new Row.Ticks(0, 0, false),
                new Row.Replies(1_000, 1_500L, 3_000, 0, checkpointMs + restoreMs + 220.5),
                new Row.Clock(-1.5, 0.25),
                new Row.Store("ext4", "warm", 0.0, 100.0),
                new Row.Environment("x, 2 cores", "6.18", Map.of("criu", "4.1.1"), "none", "abc", 1, 0.5),
                List.of("a note"));
    }

    /** The row with one field changed. */
    public static Row with(Row row, String field, Object value) {
        ObjectNode tree = Json.mapper().valueToTree(row);
        tree.set(field, Json.mapper().valueToTree(value));
        return Json.mapper().treeToValue(tree, Row.class);
    }

    public static Row failed() {
        Row row = committed("cpu", 1, 1, 1, 1);
        return new Row(
                row.key(),
                row.workload(),
                row.engine(),
                row.rounds(),
                row.delayMs(),
                row.compression(),
                row.downtimeBudgetMs(),
                row.lab(),
                null,
                null,
                row.repeat(),
                false,
                row.startedAt(),
                Row.NOT_MEASURED,
                "host node1 is not in the fleet.",
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                null,
                row.store(),
                row.environment(),
                null);
    }
}
