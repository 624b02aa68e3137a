package org.livemigrate.scheduler.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;

class HostDrainTest {

    private static List<String> drain(ClusterSnapshot snapshot, String host, String moving) {
        Placement placement = new Placement(snapshot, Fraction.ZERO);
        return HostDrain.plan(
                        placement,
                        snapshot.hostIndex(host),
                        c -> snapshot.containerId(c).equals(moving))
                .stream()
                .map(decision -> snapshot.containerId(decision.container())
                        + (decision.moves()
                                ? ">" + snapshot.hostId(decision.to()) + " " + decision.cpuThere()
                                : " " + decision.stays().label()))
                .toList();
    }

    @Test
    void eachGoesToTheHostThatIsThenLeastLoaded() {
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host("a", 1000)
                .host("b", 1000)
                .host("c", 2000)
                .container("p", "a", 300)
                .container("q", "a", 400)
                .container("r", "a", 200)
                .container("s", "b", 100)
                .build();
        assertThat(drain(snapshot, "a", "")).containsExactly("q>c 400", "p>c 700", "r>b 300");
    }

    @Test
    void whatMovesAlreadyOrFitsNowhereStays() {
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host("a", 1000)
                .host("b", 1000)
                .container("p", "a", 500)
                .container("q", "a", 400)
                .container("s", "b", 600)
                .build();
        assertThat(drain(snapshot, "a", "q")).containsExactly("p no-destination", "q in-flight");
    }
}
