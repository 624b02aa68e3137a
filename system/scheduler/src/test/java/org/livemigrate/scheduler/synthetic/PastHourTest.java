package org.livemigrate.scheduler.synthetic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.History;

class PastHourTest {

    @Test
    void containers_used_80_to_120_percent_of_now_and_hosts_what_their_containers_did() {
        ClusterSnapshot now = ClusterSnapshot.builder()
                .host("h", 4000)
                .container("a", "h", 1000)
                .container("b", "h", 100)
                .build();

        ClusterSnapshot looksBack = PastHour.before(now, 7);

        History history = looksBack.history();
        assertThat(history.size()).isEqualTo(12);
        for (int s = 0; s < history.size(); s++) {
            assertThat(history.time(s)).isBefore(looksBack.time());
            assertThat(history.containerMillicores(s, 0)).isBetween(800L, 1200L);
            assertThat(history.containerMillicores(s, 1)).isBetween(80L, 120L);
            assertThat(history.hostMillicores(s, 0))
                    .isEqualTo(history.containerMillicores(s, 0) + history.containerMillicores(s, 1));
        }
        assertThat(looksBack.cpuMillicores(0)).isEqualTo(1000);
    }
}
