package org.livemigrate.simulator.recorded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.scheduler.power.PowerModel;
import org.livemigrate.simulator.trace.Samples;

/**
 * Recordings of a real controller with modelled agents ({@code RecordedFleetTest} makes them with
 * {@code -Dlivemigrate.keepRecording=DIR}): one from the controller's start, one that began later.
 */
class ReplayTest {
    private static final Path RECORDINGS = Path.of("src/test/resources/recordings");

    @TempDir
    Path dir;

    @Test
    void everyRoundOfARealControllerIsDecidedAlike() throws IOException {
        List<Replay.Round> rounds = Replay.of(RECORDINGS.resolve("modelled-fleet.jsonl.gz"), null);

        assertThat(rounds).hasSize(43).allMatch(Replay.Round::comparable).allMatch(Replay.Round::agrees);
        assertThat(rounds.stream()
                        .filter(round -> !round.recorded().migrations().isEmpty()))
                .hasSize(2);
        assertThat(rounds.stream()
                        .filter(round -> !round.recorded().rejections().isEmpty()))
                .isNotEmpty();
    }

    @Test
    void aRecordingThatBeganLaterAgreesOnceItKnowsAsMuch() throws IOException {
        List<Replay.Round> rounds = Replay.of(RECORDINGS.resolve("modelled-fleet-joined.jsonl.gz"), null);

        assertThat(rounds).anyMatch(round -> !round.comparable());
        assertThat(rounds.stream().filter(Replay.Round::comparable))
                .hasSizeGreaterThan(5)
                .allMatch(Replay.Round::agrees);
    }

    @Test
    void anotherPolicyDecidesOtherwiseFromTheSamePicture() throws IOException {
        List<Replay.Round> rounds = Replay.of(RECORDINGS.resolve("modelled-fleet.jsonl.gz"), "none");

        assertThat(rounds)
                .hasSize(43)
                .allMatch(round -> round.replayed().migrations().isEmpty());
        assertThat(rounds).anyMatch(round -> !round.agrees());
        assertThatThrownBy(() -> Replay.of(RECORDINGS.resolve("modelled-fleet.jsonl.gz"), "nosuchpolicy"))
                .hasMessageContaining("nosuchpolicy");
    }

    @Test
    void itIsAWorkloadToo() throws IOException {
        RecordedWorkload recorded = RecordedWorkload.read(RECORDINGS.resolve("modelled-fleet.jsonl.gz"));

        assertThat(recorded.fleet().hosts()).hasSize(3).allMatch(host -> host.capacityMillicores() == 1000);
        assertThat(recorded.trace().series()).hasSize(7);
        assertThat(recorded.trace().stepMs()).isEqualTo(200);
        assertThat(recorded.standing().values()).extracting(at -> at.host()).contains("v1", "v2");
        byte[] last = recorded.trace().rows()[recorded.trace().rows().length - 1];
        for (int c = 0; c < last.length; c++) {
            assertThat(last[c]).as("a container that migrated is still there").isNotEqualTo(Samples.ABSENT);
        }
    }

    @Test
    void hostsKeepTheirLabelsAndCordons() throws IOException {
        String text;
        try (var in = new GZIPInputStream(Files.newInputStream(RECORDINGS.resolve("modelled-fleet.jsonl.gz")))) {
            text = new String(in.readAllBytes(), UTF_8);
        }
        Path file = Files.writeString(
                dir.resolve("labelled.jsonl"),
                text.replaceFirst("\"cordoned\":\\[]", "\"cordoned\":[\"v2\",\"never-heard-of\"]")
                        .replace(
                                "\"memoryBytes\":4294967296,\"labels\":{}",
                                "\"memoryBytes\":4294967296,\"labels\":{\"livemigrate.power-model\":\"ml110-g4\"}"));
        RecordedWorkload recorded = RecordedWorkload.read(file);

        assertThat(recorded.cordoned()).containsExactly("v2");
        assertThat(recorded.fleet().hosts()).hasSize(3).allSatisfy(host -> {
            assertThat(host.labels()).containsEntry(PowerModel.LABEL, "ml110-g4");
            assertThat(host.power()).isEqualTo(PowerModel.ML110_G4);
        });
    }

    @Test
    void aCutRecordingIsNeitherReplayedNorSimulated() throws IOException {
        byte[] whole = Files.readAllBytes(RECORDINGS.resolve("modelled-fleet.jsonl.gz"));
        Path cut = Files.write(dir.resolve("cut.jsonl.gz"), Arrays.copyOf(whole, whole.length / 2));

        assertThatThrownBy(() -> Replay.of(cut, null))
                .isInstanceOf(IOException.class)
                .hasMessageMatching("(?s).*cut.jsonl.gz, line \\d+: .*cut in the middle.*");
        assertThatThrownBy(() -> RecordedWorkload.read(cut)).hasMessageContaining("cut in the middle");
    }
}
