package org.livemigrate.controller.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.livemigrate.controller.time.ManualTimeline;
import org.livemigrate.protocol.container.ContainerView;
import org.livemigrate.protocol.event.FleetEvent;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.host.NodeView;

class StorytellerTest {

    private final ManualTimeline timeline = new ManualTimeline();
    private final EventLog log = new EventLog(timeline.now());
    private final Storyteller storyteller = new Storyteller(log, timeline);

    private static NodeView host(String id, String state) {
        HostFacts facts = new HostFacts(
                id,
                URI.create("http://" + id + ":7071"),
                "podman",
                1_000,
                1,
                Map.of(),
                Map.of(),
                List.of(),
                List.of(),
                "s");
        return new NodeView(facts, state, Instant.EPOCH, 0, 0, 1, 0);
    }

    private static ContainerView container(String name, String host) {
        return new ContainerView(name + "-id", name, host, "running", 1, 1, Map.of(), null);
    }

    private List<FleetEvent> gone() {
        return log.after(null).stream()
                .filter(event -> event.kind().equals("container-gone"))
                .toList();
    }

    @Test
    void aContainerThatIsMissedTwiceIsGoneAndThatIsToldOnce() {
        List<NodeView> hosts = List.of(host("a", "alive"), host("b", "alive"));
        storyteller.look(hosts, List.of(container("web", "a"), container("db", "b")));
        storyteller.look(hosts, List.of(container("db", "b")));
        assertThat(gone()).isEmpty();
        storyteller.look(hosts, List.of(container("db", "b")));
        storyteller.look(hosts, List.of(container("db", "b")));
        assertThat(gone()).singleElement().satisfies(event -> {
            assertThat(event.container()).isEqualTo("web");
            assertThat(event.host()).isEqualTo("a");
            assertThat(event.reason()).contains("is on host a no more");
            assertThat(event.data()).containsEntry("id", "web-id").containsEntry("hostState", "alive");
        });
    }

    @Test
    void oneThatMovesIsNotGone() {
        List<NodeView> hosts = List.of(host("a", "alive"), host("b", "alive"));
        storyteller.look(hosts, List.of(container("web", "a")));
        storyteller.look(hosts, List.of());
        storyteller.look(hosts, List.of(container("web", "b")));
        storyteller.look(hosts, List.of(container("web", "b")));
        assertThat(gone()).isEmpty();
    }

    @Test
    void whatWasOnAHostThatIsSilentMayBeLost() {
        storyteller.look(List.of(host("a", "alive")), List.of(container("web", "a"), container("db", "a")));
        for (int i = 0; i < 3; i++) {
            storyteller.look(List.of(host("a", "expired")), List.of());
        }
        assertThat(gone()).extracting(FleetEvent::container).containsExactly("db", "web");
        assertThat(gone()).allSatisfy(event -> assertThat(event.reason()).contains("host a, which is silent"));
    }
}
