package org.livemigrate.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.History;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Trace;

/** Containers that come while the run is on, and those of hosts that leave. */
class ArrivalsTest {
    private static final long MIB = 1L << 20;
    private static final int ABSENT = -1;

    private static Scenario scenario(Trace trace, String hosts) {
        return Runs.scenario(trace, hosts, 60_000, Runs.PRECOPY);
    }

    /** Where the containers stand at the sample of that number, by host. */
    private static long[] standing(World world) {
        long[] count = new long[world.hosts()];
        for (int c = 0; c < world.containers(); c++) {
            if (world.hostOf(c) >= 0) {
                count[world.hostOf(c)]++;
            }
        }
        return count;
    }

    @Test
    void theContainersOfAHostThatLeavesSpreadByLoad() {
        // five each on three hosts
        int[] loads = new int[15];
        Arrays.fill(loads, 20);
        Trace trace = Runs.trace(60_000, Runs.constant(20, loads), 1000, MIB);
        long[][] last = new long[1][];
        Runs.run(
                scenario(trace, "3x4000m").withMembership(Membership.parse("leave=h000@3m")),
                Runs.once(),
                new RunListener() {
                    @Override
                    public void onSample(long nowUs, World world) {
                        last[0] = standing(world);
                    }
                });

        assertThat(last[0]).containsExactlyInAnyOrder(0, 7, 8);
        assertThat(last[0][0]).isZero();
    }

    @Test
    void whoComesWhenNoHostHasRoomIsUnservedUntilAnotherGoes() {
        int[][] rows = new int[10][];
        for (int k = 0; k < rows.length; k++) {
            rows[k] = new int[] {k < 6 ? 50 : ABSENT, k < 2 ? ABSENT : 50};
        }
        List<Integer> hosts = new ArrayList<>();
        RunResult result = Runs.run(
                scenario(Runs.trace(60_000, rows, 1000, 1024 * MIB), "1x4000m/1GiB"), Runs.once(), new RunListener() {
                    @Override
                    public void onSample(long nowUs, World world) {
                        hosts.add(world.hostOf(1));
                    }
                });

        assertThat(hosts).containsExactly(-1, -1, -1, -1, -1, -1, 0, 0, 0, 0);
        // four samples of one, of the six and the eight that both ask for
        assertThat(result.unmetDemand()).isCloseTo(4.0 / 14, offset(1e-9));
        assertThat(result.containersLost()).isZero();
    }

    @Test
    void whoComesTogetherIsSpread() {
        int[] nobody = new int[40];
        Arrays.fill(nobody, ABSENT);
        nobody[0] = 0; // a first row needs somebody
        int[] all = new int[40];
        Arrays.fill(all, 20);
        List<long[]> standing = new ArrayList<>();
        Runs.run(
                scenario(Runs.trace(60_000, new int[][] {nobody, all, all}, 1000, MIB), "10x4000m"),
                Runs.once(),
                new RunListener() {
                    @Override
                    public void onSample(long nowUs, World world) {
                        standing.add(standing(world));
                    }
                });

        assertThat(Arrays.stream(standing.get(1)).boxed())
                .allSatisfy(n -> assertThat(n).isBetween(3L, 5L));
        assertThat(Arrays.stream(standing.get(1)).sum()).isEqualTo(40);
    }

    @Test
    void beforeAContainerCameNothingIsKnownOfIt() {
        int[][] rows = new int[8][];
        for (int k = 0; k < rows.length; k++) {
            rows[k] = new int[] {50, k < 3 ? ABSENT : 40};
        }
        List<ClusterSnapshot> seen = new ArrayList<>();
        Policy none = Runs.once();
        Policy watching = new Policy() {
            @Override
            public String name() {
                return none.name();
            }

            @Override
            public MigrationPlan plan(ClusterSnapshot snapshot) {
                seen.add(snapshot);
                return none.plan(snapshot);
            }
        };
        Runs.run(scenario(Runs.trace(60_000, rows, 1000, MIB), "2x4000m"), watching, RunListener.NONE);

        ClusterSnapshot last = seen.get(seen.size() - 1);
        History history = last.history();
        for (int k = 0; k < history.size(); k++) {
            assertThat(history.containerMillicores(k, last.containerIndex("ca")))
                    .isEqualTo(500);
            assertThat(history.containerMillicores(k, last.containerIndex("cb")))
                    .as("sample %d", k)
                    .isEqualTo(k < 3 ? History.UNKNOWN : 400);
        }
        assertThat(history.size()).isGreaterThan(4);
    }
}
