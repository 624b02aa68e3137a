package org.livemigrate.controller.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.livemigrate.controller.time.ManualTimeline;
import org.livemigrate.protocol.container.ContainerView;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.host.Heartbeat;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.host.HostMatch;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.stats.ContainerSample;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.scheduler.fleet.FleetSettings;
import org.livemigrate.scheduler.model.ClusterSnapshot;

class FleetTest {

    private final ManualTimeline timeline = new ManualTimeline();
    private final HeartbeatRegistry registry = new HeartbeatRegistry();
    private final List<String> asked = new ArrayList<>();
    private final Map<String, Boolean> durable = new HashMap<>();
    private final Fleet fleet =
            new Fleet(FleetSettings.DEFAULT, registry, timeline, asked::add, Set.of("v9"), durable::put);

    private void beat(String host, String incarnation) {
        fleet.heartbeat(new Heartbeat(facts(host, "store-1", List.of("modelled")), incarnation, timeline.now()));
    }

    private static HostFacts facts(String host, String store, List<String> engines) {
        return new HostFacts(
                host,
                URI.create("http://127.0.0.1:1"),
                "modelled",
                1_000,
                1L << 30,
                Map.of(),
                Map.of(),
                List.of(),
                engines,
                store);
    }

    private void stats(String host, String incarnation, long sequence, boolean full, ContainerSample... samples) {
        fleet.apply(new StatsDiff(1, host, incarnation, sequence, timeline.now(), full, List.of(samples), List.of()));
    }

    private static ContainerSample sample(String id, long cpu) {
        return new ContainerSample(id, "name-" + id, cpu, 1 << 20, Map.of());
    }

