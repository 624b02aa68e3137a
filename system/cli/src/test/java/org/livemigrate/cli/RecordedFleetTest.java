package org.livemigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.checkpoint.ModelledCosts;
import org.livemigrate.controller.schedule.SchedulingSettings;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.recording.RecordingHeader;
import org.livemigrate.protocol.recording.RecordingLine;
import org.livemigrate.protocol.recording.RecordingReader;
import picocli.CommandLine;

/**
 * A real controller with modelled agents leaves a whole recording of what it heard and decided. That these are replayed
 * to the same decisions is tested where controller and simulator meet, with a recording that this test has made.
 */
class RecordedFleetTest {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    private Path directory;

    private static List<RecordingLine> read(Path file) throws IOException {
        List<RecordingLine> lines = new ArrayList<>();
        try (RecordingReader reader = RecordingReader.open(file)) {
            lines.add(reader.header());
            for (RecordingLine line = reader.next(); line != null; line = reader.next()) {
                lines.add(line);
            }
        }
        return lines;
    }

    private static <T> List<T> only(List<RecordingLine> lines, Class<T> kind) {
        return lines.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Test
    void whatAFleetHeardAndDecidedIsOnRecord() throws Exception {
        Path joined = directory.resolve("joined.jsonl.gz");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int status;
        try (ModelledFleet fleet = new ModelledFleet(
                directory, SchedulingSettings.DEFAULT.withInterval(Duration.ofMillis(500)), ModelledCosts.INSTANT)) {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(fleet.nodes())
                            .hasSize(3)
                            .extracting(NodeView::state)
                            .containsOnly("ready"));
            for (int k = 0; k < 6; k++) {
                fleet.create("hot" + k, "v1", 155);
            }
            fleet.create("cold", "v2", 200);
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(fleet.migrations()).isNotEmpty().allMatch(view -> view.outcome() != null);
                assertThat(fleet.nodes()).allMatch(node -> node.load() <= 0.71);
            });
            CommandLine command = LiveMigrate.commandLine();
            command.setOut(new PrintWriter(out, true));
            command.setErr(new PrintWriter(err, true));
            status = command.execute(
                    "record",
                    "--out",
                    joined.toString(),
                    "--for",
                    "8s",
                    "--controller",
                    fleet.uri().toString(),
                    "--token-file",
                    directory.resolve("token").toString());
        }

        List<RecordingLine> lines;
        try (Stream<Path> files = Files.list(directory.resolve("recordings"))) {
            lines = read(files.findFirst().orElseThrow());
        }
        assertThat((lines.get(0)))
                .isInstanceOfSatisfying(
                        RecordingHeader.class,
                        header -> assertThat(header.fromStart()).isTrue());
        assertThat(only(lines, RecordingLine.HeartbeatHeard.class)).isNotEmpty();
        assertThat(only(lines, RecordingLine.StatsHeard.class)).isNotEmpty();
        assertThat(only(lines, RecordingLine.MigrationEnded.class))
                .hasSameSizeAs(only(lines, RecordingLine.MigrationStarted.class))
                .isNotEmpty();
        assertThat(only(lines, RecordingLine.RoundDecided.class))
                .anyMatch(round -> round.decision().plan() != null
                        && !round.decision().plan().migrations().isEmpty());

        assertThat(status).as(err.toString()).isZero();
        assertThat(out.toString()).contains("lines in " + joined);
        List<RecordingLine> late = read(joined);
        assertThat(((RecordingHeader) late.get(0)).fromStart()).isFalse();
        assertThat(only(late, RecordingLine.StatsHeard.class))
                .anyMatch(heard -> heard.diff().full());
        assertThat(only(late, RecordingLine.MigrationEnded.class))
                .as("what cool-downs count from")
                .isNotEmpty();
        assertThat(only(late, RecordingLine.RoundDecided.class)).isNotEmpty();
        String keep = System.getProperty("livemigrate.keepRecording");
        if (keep != null) {
            try (Stream<Path> files = Files.list(directory.resolve("recordings"))) {
                Files.copy(files.findFirst().orElseThrow(), Path.of(keep, "modelled-fleet.jsonl.gz"));
            }
            Files.copy(joined, Path.of(keep, "modelled-fleet-joined.jsonl.gz"));
        }
    }
}
