package org.livemigrate.protocol.stats;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatsCodecTest {

    private static final StatsDiff DIFF = new StatsDiff(
            1,
            "v1",
            "i-1",
            4,
            Instant.parse("2026-01-02T03:04:05.678Z"),
            false,
            List.of(new ContainerSample("c1", "wéb", 250, 4096, Map.of("app", "web"))),
            List.of("c0"));

    @Test
    void whatIsWrittenIsReadAgain() throws Exception {
        assertThat(StatsCodec.decode(StatsCodec.encode(DIFF))).isEqualTo(DIFF);
    }

    @Test
    void aNewerWritersFieldsAreTolerated() throws Exception {
        String text = new String(StatsCodec.encode(DIFF), UTF_8).replaceFirst("\\{", "{\"shoeSize\":43,");
        assertThat(StatsCodec.decode(text.getBytes(UTF_8))).isEqualTo(DIFF);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "\"version\":1 | \"version\":7 | version 7",
                "\"sequence\":4 | \"sequence\":-4 | below 0",
                "\"sequence\":4 | \"sequenze\":4 | sequence",
                "\"agent\":\"v1\" | \"agent\":\"-rf\" | agent \"-rf\" is not usable",
                "\"incarnation\":\"i-1\" | \"incarnation\":\"\" | incarnation",
                "\"id\":\"c1\" | \"id\":\"a/b\" | container id \"a/b\" is not usable",
                "\"cpuMillicores\":250 | \"cpuMillicores\":1000000001 | c1: cpuMillicores is 1000000001",
                "\"memoryBytes\":4096 | \"memoryBytes\":70368744177665 | c1: memoryBytes is 70368744177665",
                "[\"c0\"] | [\"c1\"] | container c1 is in the message twice",
                "[\"c0\"] | [\"c0\",\"c0\"] | container c0 is in the message twice",
                "[\"c0\"] | [\"../c0\"] | container id",
                "} | | not a statistics message",
            })
    void whatCannotBeIsSaid(String from, String to, String reason) {
        String good = new String(StatsCodec.encode(DIFF), UTF_8);
        assertThat(good).contains(from);
        byte[] bad = good.replace(from, to == null ? "" : to).getBytes(UTF_8);
        assertThatThrownBy(() -> StatsCodec.decode(bad))
                .isInstanceOf(UnreadableStatsException.class)
                .hasMessageContaining(reason);
    }
}