    private NodeView node(String id) {
        return fleet.nodes().stream()
                .filter(node -> node.facts().id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void heartbeatAndStatisticsMakeAHost() {
        beat("v1", "i1");
        assertThat(node("v1").state()).isEqualTo("awaiting-stats");
        assertThat(fleet.requireAlive("v1").id()).isEqualTo("v1");
        assertThatThrownBy(() -> fleet.requireKnown("v1")).hasMessageContaining("its statistics are awaited");
        stats("v1", "i1", 0, true, sample("c1", 300), sample("c2", 100));
        assertThat(fleet.requireKnown("v1").id()).isEqualTo("v1");

        NodeView node = node("v1");
        assertThat(node.state()).isEqualTo("ready");
        assertThat(node.usedMillicores()).isEqualTo(400);
        assertThat(node.load()).isEqualTo(0.4);
        assertThat(node.containers()).isEqualTo(2);
        assertThat(fleet.container("name-c1").id()).isEqualTo("c1");
        assertThatThrownBy(() -> fleet.container("c9"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("c9");
    }

    @Test
    void aSilentHostLeavesAndItsOldStatisticsAreNotBelievedWhenItIsBack() {
        beat("v1", "i1");
        beat("v2", "i1");
        stats("v1", "i1", 0, true, sample("c1", 10));
        timeline.advance(Duration.ofSeconds(119));
        beat("v2", "i1");
        assertThat(fleet.snapshot().hostIndex("v1")).isNotNegative();
        timeline.advance(Duration.ofSeconds(1));
        assertThat(fleet.snapshot().hostIndex("v1")).isNegative();
        assertThat(node("v1").state()).isEqualTo("expired");
        assertThat(fleet.containers()).isEmpty();
        assertThatThrownBy(() -> fleet.requireAlive("v1")).hasMessageContaining("no heartbeat lately");

        asked.clear();
        beat("v1", "i1");
        ClusterSnapshot back = fleet.snapshot();
        assertThat(back.isSchedulable(back.hostIndex("v1"))).isFalse();
        assertThat(asked).containsExactly("v1");
        stats("v1", "i1", 1, true, sample("c1", 900));
        assertThat(node("v1").usedMillicores()).isEqualTo(900);
        assertThat(node("v1").state()).isEqualTo("ready");
    }

    @Test
    void aWallClockThatJumpsExpiresNobody() {
        beat("v1", "i1");
        timeline.jumpWallClock(Duration.ofDays(1));
        assertThat(fleet.snapshot().hostIndex("v1")).isNotNegative();
        timeline.jumpWallClock(Duration.ofDays(-2));
        timeline.advance(Duration.ofMinutes(3));
        assertThat(fleet.snapshot().hostIndex("v1")).isNegative();
    }

    @Test
    void aGapAsksForEverythingOnceInAWhile() {
        beat("v1", "i1");
        stats("v1", "i1", 0, true, sample("c1", 10));
        asked.clear();
        timeline.advance(Duration.ofSeconds(5));
        stats("v1", "i1", 2, false, sample("c1", 20));
        stats("v1", "i1", 3, false, sample("c1", 30));
        assertThat(asked).containsExactly("v1");
        timeline.advance(Duration.ofSeconds(5));
        stats("v1", "i1", 4, false, sample("c1", 40));
        assertThat(asked).containsExactly("v1", "v1");
        stats("v1", "i2", 0, true, sample("c1", 50));
        assertThat(node("v1").usedMillicores()).as("i1 lives").isEqualTo(10);
        beat("v1", "i2");
        stats("v1", "i2", 1, true, sample("c1", 60));
        assertThat(node("v1").usedMillicores()).isEqualTo(60);
    }

    @Test
    void aMovingContainerCountsAtBothEndsAndThenWhereItEnded() {
        beat("v1", "i1");
        beat("v2", "i1");
        stats("v1", "i1", 0, true, sample("c1", 300));
        stats("v2", "i1", 0, true);
        MigrationView moving = migration(null);
        fleet.migrationStarted(moving);
        assertThat(node("v1").usedMillicores()).isEqualTo(300);
        assertThat(node("v2").usedMillicores()).isEqualTo(300);
        ContainerView view = fleet.container("c1");
        assertThat(view.state()).isEqualTo("moving");
        assertThat(view.movingTo()).isEqualTo("v2");

        fleet.migrationEnded(migration(MigrationOutcome.COMMITTED));
        assertThat(node("v1").usedMillicores()).isZero();
        assertThat(fleet.container("c1").host()).isEqualTo("v2");
    }

    private static MigrationView migration(MigrationOutcome outcome) {
        return new MigrationView(
                "m1",
                "c1",
                "c1",
                "v1",
                "v2",
                "modelled",
                "",
                "freeze",
                outcome,
                Map.of(),
                0,
                null,
                1,
                Instant.EPOCH,
                null,
                null,
                null,
                null,
                List.of());
    }

    @Test
    void cordonsAreKept() {
        beat("v9", "i1");
        stats("v9", "i1", 0, true);
        assertThat(node("v9").state()).as("was cordoned before the restart").isEqualTo("cordoned");
        fleet.cordon("v9", false);
        assertThat(node("v9").state()).isEqualTo("ready");
        assertThat(durable).containsEntry("v9", false);
        assertThatThrownBy(() -> fleet.cordon("nowhere", true)).isInstanceOf(ProblemException.class);
    }

    @Test
    void hostsWithDifferentStoresDoNotMatch() {
        fleet.heartbeat(new Heartbeat(facts("v1", "a", List.of("modelled")), "i", timeline.now()));
        fleet.heartbeat(new Heartbeat(facts("v2", "b", List.of("modelled")), "i", timeline.now()));
        fleet.heartbeat(new Heartbeat(facts("v3", "a", List.of("podman", "modelled")), "i", timeline.now()));
        ClusterSnapshot snapshot = fleet.snapshot();
        assertThat(snapshot.isCompatible(0, 1)).isFalse();
        assertThat(snapshot.isCompatible(0, 2)).isTrue();
        assertThat(HostMatch.withCommonEngine(
                        MigrationOptions.DEFAULT,
                        facts("x", "a", List.of("modelled")),
                        facts("y", "a", List.of("podman", "modelled"))))
                .get()
                .extracting(MigrationOptions::engine)
                .isEqualTo("modelled");
    }

    @Test
    void anUnreadableConstraintPinsTheContainerInsteadOfHidingIt() {
        beat("v1", "i1");
        stats("v1", "i1", 0, true, new ContainerSample("c1", "c1", 100, 0, Map.of("livemigrate.pinned", "perhaps")));
        ClusterSnapshot snapshot = fleet.snapshot();
        assertThat(snapshot.isMovable(0)).isFalse();
        assertThat(snapshot.cpuMillicores(0)).isEqualTo(100);
    }

    @Test
    void newContainersSpreadBeforeTheirStatisticsCome() {
        InitialPlacement placement = new InitialPlacement(fleet, timeline);
        assertThatThrownBy(() -> placement.choose(wanted("a"))).isInstanceOf(ProblemException.class);
        for (String host : List.of("v1", "v2", "v3")) {
            beat(host, "i1");
            stats(host, "i1", 0, true);
        }
        stats("v2", "i1", 1, false, sample("c1", 150));
        assertThat(List.of(
                        placement.choose(wanted("a")),
                        placement.choose(wanted("b")),
                        placement.choose(wanted("c")),
                        placement.choose(wanted("d"))))
                .containsExactly("v1", "v3", "v2", "v1");
    }

    @Test
    void aNewContainerGoesWhereItsNetworkIs() {
        beat("v1", "i1");
        fleet.heartbeat(new Heartbeat(
                facts("v2", "store-1", List.of("modelled")).withLabels(Map.of("livemigrate.network.apps", "yes")),
                "i1",
                timeline.now()));
        stats("v1", "i1", 0, true);
        stats("v2", "i1", 0, true, sample("c1", 700));
        InitialPlacement placement = new InitialPlacement(fleet, timeline);
        assertThat(placement.choose(wanted("a"))).isEqualTo("v1");
        assertThat(placement.choose(wanted("b", "apps:ip=10.0.0.60"))).isEqualTo("v2");
        assertThatThrownBy(() -> placement.choose(wanted("c", "backup")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("network backup");
    }

    @Test
    void aNewContainerGoesWhereTheSchedulerWouldLetItGo() {
        String tier = "livemigrate.anti-affinity";
        fleet.heartbeat(new Heartbeat(
                facts("v1", "store-1", List.of("modelled")).withLabels(Map.of("disk", "ssd")), "i1", timeline.now()));
        beat("v2", "i1");
        beat("v3", "i1");
        stats("v1", "i1", 0, true, new ContainerSample("c1", "c1", 900, 1 << 20, Map.of("app", "db")));
        stats("v2", "i1", 0, true, new ContainerSample("c2", "c2", 100, 1 << 20, Map.of(tier, "app=batch")));
        stats("v3", "i1", 0, true, new ContainerSample("c3", "c3", 300, 1 << 20, Map.of("app", "web")));
        InitialPlacement placement = new InitialPlacement(fleet, timeline);

        assertThat(placement.choose(wanted("on-ssd", Map.of("livemigrate.host-labels", "disk=ssd"))))
                .isEqualTo("v1");
        assertThat(placement.choose(wanted("with-db", Map.of("livemigrate.affinity", "app=db"))))
                .isEqualTo("v1");
        assertThat(placement.choose(wanted("refused-by-c2", Map.of("app", "batch"))))
                .isEqualTo("v3");
        assertThat(placement.choose(wanted("refuses-web-and-batch", Map.of(tier, "app=web,app=batch"))))
                .isEqualTo("v2");
        Map<String, String> alone = Map.of("livemigrate.exclusive", "gpu");
        assertThat(List.of(
                        placement.choose(wanted("g1", alone)),
                        placement.choose(wanted("g2", alone)),
                        placement.choose(wanted("g3", alone))))
                .containsExactlyInAnyOrder("v1", "v2", "v3");
        assertThatThrownBy(() -> placement.choose(wanted("g4", alone)))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("no host can take container g4: of 3 in the fleet");
        placement.failed("g2");
        assertThat(placement.choose(wanted("g5", alone))).isNotNull();
    }

    @Test
    void theFirstOfAKindNeedsNoCompanyOfItsKind() {
        Map<String, String> together = Map.of("app", "shard", "livemigrate.affinity", "app=shard");
        beat("v1", "i1");
        beat("v2", "i1");
        stats("v1", "i1", 0, true, sample("c1", 500));
        stats("v2", "i1", 0, true);
        InitialPlacement placement = new InitialPlacement(fleet, timeline);
        assertThat(List.of(
                        placement.choose(wanted("s1", together)),
                        placement.choose(wanted("s2", together)),
                        placement.choose(wanted("s3", together)),
                        placement.choose(wanted("s4", together))))
                .as("where the first went, busy as that host becomes")
                .containsOnly("v2");
        assertThatThrownBy(() -> placement.choose(wanted("a", Map.of("livemigrate.affinity", "app=db"))))
                .isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> wanted("b", Map.of("livemigrate.pinned", "perhaps")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("container b: The label livemigrate.pinned is 'perhaps'");
    }

    private static CreateContainer wanted(String name) {
        return wanted(name, (String) null);
    }

    private static CreateContainer wanted(String name, Map<String, String> labels) {
        return new CreateContainer(name, "localhost/stress:latest", null, 200L, null, null, labels, null, null);
    }

    private static CreateContainer wanted(String name, String network) {
        return new CreateContainer(name, "localhost/stress:latest", null, 200L, null, null, null, network, null);
    }
}
