package org.livemigrate.scheduler.greedy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.scheduler.RandomFleets;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.ClusterSnapshotBuilder;
import org.livemigrate.scheduler.model.Constraints;
import org.livemigrate.scheduler.model.Container;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.model.Label;
import org.livemigrate.scheduler.plan.Placement;
import org.livemigrate.scheduler.plan.PlanListener;
import org.livemigrate.scheduler.synthetic.HotFleet;

/** The index finds what a scan of the ring finds, and looks at few nodes for it. */
class DestinationIndexTest {
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void findsWhatTheScanFinds(long seed) {
        for (long each = seed * 1000; each < seed * 1000 + 30; each++) {
            RandomFleets fleets = new RandomFleets(each);
            ClusterSnapshot snapshot = fleets.draw().snapshot(each);
            Placement placement = new Placement(snapshot, fleets.parameters().headroom());
            DestinationIndex index = new DestinationIndex(placement);
            Random random = new Random(each);
            for (int step = 0; step < 60 && snapshot.containerCount() > 0; step++) {
                int container = random.nextInt(snapshot.containerCount());
                int head = placement.hostOf(container);
                int found = index.first(container, head);
                assertThat(found).as("seed %d, step %d", each, step).isEqualTo(scan(placement, container, head));
                // go anywhere, so that the index also sees hosts beyond their limits
                int to = found >= 0 ? found : random.nextInt(snapshot.hostCount());
                if (to != head) {
                    placement.move(container, to);
                    index.update(head);
                    index.update(to);
                }
            }
        }
    }

    private static int scan(Placement placement, int container, int head) {
        ClusterSnapshot snapshot = placement.snapshot();
        int hosts = snapshot.hostCount();
        for (int k = 1; k < hosts; k++) {
            int host = (head + k) % hosts;
            long after = placement.cpu(host) + snapshot.cpuMillicores(container);
            boolean below =
                    after * snapshot.capacityMillicores(head) < placement.cpu(head) * snapshot.capacityMillicores(host);
            if (below && placement.isValid(container, host)) {
                return host;
            }
        }
        return -1;
    }

    private static final int HOSTS = 4096;
    private static final Label DISK = new Label("disk", "ssd");
    private static final Label APP = new Label("app", "db");

    /** Two full climbs and descents for each of the two halves of the ring, and a look at the root. */
    private static final int FEW = 4 * 13 + 4;

    /** The head, a host at 100 %, is in the middle; the only free host is just before it: last in the ring. */
    private static long visitsToTheLast(IntFunction<Host> host, IntFunction<Container> filling) {
        return visitsToTheLast(
                Constraints.NONE, host, h -> isLast(h) ? Optional.empty() : Optional.of(filling.apply(h)));
    }

    /** The same, but every host has room, and the constraints forbid all but the last. */
    private static long visitsToTheOnlyAllowed(
            Constraints mover, IntFunction<Map<String, String>> hostLabels, IntFunction<Container> resident) {
        return visitsToTheLast(
                mover,
                h -> Host.of(id(h), 1000, 1000).withLabels(hostLabels.apply(h)),
                h -> Optional.of(resident.apply(h)));
    }

    private static long visitsToTheLast(
            Constraints mover, IntFunction<Host> host, IntFunction<Optional<Container>> resident) {
        ClusterSnapshotBuilder builder = ClusterSnapshot.builder();
        int head = HOSTS / 2;
        for (int h = 0; h < HOSTS; h++) {
            builder.host(host.apply(h));
            if (h != head) {
                resident.apply(h).ifPresent(builder::container);
            }
        }
        builder.container(Container.of("mover", id(head), 500, 500).withConstraints(mover));
        builder.container(Container.of("rest", id(head), 500, 500));
        ClusterSnapshot snapshot = builder.build();
        DestinationIndex index = new DestinationIndex(new Placement(snapshot, Fraction.ZERO));
        assertThat(index.first(snapshot.containerIndex("mover"), head)).isEqualTo(head - 1);
        return index.visits();
    }

    private static String id(int host) {
        return String.format("h%05d", host);
    }

    @Test
    void looksAtFewNodesWhereAllButOneAreFull() {
        assertThat(visitsToTheLast(h -> Host.of(id(h), 1000, 1000), h -> Container.of("c" + h, id(h), 600 + h % 7, 10)))
                .isLessThanOrEqualTo(FEW);
    }

    @Test
    void looksAtFewNodesWhereEveryHostLacksOneOfTwo() {
        assertThat(visitsToTheLast(
                        h -> Host.of(id(h), 1000, 1000),
                        h -> h % 2 == 0
                                ? Container.of("c" + h, id(h), 900, 10)
                                : Container.of("c" + h, id(h), 10, 900)))
                .isLessThanOrEqualTo(FEW);
    }

