package org.livemigrate.benchmarks.migration.row;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.livemigrate.benchmarks.migration.sweep.Workload;

/** What must hold of a row whose migration committed, or it was not measured but made up, or measured wrongly. */
public final class RowCheck {

    /** The controller's clock is read a little before and after the agent's. */
    private static final long SLACK_MS = 1_000;

    private RowCheck() {}

    /** The rows without the {@code not-measured} ones whose run was tried again later, as {@code --resume} does. */
    public static List<Row> withoutTriedAgain(List<Row> rows) {
        Map<String, Row> last = new HashMap<>();
        rows.forEach(row -> last.put(row.key(), row));
        return rows.stream()
                .filter(row -> !row.outcome().equals(Row.NOT_MEASURED) || row == last.get(row.key()))
                .toList();
    }

    /** What does not hold, for people; nothing when all is well. */
    public static List<String> problems(Row row) {
        List<String> problems = new ArrayList<>();
        if (!row.outcome().equals(Row.COMMITTED)) {
            problems.add("outcome " + row.outcome() + ": " + row.reason());
            return problems;
        }
        if (row.reason() != null) {
            problems.add("it committed, but not all was measured: " + row.reason());
        }
        Map<String, Object> needed = new LinkedHashMap<>();
        needed.put("checkpointMs", row.checkpointMs());
        needed.put("restoreMs", row.restoreMs());
        needed.put("freezeMs", row.freezeMs());
        needed.put("downtimeFeltMs", row.downtimeFeltMs());
        needed.put("downtimeApiMs", row.downtimeApiMs());
        needed.put("gapP99BeforeMs", row.gapP99BeforeMs());
        needed.put("totalMs", row.totalMs());
        needed.put("bytes", row.bytes());
        needed.put("bytesWritten", row.bytesWritten());
        needed.put("bytesRead", row.bytesRead());
        needed.put("cpuMillicoresBefore", row.cpuMillicoresBefore());
        needed.put("memoryBytesBefore", row.memoryBytesBefore());
        needed.put("criu", row.criu());
        needed.put("ticks", row.ticks());
        needed.put("store.delayMs", row.store().delayMs());
        if (Workload.parse(row.workload()).checksReplies()) {
            needed.put("replies", row.replies());
        }
        row.roundsDetail().forEach(round -> needed.put("pages of pre-dump " + round.round(), round.pages()));
        needed.forEach((name, value) -> {
            if (value == null) {
                problems.add(name + " is missing");
            }
        });
        if (needed.containsValue(null)) {
            return problems;
        }
        require(problems, row.checkpointMs() > 0 && row.restoreMs() > 0, "checkpoint and restore take time");
        require(problems, row.downtimeFeltMs() > row.gapP99BeforeMs(), "the gap is longer than those before");
        require(problems, row.downtimeFeltMs() <= row.downtimeApiMs() + SLACK_MS, "the API saw what the workload felt");
        require(problems, row.totalMs() >= row.downtimeApiMs(), "the whole is longer than the downtime");
        require(
                problems,
                row.bytes() > 0 && row.bytesWritten() > 0 && row.bytesRead() > 0,
                "bytes went into the store and came out");
        require(
                problems,
                row.downtimeBudgetMs() != null
                        ? row.roundsDetail().size() <= row.rounds()
                        : row.roundsDetail().size() == row.rounds(),
                "all pre-dumps were made that the setting has");
        require(
                problems,
                row.roundsDetail().stream().allMatch(round -> round.ms() > 0 && round.bytes() > 0),
                "pre-dumps take time and write bytes");
        require(
                problems,
                row.ticks().lost() == 0
                        && row.ticks().repeated() == 0
                        && !row.ticks().restarted(),
                "the same process went on counting");
        require(
                problems,
                row.replies() == null
                        || (row.replies().wrong() == 0
                                && row.replies().after() > row.replies().before()),
                "the server went on giving right answers");
        require(
                problems,
                row.replies() == null
                        || row.replies().longestGapMs() == null
                        || row.replies().longestGapMs() >= row.freezeMs(),
                "nobody had a reply of a frozen server");
        return problems;
    }

    private static void require(List<String> problems, boolean holds, String what) {
        if (!holds) {
            problems.add("it does not hold that " + what);
        }
    }
}
