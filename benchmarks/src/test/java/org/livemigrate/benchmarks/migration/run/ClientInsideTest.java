package org.livemigrate.benchmarks.migration.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class ClientInsideTest {

    private static final Duration SOON = Duration.ofSeconds(5);

    private final ClientInside client = new ClientInside(null, null);

    private static ClientInside.Log log(String... lines) {
        Queue<String> left = new ArrayDeque<>(List.of(lines));
        return () -> ClientInside.Told.of(left.size() > 1 ? left.remove() : left.peek());
    }

    @Test
    void whatWasCheckedBeforeTheEndIsNoProofOfLife() throws Exception {
        assertThat(client.ended(log("70 0 1\n", "70 0 1\n", "90 0 2\n"), SOON).after())
                .isEqualTo(90);
    }

    @Test
    void aWrongReplyIsWaitedForNoLonger() throws Exception {
        assertThat(client.ended(log("70 1 1\n"), SOON).wrong()).isEqualTo(1);
    }

    @Test
    void aClientThatHasNoMoreRepliesIsSaid() {
        assertThatThrownBy(() -> client.ended(log("70 0 1\n"), Duration.ofMillis(20)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no reply for");
    }
}
