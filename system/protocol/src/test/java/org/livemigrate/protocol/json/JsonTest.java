package org.livemigrate.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.operation.Operation;
import org.livemigrate.protocol.stats.ContainerSample;
import org.livemigrate.protocol.stats.StatsDiff;
import tools.jackson.core.JacksonException;

class JsonTest {

    @Test
    void aMessageReadsBackAsItWasWritten() {
        StatsDiff diff = new StatsDiff(
                1,
                "node1",
                "i1",
                7,
                Instant.parse("2026-01-02T03:04:05.678Z"),
                false,
                List.of(new ContainerSample("abc", "web", 250, 1 << 20, Map.of("tier", "web"))),
                List.of("gone"));
        String json = Json.mapper().writeValueAsString(diff);
        assertThat(json).contains("\"sampledAt\":\"2026-01-02T03:04:05.678Z\"");
        assertThat(Json.mapper().readValue(json, StatsDiff.class)).isEqualTo(diff);
    }

    @Test
    void aMissingNumberIsAnErrorAndNotZero() {
        assertThatThrownBy(() -> Json.mapper().readValue("{\"id\":\"a\",\"memoryBytes\":1}", ContainerSample.class))
                .isInstanceOf(JacksonException.class)
                .hasMessageContaining("cpuMillicores");
    }

    @ParameterizedTest
    @ValueSource(strings = {"12.7", "\"12\"", "NaN", "1e999999999", "99999999999999999999", "true", "[1]", "null"})
    void whatIsNoWholeNumberIsAnError(String value) {
        assertThatThrownBy(() -> Json.mapper()
                        .readValue(
                                "{\"id\":\"a\",\"cpuMillicores\":" + value + ",\"memoryBytes\":1}",
                                ContainerSample.class))
                .isInstanceOf(JacksonException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"600", "600.0", "6e2"})
    void aWholeNumberMayBeSpeltAsItLikes(String value) {
        assertThat(Json.mapper()
                        .readValue(
                                "{\"id\":\"a\",\"cpuMillicores\":" + value + ",\"memoryBytes\":1}",
                                ContainerSample.class)
                        .cpuMillicores())
                .isEqualTo(600);
    }

    @Test
    void unknownFieldsAreTolerated() {
        ContainerSample sample = Json.mapper()
                .readValue("{\"id\":\"a\",\"cpuMillicores\":1,\"memoryBytes\":2,\"later\":{}}", ContainerSample.class);
        assertThat(sample.name()).isEqualTo("a");
    }

    @Test
    void enumsAreLowerCaseWordsAndAbsentValuesAreLeftOut() {
        Operation operation =
                new Operation("o", "freeze", Operation.State.RUNNING, 0.5, "dumping", Instant.EPOCH, null, null, null);
        String json = Json.mapper().writeValueAsString(operation);
        assertThat(json).contains("\"state\":\"running\"").doesNotContain("finishedAt");
        assertThat(Json.mapper().readValue(json, Operation.class)).isEqualTo(operation);
        assertThat(Json.mapper().writeValueAsString(MigrationStep.FREEZE)).isEqualTo("\"freeze\"");
    }

    @Test
    void optionsReadBackAsWritten() {
        MigrationOptions options = MigrationOptions.DEFAULT;
        assertThat(Json.mapper().readValue(Json.mapper().writeValueAsString(options), MigrationOptions.class))
                .isEqualTo(options);
    }

    @Test
    void aContainerToCreateNeedsOnlyNameAndImage() {
        CreateContainer create = Json.mapper()
                .readValue("{\"name\":\"web\",\"image\":\"localhost/stress:latest\"}", CreateContainer.class);
        assertThat(create.network()).isEqualTo("none");
        assertThat(create.cpuLimitMillicores()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-rf", "a b", "../etc", "a..b", "a/b", "a;b", "$(x)", "a\nb", ".hidden"})
    void idsThatCouldBecomePathsOptionsOrCommandsAreRefused(String id) {
        assertThatThrownBy(() -> Ids.require("container id", id))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("container id");
    }

    @ParameterizedTest
    @CsvSource({"none,", "bridge,", "host,", "apps,apps", "apps:ip=10.0.0.60,apps", "my.net_1:ip=fd00::60,my.net_1"})
    void aContainerMayBeInANetworkByNameWithAnAddressOfItsOwn(String network, String needed) {
        assertThat(inNetwork(network).namedNetwork()).isEqualTo(Optional.ofNullable(needed));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-x",
                "a b",
                "a,b",
                "container:web",
                "ns:/proc/1/ns/net",
                "pasta",
                "host:ip=10.0.0.1",
                "apps:mac=1"
            })
    void whatIsNoNetworkIsRefused(String network) {
        assertThatThrownBy(() -> inNetwork(network))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("network \"" + network + "\"");
    }

    private static CreateContainer inNetwork(String network) {
        return new CreateContainer("web", "localhost/stress:latest", null, null, null, null, null, network, null);
    }
}
