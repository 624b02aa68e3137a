package org.livemigrate.simulator.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.simulator.Traces;
import org.livemigrate.simulator.trace.alibaba.AlibabaMachineParser;
import org.livemigrate.simulator.trace.bitbrains.BitbrainsParser;
import org.livemigrate.simulator.trace.csv.CsvMapping;
import org.livemigrate.simulator.trace.csv.CsvParser;
import org.livemigrate.simulator.trace.nab.NabParser;

class CsvParserTest {
    @TempDir
    Path dir;

    private Trace parse(String mapping, String text) throws IOException {
        Path file = Files.writeString(dir.resolve("t.csv"), text);
        return CsvParser.parse("test", file, CsvMapping.parse(mapping), name -> true, OptionalLong.of(10_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.5", "1e9", "-1", "NaN", "Infinity", "much", ""})
    void aLargestValueThatASampleCannotHoldIsRefused(String max) {
        assertThatThrownBy(() -> CsvMapping.parse(CsvMapping.PLAIN + ",max=" + max))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("max=" + max + " is not a number of percent from 0 to 127");
        assertThat(CsvMapping.parse(CsvMapping.PLAIN + ",max=127").maxPercent()).isEqualTo(127);
    }

    @Test
    void putsIrregularSamplesOnAGridAndSaysWhereAContainerIsAbsent() throws IOException {
        Trace trace = parse("plain", """
                id,timestamp_s,cpu_percent
                b,20,30
                a,0,10
                a,11,20
                a,12,22
                a,60,40
                """);

        assertThat(trace.series()).extracting(Series::name).containsExactly("a", "b");
        assertThat(trace.samples()).isEqualTo(7);
        byte none = Samples.ABSENT;
        assertThat(trace.rows()).isDeepEqualTo(new byte[][] {
            {20, none},
            {44, none},
            {44, 60},
            {44, none},
            {44, none},
            {44, none},
            {80, none}
        });
        assertThat(trace.filled()).isEqualTo(4);
    }

    @Test
    void presetsReadTheirPublishedColumns() throws IOException {
        assertThat(parse("azure", "0,vm1,1,9,5\n10,vm1,1,9,6\n").rows()).isDeepEqualTo(new byte[][] {{10}, {12}});
        assertThat(parse("alibaba-containers", "c_1,m_1,0,42,3,1,1,1,1,1,1\n").rows())
                .isDeepEqualTo(new byte[][] {{84}});
        assertThat(parse("google", "start_time,instance_index,average_usage.cpus\n0,7,0.25\n")
                        .rows())
                .isDeepEqualTo(new byte[][] {{50}});
    }

    @Test
    void aDuplicatedTimeKeepsTheLaterValue() throws IOException {
        assertThat(parse("plain", "id,timestamp_s,cpu_percent\na,0,10\na,0,20\n")
                        .rows())
                .isDeepEqualTo(new byte[][] {{40}});
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,0,101|line 3|not within 0 to 100",
                "a,0,-1|line 3|not within",
                "a,0,NaN|line 3|not a finite number",
                "a,0,x|line 3|not a finite number",
                "a,0|line 3|2 columns, where 3",
                "a,-50,5|line 3|time goes back",
                "a,noon,5|line 3|not a time",
                ",7,5|line 3|column 1 is empty"
            })
    void aBadLineIsNamedWithFileAndLine(String line, String where, String what) {
        assertThatThrownBy(() -> parse("plain", "id,timestamp_s,cpu_percent\na,0,10\n" + line + "\n"))
                .isInstanceOf(TraceException.class)
                .hasMessageContaining("t.csv")
                .hasMessageContaining(where)
                .hasMessageContaining(what);
    }

    @Test
    void aFileCutInTheMiddleOrWithoutTheColumnIsNamed() {
        assertThatThrownBy(() -> parse("plain", "id,timestamp_s,cpu_percent\na,0,10\na,10,1"))
                .hasMessageContaining("line 3")
                .hasMessageContaining("cut in the middle");
        assertThatThrownBy(() -> parse("plain", "id,time,cpu\na,0,10\n")).hasMessageContaining("no column");
        assertThatThrownBy(() -> parse("plain", "")).hasMessageContaining("empty");
        assertThatThrownBy(() -> parse("plain", "id,timestamp_s,cpu_percent\n")).hasMessageContaining("no samples");
    }

    @Test
    void aMappingThatIsNotUnderstoodIsExplained() {
        assertThatThrownBy(() -> CsvMapping.parse("cpu=x,colour=red")).hasMessageContaining("colour=red");
        assertThatThrownBy(() -> CsvMapping.parse("cpu=x")).hasMessageContaining("time=COLUMN");
        assertThatThrownBy(() -> CsvMapping.parse("cpu=x,time=y,time-unit=d")).hasMessageContaining("time-unit=d");
    }

    @Test
    void readsBitbrains() throws IOException {
        Trace trace = BitbrainsParser.parse(
                Traces.file("bitbrains-rnd-2013-8/bitbrains-rnd-2013-8-vm001-125.tar.gz"), OptionalLong.empty());
        assertThat(trace.series()).hasSize(125);
        assertThat(trace.samples()).isGreaterThan(8_600);
        assertThat(trace.series()).allMatch(s -> s.memoryBytes() > 0);
    }

    @Test
    void readsAlibaba() throws IOException {
        Trace trace = AlibabaMachineParser.parse(
                Traces.file("alibaba-2018-machines/machine_usage.csv.gz"), OptionalLong.empty());
        assertThat(trace.series()).hasSize(16);
        assertThat(trace.samples()).isEqualTo(691_180 / 60 + 1);
        assertThat(trace.filled()).isPositive();
    }

    @Test
    void readsNab() throws IOException {
        Trace trace =
                NabParser.parse(Traces.file("aws-cloudwatch-nab/aws-cloudwatch-cpu.tar.gz"), OptionalLong.empty());
        assertThat(trace.series()).hasSize(11);
        assertThat(trace.stepMs()).isEqualTo(300_000);
    }
}
