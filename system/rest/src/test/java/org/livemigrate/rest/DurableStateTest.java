package org.livemigrate.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.protocol.json.ProblemException;

class DurableStateTest {

    private static final int CHANGES = 1_500;
    private static final String VALUE = "v".repeat(4_000);

    @TempDir
    private Path folder;

    @Test
    void theFileFollowsWhatItHoldsAndNotHowOftenItChanged() throws IOException {
        Path file = folder.resolve("state.mv");
        try (DurableState state = DurableState.open(file)) {
            Map<String, String> map = state.map("m");
            for (int i = 0; i < CHANGES; i++) {
                map.put("key-" + i % 50, VALUE + i);
                state.commit();
            }
        }
        // 200 kB are held; 1,500 commits of at least 8 kB were written
        assertThat(Files.size(file)).isLessThan(5L << 20);
        try (DurableState again = DurableState.open(file)) {
            Map<String, String> map = again.map("m");
            assertThat(map).hasSize(50).containsEntry("key-49", VALUE + (CHANGES - 1));
        }
    }

    @Test
    void aSecondProcessIsToldWhatToDo() {
        Path file = folder.resolve("state.mv");
        try (DurableState first = DurableState.open(file)) {
            first.commit();
            assertThatThrownBy(() -> DurableState.open(file))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("end the other process");
        }
    }
}
