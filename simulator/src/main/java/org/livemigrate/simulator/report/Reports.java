package org.livemigrate.simulator.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.livemigrate.simulator.metrics.RunResult;
import tools.jackson.databind.json.JsonMapper;

/** Results as JSON, CSV and a table for people. */
public final class Reports {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private Reports() {}

    /**
     * The object that {@code --json} prints.
     *
     * @param sweep a digest of the options: shards with different ones do not belong together; older results have none
     * @param moves of a live fleet's next hour, in the order of the runs; absent otherwise
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Document(
            int version,
            String trace,
            String hosts,
            String shard,
            String sweep,
            List<RunResult> runs,
            List<PlannedMoves.Move> moves) {}

    /** One JSON object, indented. */
    public static String json(Object document) {
        return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document);
    }

    /** Reads what {@link #json} wrote. */
    public static Document document(String json) {
        return MAPPER.readValue(json, Document.class);
    }

    /** A header and a line per run; the columns are the result's fields. */
    public static String csv(List<RunResult> runs) {
        StringBuilder text = new StringBuilder();
        RecordComponent[] columns = RunResult.class.getRecordComponents();
        for (int i = 0; i < columns.length; i++) {
            text.append(i == 0 ? "" : ",").append(columns[i].getName());
        }
        text.append('\n');
        for (RunResult run : runs) {
            for (int i = 0; i < columns.length; i++) {
                text.append(i == 0 ? "" : ",").append(quoted(value(columns[i], run)));
            }
            text.append('\n');
        }
        return text.toString();
    }

    private static Object value(RecordComponent column, RunResult run) {
        try {
            return column.getAccessor().invoke(run);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String quoted(Object value) {
        String text = String.valueOf(value);
        return text.matches("[^,\"\\r\\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
    }

    /** The summary: percent and units for people. */
    public static String table(List<RunResult> runs) {
        return AsciiTable.getTable(AsciiTable.BASIC_ASCII_NO_DATA_SEPARATORS, runs, columns(runs));
    }

    /** How it was told, and how often, only where that was asked for. */
    private static List<ColumnData<RunResult>> columns(List<RunResult> runs) {
        List<ColumnData<RunResult>> columns = new ArrayList<>(figures());
        if (runs.stream().anyMatch(run -> !run.telling().equals("direct"))) {
            columns.add(1, text("telling", RunResult::telling));
            columns.add(2, number("messages", r -> String.format(Locale.ROOT, "%,d", r.statsSent())));
        }
        return columns;
    }

    private static List<ColumnData<RunResult>> figures() {
        return List.of(
                text("policy", RunResult::policy),
                number("target", r -> percent(r.target(), 0)),
                number("seed", r -> String.valueOf(r.seed())),
                number("migrations", r -> String.format(Locale.ROOT, "%,d", r.migrations())),
                number("energy kWh", r -> String.format(Locale.ROOT, "%.2f", r.energyKwh())),
                number("SLATAH", r -> percent(r.slatah(), 2)),
                number("PDM", r -> percent(r.pdm(), 4)),
                number("SLAV", r -> percent(r.slav(), 5)),
                number("ESV", r -> String.format(Locale.ROOT, "%.5f", r.esv() * 100)),
                number("unmet", r -> percent(r.unmetDemand(), 4)),
                number("active hosts", r -> String.format(Locale.ROOT, "%.1f", r.meanActiveHosts())),
                number("downtime p99", r -> String.format(Locale.ROOT, "%.0f ms", r.downtimeP99Ms())),
                number("decision p99", r -> String.format(Locale.ROOT, "%.2f ms", r.decisionP99Ms())),
                number("wall", r -> String.format(Locale.ROOT, "%.3f s", r.wallSeconds())),
                number("CPU", r -> String.format(Locale.ROOT, "%.3f s", r.cpuSeconds())),
                number("M samples/s", r -> String.format(Locale.ROOT, "%.2f", r.vmSamples() / r.wallSeconds() / 1e6)));
    }

    private static ColumnData<RunResult> text(String header, Function<RunResult, String> value) {
        return new Column()
                .header(header)
                .headerAlign(HorizontalAlign.LEFT)
                .dataAlign(HorizontalAlign.LEFT)
                .with(value);
    }

    private static ColumnData<RunResult> number(String header, Function<RunResult, String> value) {
        return new Column()
                .header(header)
                .headerAlign(HorizontalAlign.RIGHT)
                .dataAlign(HorizontalAlign.RIGHT)
                .with(value);
    }

    private static String percent(double fraction, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f %%", fraction * 100);
    }
}
