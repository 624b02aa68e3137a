package org.livemigrate.benchmarks.migration.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.benchmarks.migration.inventory.Inventory;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.row.RowFile;
import org.livemigrate.benchmarks.migration.row.Rows;
import org.livemigrate.benchmarks.migration.sweep.Run;
import org.livemigrate.benchmarks.migration.sweep.Sweep;

class HarnessTest {

    private static final Harness.Progress SILENT = new Harness.Progress() {
        @Override
        public void begins(int number, int of, Run run, Optional<Duration> left) {}

        @Override
        public void ended(Row row) {}
    };

    private static final Harness.Readiness READY = () -> {};

    @TempDir
    Path folder;

    private static final List<String> ONLY_TO_NONE = List.of("sh", "-c", "test $0 = 0");

    private static Sweep sweep(List<Long> storeDelays, int repeat) {
        return new Sweep(
                List.of("cpu"),
                List.of("podman"),
                List.of(2),
                List.of(1000L),
                List.of("none"),
                List.of(),
                storeDelays,
                repeat,
                0,
                1);
    }

    private static StoreDelay store(List<String> setDelay) {
        return new StoreDelay(new Inventory.Store("ext4", "warm", 0.0, null, setDelay));
    }

    /** Measures nothing; told to, it is interrupted in the middle. */
    private static final class Made implements Harness.Measuring {
        private final List<String> measured = new ArrayList<>();
        private final int interruptedAt;

        Made(int interruptedAt) {
            this.interruptedAt = interruptedAt;
        }

        @Override
        public Row measure(Run run) throws InterruptedException {
            if (measured.size() == interruptedAt) {
                throw new InterruptedException();
            }
            measured.add(run.key());
            return Rows.committed("cpu", run.repeat(), 340, 298, 651_776);
        }

        @Override
        public Row notMeasured(Run run, String why) {
            Inventory.Node node = new Inventory.Node("node1", null);
            Inventory inventory = new Inventory(
                    "test",
                    java.net.URI.create("http://127.0.0.1:1"),
                    Path.of("token"),
                    null,
                    new Inventory.Store("ext4", "warm", 0.0, null, null),
                    true,
                    null,
                    List.of(node, new Inventory.Node("node2", null)));
            Row.Environment environment = new Row.Environment("x", "6.18", Map.of(), "none", "abc", 1, null);
            RowBuilder row = new RowBuilder(inventory, run, environment, Instant.now());
            row.reason(why);
            return row.build();
        }
    }

    @Test
    void anInterruptedSweepGoesOnWithTheRunsThatHaveNoRow() throws Exception {
        Sweep sweep = sweep(List.of(), 5);
        RowFile file = new RowFile(folder.resolve("rows.jsonl"));
        Made first = new Made(3);
        assertThatThrownBy(() -> Harness.carryOut(sweep, file.recover(), first, READY, store(null), file, SILENT))
                .isInstanceOf(InterruptedException.class);
        assertThat(first.measured).hasSize(3);

        Made second = new Made(-1);
        List<Row> rows = Harness.carryOut(sweep, file.recover(), second, READY, store(null), file, SILENT);
        assertThat(second.measured).hasSize(2).doesNotContainAnyElementsOf(first.measured);
        assertThat(rows.stream().map(Row::key))
                .containsExactlyInAnyOrderElementsOf(
                        sweep.order().stream().map(Run::key).toList());
        assertThat(RowFile.read(folder.resolve("rows.jsonl"))).isEqualTo(rows);

        Made third = new Made(-1);
        Harness.carryOut(sweep, file.recover(), third, READY, store(null), file, SILENT);
        assertThat(third.measured).isEmpty();
    }

    @Test
    void whatCouldNotBeMeasuredIsTriedAgain() throws Exception {
        Sweep sweep = sweep(List.of(), 1);
        RowFile file = new RowFile(folder.resolve("rows.jsonl"));
        file.append(Rows.failed());
        Made made = new Made(-1);
        assertThat(Harness.carryOut(sweep, file.recover(), made, READY, store(null), file, SILENT))
                .extracting(Row::outcome)
                .containsExactly(Row.NOT_MEASURED, Row.COMMITTED);
    }

    @Test
    void aStoreThatCannotBeMadeLateIsARowAndTheSweepGoesOn() throws Exception {
        RowFile file = new RowFile(folder.resolve("rows.jsonl"));
        Made made = new Made(-1);
        List<Row> rows =
                Harness.carryOut(sweep(List.of(0L, 7L), 2), List.of(), made, READY, store(ONLY_TO_NONE), file, SILENT);
        assertThat(rows).hasSize(4);
        assertThat(made.measured).hasSize(2).allMatch(key -> key.contains("/store0ms/"));
        assertThat(rows.stream().filter(row -> row.outcome().equals(Row.NOT_MEASURED)))
                .hasSize(2)
                .allMatch(row -> row.reason().contains("could not be set to 7 ms"));
    }

    @Test
    void whatWasTriedBeforeComesLast() throws Exception {
        Sweep sweep = sweep(List.of(), 3);
        RowFile file = new RowFile(folder.resolve("rows.jsonl"));
        String first = sweep.order().get(0).key();
        file.append(Rows.with(Rows.failed(), "key", first));
        Made made = new Made(-1);
        Harness.carryOut(sweep, file.recover(), made, READY, store(null), file, SILENT);
        assertThat(made.measured).hasSize(3).endsWith(first);
    }

    @Test
    void asManyRunsInVainAsThereAreSettingsEndASweepWhoseFleetIsReady() {
        RowFile file = new RowFile(folder.resolve("rows.jsonl"));
        Sweep sweep = sweep(List.of(1L, 2L, 3L, 4L, 5L), 2);
        assertThatThrownBy(() ->
                        Harness.carryOut(sweep, List.of(), new Made(-1), READY, store(ONLY_TO_NONE), file, SILENT))
                .isInstanceOf(NotReadyException.class)
                .hasMessageContaining("5 runs one after the other");
    }

    @Test
    void aFleetThatIsGoneEndsASweepAtOnce() throws Exception {
        RowFile file = new RowFile(folder.resolve("rows.jsonl"));
        Harness.Readiness gone = () -> {
            throw new NotReadyException("the fleet is gone.");
        };
        assertThatThrownBy(() -> Harness.carryOut(
                        sweep(List.of(7L), 3), List.of(), new Made(-1), gone, store(ONLY_TO_NONE), file, SILENT))
                .isInstanceOf(NotReadyException.class)
                .hasMessageContaining("could not be set to 7 ms")
                .hasMessageContaining("the fleet is gone.")
                .hasMessageContaining("--resume");
        assertThat(file.recover()).hasSize(1);
    }
}
