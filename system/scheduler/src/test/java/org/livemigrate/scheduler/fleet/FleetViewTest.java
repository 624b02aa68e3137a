package org.livemigrate.scheduler.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.livemigrate.scheduler.fleet.HeartbeatResult.Change;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Constraints;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.model.History;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.model.InFlightMove;
import org.livemigrate.scheduler.model.InvalidClusterException;
import org.livemigrate.scheduler.plan.Placement;

class FleetViewTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final FleetView view = new FleetView(FleetSettings.DEFAULT);

    @BeforeEach
    void twoHosts() {
        view.heartbeat(Host.of("a", 1000), at(0));
        view.heartbeat(Host.of("b", 1000), at(0));
        view.apply(full("a", "a1", 0, stats("x", 300), stats("y", 200)), at(0));
        view.apply(full("b", "b1", 0), at(0));
    }

    private static Instant at(int seconds) {
        return START.plusSeconds(seconds);
    }

    private static ContainerStats stats(String id, long cpu) {
        return ContainerStats.of(id, cpu, 1000);
    }

    private static StatsUpdate full(String host, String incarnation, long sequence, ContainerStats... stats) {
        return StatsUpdate.full(host, incarnation, sequence, List.of(stats));
    }

    private static StatsUpdate diff(String host, String incarnation, long sequence, ContainerStats... stats) {
        return StatsUpdate.diff(host, incarnation, sequence, List.of(stats), List.of());
    }

    private static String hostOf(ClusterSnapshot snapshot, String container) {
        int index = snapshot.containerIndex(container);
        return index < 0 ? null : snapshot.hostId(snapshot.hostOf(index));
    }

    private long cpu(String container, int seconds) {
        ClusterSnapshot snapshot = view.snapshot(at(seconds));
        return snapshot.cpuMillicores(snapshot.containerIndex(container));
    }

    @Test
    void diffsAddChangeAndRemove() {
        assertThat(view.apply(
                        StatsUpdate.diff("a", "a1", 1, List.of(stats("x", 350), stats("z", 10)), List.of("y")), at(1)))
                .isEqualTo(UpdateResult.APPLIED);
        ClusterSnapshot snapshot = view.snapshot(at(1));
        assertThat(snapshot.containerCount()).isEqualTo(2);
        assertThat(cpu("x", 1)).isEqualTo(350);
        assertThat(hostOf(snapshot, "z")).isEqualTo("a");
        assertThat(hostOf(snapshot, "y")).isNull();
    }

    @Test
    void aRepeatedMessageChangesNothing() {
        view.apply(diff("a", "a1", 1, stats("x", 350)), at(1));
        assertThat(view.apply(diff("a", "a1", 1, stats("x", 999)), at(2))).isEqualTo(UpdateResult.DUPLICATE);
        assertThat(view.apply(full("a", "a1", 0), at(2))).isEqualTo(UpdateResult.DUPLICATE);
        assertThat(cpu("x", 2)).isEqualTo(350);
    }

    @Test
    void aGapAsksForEverythingAndHoldsTheHostUntilItComes() {
        assertThat(view.apply(diff("a", "a1", 2, stats("x", 350)), at(1))).isEqualTo(UpdateResult.NEEDS_FULL_SNAPSHOT);
        ClusterSnapshot gap = view.snapshot(at(1));
        assertThat(cpu("x", 1)).as("not applied").isEqualTo(300);
        assertThat(gap.isSchedulable(gap.hostIndex("a"))).isFalse();
        assertThat(gap.isMovable(gap.containerIndex("x"))).isFalse();
        assertThat(view.apply(diff("a", "a1", 3), at(1))).isEqualTo(UpdateResult.NEEDS_FULL_SNAPSHOT);
        assertThat(view.apply(full("a", "a1", 4, stats("x", 400)), at(2))).isEqualTo(UpdateResult.APPLIED);
        ClusterSnapshot healed = view.snapshot(at(2));
        assertThat(healed.isSchedulable(healed.hostIndex("a"))).isTrue();
        assertThat(healed.containerCount()).isEqualTo(1);
        assertThat(view.apply(diff("a", "a1", 5, stats("x", 410)), at(3))).isEqualTo(UpdateResult.APPLIED);
    }

    @Test
    void aRestartedAgentMustTellEverything() {
        assertThat(view.apply(diff("a", "a2", 1, stats("x", 1)), at(1))).isEqualTo(UpdateResult.NEEDS_FULL_SNAPSHOT);
        assertThat(view.apply(full("a", "a2", 2, stats("x", 400)), at(2))).isEqualTo(UpdateResult.APPLIED);
        assertThat(view.apply(full("a", "a1", 9, stats("old", 1)), at(3)))
                .as("a straggler of the agent before")
                .isEqualTo(UpdateResult.DUPLICATE);
        assertThat(cpu("x", 3)).isEqualTo(400);
    }

    @Test
    void aStragglerOfAnUnknownAgentDoesNotSilenceTheLivingOne() {
        view.apply(full("a", "a3", 0, stats("x", 400)), at(2));
        view.heartbeat(Host.of("a", 1000), "a3", at(2));
        assertThat(view.apply(full("a", "a2", 0, stats("old", 1)), at(3)))
                .as("a2 was killed before anything of it came")
                .isEqualTo(UpdateResult.DUPLICATE);
        assertThat(view.apply(diff("a", "a3", 1, stats("x", 450)), at(4))).isEqualTo(UpdateResult.APPLIED);
        assertThat(cpu("x", 4)).isEqualTo(450);
    }

    @Test
    void aHeartbeatSaysWhichAgentsStatisticsCount() {
        view.apply(full("a", "a3", 0, stats("x", 400)), at(2));
        view.apply(full("a", "a2", 0, stats("old", 1)), at(3));
        assertThat(view.heartbeat(Host.of("a", 1000), "a3", at(4)))
                .as("the picture is a2's")
                .isEqualTo(new HeartbeatResult(Change.STAYED, true));
        assertThat(view.apply(full("a", "a3", 1, stats("x", 410)), at(5))).isEqualTo(UpdateResult.APPLIED);
        assertThat(view.heartbeat(Host.of("a", 1000), "a3", at(6)))
                .isEqualTo(new HeartbeatResult(Change.STAYED, false));
    }

    @Test
    void aSilentHostLeavesAndItsNextHeartbeatBringsItBack() {
        view.heartbeat(Host.of("b", 1000), at(119));
        assertThat(view.snapshot(at(119)).hostCount()).isEqualTo(2);
        ClusterSnapshot expired = view.snapshot(at(120));
        assertThat(expired.hostCount()).isEqualTo(1);
        assertThat(expired.containerCount()).isZero();
        assertThat(view.hosts(at(120)))
                .extracting(HostStatus::state)
                .containsExactly(HostStatus.State.EXPIRED, HostStatus.State.READY);

        HeartbeatResult back = view.heartbeat(Host.of("a", 1000), at(300));
        assertThat(back).isEqualTo(new HeartbeatResult(Change.REJOINED, true));
        view.heartbeat(Host.of("b", 1000), at(300));
        ClusterSnapshot rejoined = view.snapshot(at(300));
        assertThat(rejoined.hostCount()).isEqualTo(2);
        assertThat(rejoined.containerCount())
                .as("old statistics are not believed")
                .isZero();
        assertThat(rejoined.isSchedulable(rejoined.hostIndex("a")))
                .as("nor does its emptiness attract anything")
                .isFalse();
        view.apply(full("a", "a1", 7, stats("x", 500)), at(301));
        assertThat(view.snapshot(at(301)).isSchedulable(0)).isTrue();
    }

    @Test
    void statisticsThatKeptComingAreStillBelieved() {
        view.apply(diff("a", "a1", 1, stats("x", 350)), at(150));
        assertThat(view.heartbeat(Host.of("a", 1000), at(160))).isEqualTo(new HeartbeatResult(Change.REJOINED, false));
        assertThat(cpu("x", 160)).isEqualTo(350);
    }

    @Test
    void aNewHostReceivesNothingUntilItHasSaidWhatItRuns() {
        assertThat(view.heartbeat(Host.of("c", 1000), at(1))).isEqualTo(new HeartbeatResult(Change.JOINED, true));
        ClusterSnapshot before = view.snapshot(at(1));
        assertThat(before.isSchedulable(before.hostIndex("c"))).isFalse();
        view.apply(full("c", "c1", 0), at(2));
        ClusterSnapshot after = view.snapshot(at(2));
        assertThat(after.isSchedulable(after.hostIndex("c"))).isTrue();
    }

    @Test
    void statisticsThatCameLongBeforeTheFirstHeartbeatAreNotBelieved() {
        view.apply(full("c", "c1", 0, stats("z", 10)), at(1));
        assertThat(view.heartbeat(Host.of("c", 1000), at(121))).isEqualTo(new HeartbeatResult(Change.JOINED, true));
        view.apply(full("d", "d1", 0, stats("w", 10)), at(1));
        assertThat(view.heartbeat(Host.of("d", 1000), at(120))).isEqualTo(new HeartbeatResult(Change.JOINED, false));
    }

    @Test
    void cordonedHostsAreNoDestinations() {
        view.cordon("b", true);
        view.heartbeat(Host.of("b", 1000), at(1));
        assertThat(view.snapshot(at(1)).isSchedulable(1)).isFalse();
        assertThat(view.hosts(at(1)))
                .extracting(HostStatus::state)
                .containsExactly(HostStatus.State.READY, HostStatus.State.CORDONED);
        view.cordon("b", false);
        assertThat(view.snapshot(at(1)).isSchedulable(1)).isTrue();
    }

    @Test
    void aContainerInFlightStandsOnItsSourceAndCountsAtBothEnds() {
        view.migrationStarted(new InFlightMove("x", "a", "b", at(1)));
        view.apply(diff("b", "b1", 1, stats("x", 5)), at(2));
        ClusterSnapshot both = view.snapshot(at(2));
        assertThat(hostOf(both, "x")).isEqualTo("a");
        assertThat(both.containerCount()).isEqualTo(2);
        assertThat(both.hostCpuMillicores(0)).isEqualTo(500);
        assertThat(both.hostCpuMillicores(1))
                .as("the demand before the migration")
                .isEqualTo(300);
        assertThat(both.isMovable(both.containerIndex("x"))).isFalse();

        view.apply(StatsUpdate.diff("a", "a1", 1, List.of(), List.of("x")), at(3));
        view.apply(StatsUpdate.diff("b", "b1", 2, List.of(), List.of("x")), at(3));
        assertThat(hostOf(view.snapshot(at(3)), "x"))
                .as("frozen, and reported by nobody")
                .isEqualTo("a");
    }

    @Test
    void afterTheCommitTheDestinationHasIt() {
        view.migrationStarted(new InFlightMove("x", "a", "b", at(1)));
        assertThat(view.migrationEnded("x", true, at(5)))
                .hasValueSatisfying(m -> assertThat(m.committed()).isTrue());
        assertThat(hostOf(view.snapshot(at(5)), "x")).as("before b reports it").isEqualTo("b");
        view.apply(diff("a", "a1", 1, stats("x", 333)), at(6));
        ClusterSnapshot late = view.snapshot(at(6));
        assertThat(hostOf(late, "x")).as("a late word of a").isEqualTo("b");
        assertThat(late.containerCount()).isEqualTo(2);
        assertThat(late.lastMoves())
                .singleElement()
                .satisfies(m -> assertThat(m.toHostId()).isEqualTo("b"));
        assertThat(late.inFlightMoves()).isEmpty();
        assertThat(view.snapshot(at(5).plus(Duration.ofHours(2))).lastMoves()).isEmpty();
    }

    @Test
    void whatTheHostItEndedOnNeverTellsOfIsNotThere() {
        view.migrationStarted(new InFlightMove("x", "a", "b", at(1)));
        view.apply(StatsUpdate.diff("a", "a1", 1, List.of(), List.of("x")), at(2));
        view.migrationEnded("x", false, at(5));
        assertThat(hostOf(view.snapshot(at(6)), "x"))
                .as("a may tell of it soon")
                .isEqualTo("a");
        for (int second : new int[] {60, 120}) {
            view.heartbeat(Host.of("a", 1000), at(second));
            view.heartbeat(Host.of("b", 1000), at(second));
        }
        view.migrationStarted(new InFlightMove("x", "a", "b", at(121)));
        view.migrationEnded("x", false, at(122));
        assertThat(hostOf(view.snapshot(at(124)), "x")).isEqualTo("a");
        assertThat(hostOf(view.snapshot(at(125)), "x")).as("a never did").isNull();
        view.apply(diff("a", "a1", 2, stats("x", 310)), at(126));
        assertThat(hostOf(view.snapshot(at(126)), "x")).isEqualTo("a");
    }

    @Test
    void aRoundTripEndsWhereItBegan() {
        view.migrationStarted(new InFlightMove("x", "a", "b", at(1)));
        view.migrationEnded("x", true, at(2));
        view.apply(diff("b", "b1", 1, stats("x", 310)), at(3));
        view.migrationStarted(new InFlightMove("x", "b", "a", at(4)));
        view.migrationEnded("x", true, at(5));
        assertThat(hostOf(view.snapshot(at(5)), "x")).isEqualTo("a");
    }

    @Test
    void afterARollBackTheSourceHasIt() {
        view.migrationStarted(new InFlightMove("x", "a", "b", at(1)));
        view.apply(StatsUpdate.diff("a", "a1", 1, List.of(), List.of("x")), at(2));
        view.apply(diff("b", "b1", 1, stats("x", 5)), at(2));
        view.migrationEnded("x", false, at(5));
        ClusterSnapshot snapshot = view.snapshot(at(5));
        assertThat(hostOf(snapshot, "x")).isEqualTo("a");
        assertThat(cpu("x", 5)).isEqualTo(300);
        assertThat(snapshot.containerCount()).isEqualTo(2);
    }

    @Test
    void withoutKnowledgeTheLatestAppearanceCounts() {
        view.apply(diff("b", "b1", 1, stats("x", 70)), at(10));
        view.apply(diff("a", "a1", 1, stats("x", 320)), at(11));
        ClusterSnapshot snapshot = view.snapshot(at(11));
        assertThat(hostOf(snapshot, "x")).isEqualTo("b");
        assertThat(snapshot.containerCount()).isEqualTo(2);
    }

    @Test
    void whenTheSourceDiesInFlightTheDestinationKeepsTheRoom() {
        view.migrationStarted(new InFlightMove("x", "a", "b", at(1)));
        view.heartbeat(Host.of("b", 1000), at(100));
        ClusterSnapshot snapshot = view.snapshot(at(125));
        assertThat(snapshot.hostCount()).isEqualTo(1);
        assertThat(hostOf(snapshot, "x")).isEqualTo("b");
        assertThat(snapshot.hostCpuMillicores(0)).isEqualTo(300);
    }

    @Test
    void containersOfOneNameMayNotMeetOnOneHost() {
        view.apply(full("b", "b1", 1, named("z", "web")), at(1));
        view.apply(diff("a", "a1", 1, named("x", "web")), at(1));
        ClusterSnapshot snapshot = view.snapshot(at(1));
        assertThat(snapshot.constraints(snapshot.containerIndex("x"))).isEqualTo(Constraints.alone("name web"));
        assertThat(snapshot.constraints(snapshot.containerIndex("y"))).isEqualTo(Constraints.NONE);
        assertThat(new Placement(snapshot, Fraction.percent(0))
                        .constraintsAllow(snapshot.containerIndex("x"), snapshot.hostIndex("b")))
                .isFalse();
        view.apply(full("b", "b1", 2), at(2));
        assertThat(view.snapshot(at(2)).hasConstraints()).isFalse();
    }

    private static ContainerStats named(String id, String name) {
        return new ContainerStats(id, name, 100, 1000, Map.of(), Constraints.NONE);
    }

    @Test
    void samplesBecomeHistory() {
        view.sample(at(0));
        view.apply(diff("a", "a1", 1, stats("x", 900)), at(10));
        view.sample(at(10));
        view.heartbeat(Host.of("aa", 1000), at(20));
        ClusterSnapshot snapshot = view.snapshot(at(20));
        History history = snapshot.history();
        assertThat(history.size()).isEqualTo(2);
        assertThat(history.hostMillicores(0, snapshot.hostIndex("a"))).isEqualTo(500);
        assertThat(history.hostMillicores(1, snapshot.hostIndex("a"))).isEqualTo(1100);
        assertThat(history.hostMillicores(1, snapshot.hostIndex("aa"))).isEqualTo(History.UNKNOWN);
        assertThat(history.containerMillicores(0, snapshot.containerIndex("x"))).isEqualTo(300);
        for (int k = 2; k < 20; k++) {
            view.sample(at(k * 10));
        }
        assertThat(view.snapshot(at(100)).history().size()).isLessThanOrEqualTo(10);
    }

    @Test
    void aSaturatedHostsDemandIsCensored() {
        assertThat(view.snapshot(at(0)).isCensored(0)).isFalse();
        view.apply(diff("a", "a1", 1, stats("x", 770)), at(1));
        assertThat(view.snapshot(at(1)).isCensored(0)).isTrue();
    }

    @Test
    void nonsenseIsRefusedAndChangesNothing() {
        assertThatThrownBy(() -> view.apply(diff("a", "a1", 1, stats("x", -1)), at(1)))
                .isInstanceOf(InvalidClusterException.class)
                .hasMessageContaining("'x'")
                .hasMessageContaining("-1");
        assertThat(view.apply(diff("a", "a1", 1, stats("x", 1)), at(2))).isEqualTo(UpdateResult.APPLIED);
    }
}
