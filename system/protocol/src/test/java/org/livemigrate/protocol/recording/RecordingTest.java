package org.livemigrate.protocol.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.protocol.host.Heartbeat;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.plan.DecisionView;
import org.livemigrate.protocol.stats.ContainerSample;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.scheduler.guard.GuardSettings;

class RecordingTest {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05.000000006Z");

    @TempDir
    private Path folder;

    private static Instant at(int seconds) {
        return START.plusSeconds(seconds);
    }

    private static List<RecordingLine> lines() {
        RecordingHeader header = new RecordingHeader(
                1,
                START,
                true,
                new RecordingHeader.Scheduling(
                        "greedy", 0.71, 0.1, 7, 60_000, RecordingHeader.Guards.of(GuardSettings.LIVE)),
                5_000,
                120_000,
                10,
                3_600_000,
                0.95,
                List.of("v3"));
        HostFacts facts = new HostFacts(
                "v1",
                URI.create("http://127.0.0.1:1"),
                "modelled",
                1_000,
                1L << 30,
                Map.of("zone", "a"),
                Map.of(),
                List.of(),
                List.of("modelled"),
                "s");
        return List.of(
                header,
                new RecordingLine.HeartbeatHeard(at(1), new Heartbeat(facts, "i-1", at(0))),
                new RecordingLine.StatsHeard(
                        at(1),
                        new StatsDiff(
                                1,
                                "v1",
                                "i-1",
                                0,
                                at(1),
                                true,
                                List.of(new ContainerSample("c1", "web", 300, 1 << 20, Map.of("a", "b"))),
                                List.of())),
                new RecordingLine.Sampled(at(5)),
                new RecordingLine.Cordoned(at(6), "v1", true),
                new RecordingLine.RoundBegan(at(60), 1),
                new RecordingLine.RoundDecided(at(61), new DecisionView(1, at(60), "interval", null, null, "nothing")));
    }

    private Path write(String name) throws IOException {
        Path file = folder.resolve(name);
        try (RecordingWriter writer = new RecordingWriter(file)) {
            for (RecordingLine line : lines()) {
                writer.write(line);
            }
        }
        return file;
    }

    private static List<RecordingLine> read(Path file) throws IOException {
        List<RecordingLine> read = new ArrayList<>();
        try (RecordingReader reader = RecordingReader.open(file)) {
            read.add(reader.header());
            for (RecordingLine line = reader.next(); line != null; line = reader.next()) {
                read.add(line);
            }
        }
        return read;
    }

    @Test
    void whatIsWrittenIsReadPackedOrNot() throws IOException {
        assertThat(read(write("r.jsonl"))).isEqualTo(lines());
        assertThat(read(write("r.jsonl.gz"))).isEqualTo(lines());
        RecordingHeader header = (RecordingHeader) lines().get(0);
        assertThat(header.scheduling().guards().settings()).isEqualTo(GuardSettings.LIVE);
        assertThat(header.scheduling().policyWithGuards().name()).isEqualTo("greedy");
        assertThat(header.fleetSettings().expiry()).isEqualTo(Duration.ofMinutes(2));
    }

    @Test
    void nothingIsWrittenOver() throws IOException {
        write("r.jsonl");
        assertThatThrownBy(() -> write("r.jsonl")).isInstanceOf(FileAlreadyExistsException.class);
    }

    /** Wherever the file is cut, the message says which file, on which line, and that it was cut. */
    @Test
    void everyCutIsNoticed() throws IOException {
        byte[] whole = Files.readAllBytes(write("r.jsonl"));
        for (int length = 0; length < whole.length - 1; length += 7) {
            Path cut = Files.write(folder.resolve("cut.jsonl"), Arrays.copyOf(whole, length));
            int line = 1
                    + (int) new String(whole, 0, length, StandardCharsets.UTF_8)
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            int orNext = whole[length] == '\n' ? line + 1 : line; // whole but for its end is whole
            assertThatThrownBy(() -> read(cut))
                    .as("cut after %d bytes", length)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cut.jsonl")
                    .hasMessageMatching(length == 0 ? "(?s).*empty.*" : "(?s).*line " + orNext + ": .*");
        }
        byte[] packed = Files.readAllBytes(write("r.jsonl.gz"));
        for (int length = 1; length < packed.length; length += 5) {
            Path cut = Files.write(folder.resolve("cut.jsonl.gz"), Arrays.copyOf(packed, length));
            assertThatThrownBy(() -> read(cut))
                    .as("cut after %d packed bytes", length)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cut.jsonl.gz, line ");
        }
        assertThat(new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes())
                .isEqualTo(whole);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2 | {"kind":"heartbeat"}                                                  | line 2: .*'at' is missing.*
            2 | {"kind":"dream","at":"2026-01-02T03:04:05Z"}                           | line 2: .*dream.*
            3 | {"kind":"sample","at":"2026-01-02T03:04:00Z"}                          | line 3: time goes back .*
            3 | {"kind":"sample"}                                                     | line 3: .*'at' is missing.*
            3 | nonsense                                                              | line 3: .*
            7 | {"kind":"end","at":"2026-01-02T03:05:06Z","lines":9}                   | line 7: .*some are missing.*
            """)
    void aWrongLineIsNamed(int number, String text, String message) throws IOException {
        List<String> all = new ArrayList<>(Files.readAllLines(write("r.jsonl")));
        all.set(number - 1, text);
        Path wrong = Files.write(folder.resolve("wrong.jsonl"), all);
        assertThatThrownBy(() -> read(wrong))
                .isInstanceOf(IOException.class)
                .hasMessageMatching("(?s).*wrong.jsonl, " + message);
    }

    @Test
    void anotherVersionAndAnotherFileAreExplained() throws IOException {
        List<String> all = new ArrayList<>(Files.readAllLines(write("r.jsonl")));
        Path newer = Files.write(
                folder.resolve("newer.jsonl"), List.of(all.get(0).replace("\"version\":1", "\"version\":2")));
        assertThatThrownBy(() -> read(newer)).hasMessageContaining("line 1").hasMessageContaining("version 2");
        Path headless = Files.write(folder.resolve("headless.jsonl"), all.subList(1, all.size()));
        assertThatThrownBy(() -> read(headless)).hasMessageContaining("line 1").hasMessageContaining("recording");
        assertThatThrownBy(() -> read(folder.resolve("none"))).hasMessageContaining("no such file");
    }
}
