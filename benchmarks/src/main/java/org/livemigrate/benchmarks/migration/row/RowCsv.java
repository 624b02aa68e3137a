package org.livemigrate.benchmarks.migration.row;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The rows' plain figures as a table for spreadsheets; what is nested stays in the JSON lines. */
public final class RowCsv {

    private static final Map<String, Function<Row, Object>> COLUMNS = new LinkedHashMap<>();

    static {
        COLUMNS.put("key", Row::key);
        COLUMNS.put("workload", Row::workload);
        COLUMNS.put("engine", Row::engine);
        COLUMNS.put("rounds", Row::rounds);
        COLUMNS.put("downtimeBudgetMs", Row::downtimeBudgetMs);
        COLUMNS.put("delayMs", Row::delayMs);
        COLUMNS.put("compression", Row::compression);
        COLUMNS.put("lab", Row::lab);
        COLUMNS.put("repeat", Row::repeat);
        COLUMNS.put("warmup", Row::warmup);
        COLUMNS.put("startedAt", Row::startedAt);
        COLUMNS.put("outcome", Row::outcome);
        COLUMNS.put("reason", Row::reason);
        COLUMNS.put("checkpointMs", Row::checkpointMs);
        COLUMNS.put("restoreMs", Row::restoreMs);
        COLUMNS.put("freezeMs", Row::freezeMs);
        COLUMNS.put("downtimeFeltMs", Row::downtimeFeltMs);
        COLUMNS.put("downtimeApiMs", Row::downtimeApiMs);
        COLUMNS.put("gapP99BeforeMs", Row::gapP99BeforeMs);
        COLUMNS.put(
                "longestReplyGapMs",
                row -> row.replies() == null ? null : row.replies().longestGapMs());
        COLUMNS.put("totalMs", Row::totalMs);
        COLUMNS.put("bytes", Row::bytes);
        COLUMNS.put("bytesWritten", Row::bytesWritten);
        COLUMNS.put("bytesRead", Row::bytesRead);
        COLUMNS.put("cpuMillicoresBefore", Row::cpuMillicoresBefore);
        COLUMNS.put("memoryBytesBefore", Row::memoryBytesBefore);
        COLUMNS.put("storeFs", row -> row.store().fs());
        COLUMNS.put("storeCache", row -> row.store().cache());
        COLUMNS.put("storeDelayMs", row -> row.store().delayMs());
        COLUMNS.put("storeRateMBps", row -> row.store().rateMBps());
        COLUMNS.put("commit", row -> row.environment().commit());
        COLUMNS.put("loadAverage", row -> row.environment().loadAverage());
    }

    private RowCsv() {}

    public static void write(Path file, List<Row> rows) throws IOException {
        try (CsvWriter csv = CsvWriter.builder().build(file)) {
            csv.writeRecord(COLUMNS.keySet());
            for (Row row : rows) {
                csv.writeRecord(COLUMNS.values().stream()
                        .map(column -> column.apply(row))
                        .map(value -> value == null ? "" : value.toString())
                        .toList());
            }
        }
    }
}
