package org.livemigrate.simulator.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Whatever is wrong with a trace of whatever format: one message with file and line, status 2, and no results. */
class BadTraceTest {
    @TempDir
    Path dir;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    /**
     * @param file its name in the trace
     * @param head what stands above the samples
     * @param line one sample; {@code T} is a time in the format's unit, {@code V} the use
     * @param unit of a time step
     */
    private record Format(String name, String file, String head, String line, long unit) {
        String sample(long step, String value) {
            String time = name.equals("nab")
                    ? String.format("2014-02-14 %02d:%02d:00", step / 12, step % 12 * 5)
                    : String.valueOf(step * unit);
            return line.replace("T", time).replace("V", value) + "\n";
        }

        List<String> good() {
            List<String> lines = new ArrayList<>();
            if (!head.isEmpty()) {
                lines.add(head + "\n");
            }
            Random random = new Random(1); // so that the packed file is long enough to be cut
            for (int k = 0; k < 288; k++) {
                lines.add(sample(k, String.valueOf(random.nextInt(100))));
            }
            return lines;
        }

        boolean hasTimes() {
            return !name.equals("planetlab");
        }
    }

    private static final List<Format> FORMATS = List.of(
            new Format("planetlab", "20110303/vm1", "", "V", 0),
            new Format(
                    "bitbrains",
                    "vm1.csv",
                    "Timestamp [ms];\tCPU cores;\tCPU capacity provisioned [MHZ];\tCPU usage [MHZ];\tCPU usage [%];"
                            + "\tMemory capacity provisioned [KB];\tMemory usage [KB]",
                    "T;\t1;\t2925;\t11;\tV;\t1048576;\t4096",
                    300),
            new Format("alibaba", "machine_usage.csv", "", "m_1,T,V,5,,,1,1,1", 60),
            new Format("nab", "ec2_cpu_utilization_1.csv", "timestamp,value", "T,V", 0),
            new Format("csv", "t.csv", "id,timestamp_s,cpu_percent", "a,T,V", 300));

    static Stream<Arguments> formats() {
        return FORMATS.stream().map(Arguments::of);
    }

    private String refused(Format format, Path path) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = Simulate.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        Path results = dir.resolve("results");
        int status = Simulate.run(
                line, "--trace", format.name + ":" + path, "--policy", "none", "--out", results.toString());
        assertThat(status).as("%s: %s", format.name, err).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(results.resolve("runs.json")).doesNotExist();
        assertThat(err.toString().lines()).as(err.toString()).hasSize(1);
        return err.toString();
    }

    private Path write(Format format, List<String> lines) throws IOException {
        Path file = dir.resolve("trace").resolve(format.file);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, String.join("", lines));
    }

    private void isNamed(Format format, List<String> lines, int number, String why) throws IOException {
        write(format, lines);
        assertThat(refused(format, dir.resolve("trace")))
                .as("%s, %s", format.name, why)
                .contains(format.file + ", line " + number + ": ");
    }

    @ParameterizedTest
    @MethodSource("formats")
    void aWrongSampleIsNamed(Format format) throws IOException {
        int head = format.head.isEmpty() ? 0 : 1;
        for (Map.Entry<String, String> wrong : Map.of(
                        "negative",
                        "-1",
                        "over 100 %",
                        "180",
                        "not a number",
                        "NaN",
                        "infinite",
                        "Infinity",
                        "empty",
                        "",
                        "text",
                        "busy")
                .entrySet()) {
            List<String> lines = format.good();
            lines.set(head + 6, format.sample(6, wrong.getValue()));
            isNamed(format, lines, head + 7, wrong.getKey());
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void timeThatGoesBackIsNamed(Format format) throws IOException {
        if (format.hasTimes()) {
            int head = format.head.isEmpty() ? 0 : 1;
            List<String> lines = format.good();
            lines.set(head + 9, format.sample(2, "50"));
            isNamed(format, lines, head + 10, "out of order");
        }
    }

    @ParameterizedTest
    @MethodSource("formats")
    void whatIsMissingEmptyOrCutIsNamed(Format format) throws IOException {
        assertThat(refused(format, dir.resolve("nowhere"))).contains("nowhere").contains("no such file");
        Path nothing = Files.createDirectories(dir.resolve("nothing"));
        assertThat(refused(format, nothing)).contains("nothing");
        write(format, List.of());
        assertThat(refused(format, dir.resolve("trace"))).contains("trace");

        List<String> lines = format.good();
        String whole = String.join("", lines);
        String cut = whole.substring(0, whole.length() / 2);
        cut = cut.endsWith("\n") ? cut.substring(0, cut.length() - 1) : cut;
        int number = 1 + (int) cut.chars().filter(c -> c == '\n').count();
        isNamed(format, List.of(cut), number, "cut");
    }

    @ParameterizedTest
    @MethodSource("formats")
    void aPackedFileThatWasCutIsNamedWithTheLineItEndsOn(Format format) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(packed)) {
            zip.write(String.join("", format.good()).getBytes(StandardCharsets.UTF_8));
        }
        Path file = dir.resolve("packed").resolve(format.file + ".gz");
        Files.createDirectories(file.getParent());
        for (int keep : new int[] {packed.size() / 2, packed.size() - 4}) {
            Files.write(file, Arrays.copyOf(packed.toByteArray(), keep));
            assertThat(refused(format, file)).containsPattern("\\.gz, line \\d+: .*cut in the middle");
        }
        Files.write(file, new byte[] {0x1f, (byte) 0x8b, 8});
        assertThat(refused(format, file)).contains(".gz");
    }

    @Test
    void oneOfSeveralFilesThatIsShorterIsNamed() throws IOException {
        Format planetLab = FORMATS.get(0);
        write(planetLab, planetLab.good());
        Files.writeString(dir.resolve("trace/20110303/vm2"), "1\n2\n3\n");
        assertThat(refused(planetLab, dir.resolve("trace")))
                .contains("vm2, line 3")
                .contains("cut in the middle");
    }
}
