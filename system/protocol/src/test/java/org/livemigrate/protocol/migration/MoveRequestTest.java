package org.livemigrate.protocol.migration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.livemigrate.protocol.json.Json;

class MoveRequestTest {

    private static final MigrationOptions CONTROLLERS =
            new MigrationOptions("podman", 7, 250, "zstd", false, 5_000, null, 200L);

    private static MoveRequest read(String json) {
        return Json.mapper().readValue(json, MoveRequest.class);
    }

    @Test
    void anotherEngineLeavesTheControllersOtherOptions() {
        MoveRequest request = read("{\"container\":\"web\",\"to\":\"b\",\"engine\":\"live\"}");
        assertThat(request.optionsOr(CONTROLLERS)).isEqualTo(CONTROLLERS.withEngine("live"));
        assertThat(request.insists()).isTrue();
    }

    @Test
    void withoutAnythingTheyAreTheControllers() {
        MoveRequest request = read("{\"container\":\"web\",\"to\":\"b\"}");
        assertThat(request.optionsOr(CONTROLLERS)).isEqualTo(CONTROLLERS);
        assertThat(request.insists()).isFalse();
    }
}
