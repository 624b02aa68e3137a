package org.livemigrate.simulator.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.simulator.Traces;
import org.livemigrate.simulator.trace.planetlab.PlanetLabParser;

class PlanetLabParserTest {
    @TempDir
    Path dir;

    private void vm(String day, String name, String lines) throws IOException {
        Files.createDirectories(dir.resolve(day));
        Files.writeString(dir.resolve(day).resolve(name), lines);
    }

    private Path archive(List<String> order) throws IOException {
        Path file = dir.resolve("day.tar.gz");
        try (OutputStream out = Files.newOutputStream(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(out))) {
            for (String name : order) {
                byte[] text = (name.length() + "\n" + 7 + "\n").getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry("20110303/" + name);
                entry.setSize(text.length);
                tar.putArchiveEntry(entry);
                tar.write(text);
                tar.closeArchiveEntry();
            }
        }
        return file;
    }

    @Test
    void readsADayOfADirectorySortedByName() throws IOException {
        vm("20110303", "b x", "5\n0\n");
        vm("20110303", "a", "99\n100\n");
        vm("20110306", "c", "1\n1\n");

        Trace trace = PlanetLabParser.parse(dir, "20110303");

        assertThat(trace.series()).extracting(Series::name).containsExactly("a", "b x");
        assertThat(trace.rows()).isDeepEqualTo(new byte[][] {{(byte) 198, 10}, {(byte) 200, 0}});
        assertThat(trace.stepMs()).isEqualTo(300_000);
        assertThat(java.time.Instant.ofEpochMilli(trace.startEpochMs())).hasToString("2011-03-03T00:00:00Z");
    }

    @Test
    void theOrderInAnArchiveDoesNotMatter() throws IOException {
        Trace forwards = PlanetLabParser.parse(archive(List.of("a", "bb", "ccc")), null);
        Trace backwards = PlanetLabParser.parse(archive(List.of("ccc", "bb", "a")), null);

        assertThat(backwards.series()).isEqualTo(forwards.series());
        assertThat(backwards.rows()).isDeepEqualTo(forwards.rows());
    }

    @Test
    void severalDaysNeedAChoice() throws IOException {
        vm("20110303", "a", "1\n");
        vm("20110306", "a", "1\n");

        assertThatThrownBy(() -> PlanetLabParser.parse(dir, null))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("20110303")
                .hasMessageContaining("Say which");
        assertThatThrownBy(() -> PlanetLabParser.parse(dir, "20110307"))
                .hasMessageContaining("it has 20110303, 20110306");
    }

    @ParameterizedTest
    @ValueSource(strings = {"101", "-1", "NaN", "4.5", "", "1 2", "1000"})
    void aLineThatIsNoPercentageIsNamedWithFileAndLine(String line) throws IOException {
        vm("20110303", "vm", "1\n" + line + "\n3\n");

        assertThatThrownBy(() -> PlanetLabParser.parse(dir, null))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("20110303/vm, line 2")
                .hasMessageContaining("'" + line + "'");
    }

    @Test
    void aFileCutInTheMiddleIsNamed() throws IOException {
        vm("20110303", "a", "1\n2\n3\n");
        vm("20110303", "b", "1\n2\n");
        assertThatThrownBy(() -> PlanetLabParser.parse(dir, null)).hasMessageContaining("b, line 2");

        vm("20110303", "b", "1\n2\n3");
        assertThatThrownBy(() -> PlanetLabParser.parse(dir, null)).hasMessageContaining("b, line 3");
    }

    @Test
    void anArchiveCutInTheMiddleIsNamed() throws IOException {
        Path whole = archive(List.of("a", "bb", "ccc"));
        byte[] bytes = Files.readAllBytes(whole);
        Files.write(whole, java.util.Arrays.copyOf(bytes, bytes.length / 2));

        assertThatThrownBy(() -> PlanetLabParser.parse(whole, null))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("day.tar.gz")
                .hasMessageContaining("complete");
    }

    @Test
    void nothingThereIsSaid() throws IOException {
        assertThatThrownBy(() -> PlanetLabParser.parse(dir.resolve("none"), null))
                .hasMessageContaining("no such file");
        assertThatThrownBy(() -> PlanetLabParser.parse(dir, null)).hasMessageContaining("no trace files");
        vm("20110303", "a", "");
        assertThatThrownBy(() -> PlanetLabParser.parse(dir, null)).hasMessageContaining("empty");
    }

    @Test
    void readsTheRealDay() throws IOException {
        Trace trace = PlanetLabParser.parse(Traces.file("planetlab/planetlab.tar.gz"), "20110303");

        assertThat(trace.series()).hasSize(1052);
        assertThat(trace.samples()).isEqualTo(288);
        double sum = 0;
        for (byte[] row : trace.rows()) {
            for (byte sample : row) {
                sum += Samples.percent(sample);
            }
        }
        assertThat(sum / (1052 * 288)).isCloseTo(12.31, org.assertj.core.data.Offset.offset(0.005));
    }
}