    @Test
    void looksAtFewNodesWhereCapacitiesDiffer() {
        // the head has 1000, the others one of 8 capacities, each with one tree; all are as loaded as the head would be
        assertThat(visitsToTheLast(
                        h -> Host.of(id(h), 1000L * (1 + (h == HOSTS / 2 ? 0 : h % 8)), 1000),
                        h -> Container.of("c" + h, id(h), 1000L * (1 + h % 8) - 400, 10)))
                .isLessThanOrEqualTo(8 * FEW);
    }

    @Test
    void looksAtFewNodesWhereEveryCapacityIsDifferent() {
        assertThat(visitsToTheLast(
                        h -> Host.of(id(h), h == HOSTS / 2 ? 1000 : 1000 + h, 1000),
                        h -> Container.of("c" + h, id(h), 1000 + h - 400, 10)))
                .isLessThanOrEqualTo(16 * FEW);
    }

    private static Container resident(int host) {
        return Container.of("c" + host, id(host), 100, 100);
    }

    private static boolean isLast(int host) {
        return host == HOSTS / 2 - 1;
    }

    @Test
    void looksAtFewNodesWhereOneHostHasTheLabel() {
        assertThat(visitsToTheOnlyAllowed(
                        Constraints.onHostsWith(DISK),
                        h -> isLast(h) ? Map.of("disk", "ssd") : Map.of(),
                        DestinationIndexTest::resident))
                .isLessThanOrEqualTo(FEW);
    }

    @Test
    void looksAtFewNodesWhereOneHostHasTheCompanion() {
        assertThat(visitsToTheOnlyAllowed(
                        Constraints.with(APP), h -> Map.of(), h -> isLast(h) ? labelled(h) : resident(h)))
                .isLessThanOrEqualTo(FEW);
    }

    @Test
    void looksAtFewNodesWhereAllButOneHaveWhatIsRefused() {
        assertThat(visitsToTheOnlyAllowed(
                        Constraints.apartFrom(APP), h -> Map.of(), h -> isLast(h) ? resident(h) : labelled(h)))
                .isLessThanOrEqualTo(FEW);
    }

    @Test
    void looksAtFewNodesWhereThePortIsTakenOnAllButOne() {
        Constraints port = Constraints.alone("port 80/tcp");
        assertThat(visitsToTheOnlyAllowed(
                        port,
                        h -> Map.of(),
                        h -> isLast(h) ? resident(h) : resident(h).withConstraints(port)))
                .isLessThanOrEqualTo(FEW);
    }

    @Test
    void aLabelWithoutAKeyIsNobodysConcern() {
        ClusterSnapshot snapshot = ClusterSnapshot.builder()
                .host(Host.of(id(0), 1000, 1000))
                .host(Host.of(id(1), 1000, 1000).withLabels(Map.of("", "x")))
                .container(Container.of("c", id(0), 500, 500).withLabels(Map.of(" ", "y")))
                .container(Container.of("pinned", id(0), 400, 400).withConstraints(Constraints.PINNED))
                .build();
        DestinationIndex index = new DestinationIndex(new Placement(snapshot, Fraction.ZERO));
        assertThat(index.first(snapshot.containerIndex("c"), 0)).isEqualTo(1);
    }

    @Test
    void looksNowhereForOneThatMayNotLeave() {
        ClusterSnapshotBuilder builder = ClusterSnapshot.builder();
        for (int h = 0; h < HOSTS; h++) {
            builder.host(Host.of(id(h), 1000, 1000));
        }
        ClusterSnapshot snapshot = builder.container(
                        Container.of("proxy", id(7), 500, 500).withLabels(Map.of(APP.key(), APP.value())))
                .container(Container.of("user", id(7), 400, 400).withConstraints(Constraints.with(APP)))
                .build();
        DestinationIndex index = new DestinationIndex(new Placement(snapshot, Fraction.ZERO));
        assertThat(index.first(snapshot.containerIndex("proxy"), 7)).isEqualTo(-1);
        assertThat(index.visits()).isZero();
    }

    private static Container labelled(int host) {
        return resident(host).withLabels(Map.of(APP.key(), APP.value()));
    }

    @Test
    void aSaturatedFleetFourTimesTheSizeCostsLittleMoreThanFourTimesTheLooks() {
        assertThat(looks(2000)).isLessThan(6 * looks(500));
    }

    private static long looks(int hosts) {
        Fraction target = Fraction.percent(60);
        GreedySearch search =
                new GreedySearch(HotFleet.saturated(hosts, 7).snapshot(), target, Fraction.ZERO, PlanListener.NONE);
        search.run();
        return search.visits();
    }
}
