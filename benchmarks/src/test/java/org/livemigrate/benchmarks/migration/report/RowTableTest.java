package org.livemigrate.benchmarks.migration.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.row.Rows;

class RowTableTest {

    private static final String OVER = "  over engine ";

    private static Row row(String workload, String engine, int rounds, int repeat, long ms) {
        Row row = Rows.with(Rows.committed(workload, repeat, 1, 1, 4096), "engine", engine);
        return Rows.with(Rows.with(Rows.with(row, "rounds", rounds), "downtimeFeltMs", ms), "totalMs", 2 * ms);
    }

    private static List<Row> five(String workload, String engine, int rounds, long ms) {
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            rows.add(row(workload, engine, rounds, i, ms + i));
        }
        return rows;
    }

    @Test
    void anotherEngineStandsOverPodmansOwnHoweverItEndsItsPreDumps() {
        List<Row> rows = five("memory", "podman", 10, 1000);
        rows.addAll(five("io", "podman", 10, 1000));
        five("memory", "live", 10, 200).forEach(row -> rows.add(Rows.with(row, "downtimeBudgetMs", 250)));
        rows.addAll(five("memory", "live", 2, 200));
        String text = RowTable.of(rows);
        assertThat(text)
                .contains(
                        "engine live, at most 10 pre-dump rounds for a downtime of 250 ms, compression none, lab native,"
                                + " store ext4, warm cache\n  over engine podman, 10 pre-dump rounds every 1000 ms")
                .contains("0.20 [0.20, 0.20] | -1.00 | 0.008 exact | 0.20 [0.20, 0.20] | -1.00 | 0.008 exact | 5, 5 |");
        assertThat(text.split(OVER)).as("comparisons").hasSize(1 + 1);
    }

    @Test
    void moreRoundsStandOverTheFewestAndTwoStoresOverNeither() {
        List<Row> rows = new ArrayList<>();
        for (int rounds : List.of(0, 2, 10)) {
            rows.add(row("cpu", "podman", rounds, 1, 100 + rounds));
        }
        rows.add(Rows.with(rows.get(0), "store", new Row.Store("nfs4", "cold", 1.0, null)));
        rows.add(Rows.with(rows.get(2), "compression", "zstd"));
        String text = RowTable.of(rows);
        assertThat(text.split(OVER + "podman, 0 pre-dump rounds"))
                .as("2 and 10 over 0")
                .hasSize(1 + 2);
        assertThat(text.split(OVER)).as("and zstd over none").hasSize(1 + 3);
        assertThat(text).as("of one value each").contains("| 1.02 | +1.00 | 1.000 exact |");
    }

    @Test
    void aLongerDelayStandsOverTheShortestWhereThereIsOne() {
        List<Row> rows = new ArrayList<>();
        for (int delay : List.of(0, 1000, 5000)) {
            rows.add(Rows.with(row("cpu", "podman", 2, 1, 100 + delay), "delayMs", delay));
            rows.add(Rows.with(row("cpu", "podman", 1, 1, 100 + delay), "delayMs", delay));
        }
        String text = RowTable.of(rows);
        assertThat(text.split(OVER + "podman, 2 pre-dump rounds every 0 ms")).hasSize(1 + 2);
    }

    @Test
    void aSlowerStoreStandsOverTheFastestOfItsKind() {
        List<Row> rows = new ArrayList<>();
        for (double delay : List.of(0.0, 1.0, 10.0)) {
            rows.add(Rows.with(row("cpu", "podman", 0, 1, 100), "store", new Row.Store("nfs4", "cold", delay, 100.0)));
        }
        rows.add(Rows.with(row("cpu", "podman", 0, 1, 100), "store", new Row.Store("nfs4", "cold", 10.0, 50.0)));
        String text = RowTable.of(rows);
        assertThat(text.split(OVER)).as("1 and 10 ms over 0").hasSize(1 + 2);
        assertThat(text)
                .contains("store nfs4, cold cache, 10 ms delay\n  over engine podman, 0 pre-dump rounds,"
                        + " compression none, lab native, store nfs4, cold cache\n");
    }

    @Test
    void aClientThatStayedSaysHowLongItWaited() {
        List<Row> rows = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            rows.add(Rows.with(row("redis", "live", 10, i, 200), "replies", new Row.Replies(10, 7L, 20, 0, 300.0 + i)));
        }
        assertThat(RowTable.of(rows))
                .contains("303 [301, 305] ms without a reply, n = 5; 35 replies while it was moved, 0");
        rows.replaceAll(row -> Rows.with(row, "replies", new Row.Replies(10, null, 20, 0, null)));
        assertThat(RowTable.of(rows)).doesNotContain("without a reply");
    }

    @Test
    void whatDidNotCommitIsComparedWithNothing() {
        List<Row> rows = five("cpu", "podman", 0, 100);
        rows.add(Rows.with(Rows.with(row("cpu", "live", 0, 1, 50), "outcome", "failed"), "reason", "it broke"));
        assertThat(RowTable.of(rows)).doesNotContain(OVER);
    }
}
