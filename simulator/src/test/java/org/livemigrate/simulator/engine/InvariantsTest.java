package org.livemigrate.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.HostLoads;
import org.livemigrate.scheduler.plan.Migration;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.plan.Reason;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Series;
import org.livemigrate.simulator.trace.Trace;

/**
 * After every event, over thousands of seeds, with a policy that moves things at random: a container is on exactly one
 * host, memory is booked at both ends while it is in flight, demand on the hosts is the sum of what stands there and what
 * migrations add, nobody's memory is overbooked, nothing stands on a host that is not there, no event is lost, and time
 * never goes back. Half of the seeds run as the controller hears it, half with hosts that leave and join; destinations are chosen at every
 * moment there is.
 *
 * <p>A failing seed is printed; it alone, and those after it: {@code -Dlivemigrate.seed=SEED}.
 */
class InvariantsTest {
    private static final int SEEDS_PER_BLOCK = 250;
    private static final long FIRST_SEED = Long.getLong("livemigrate.seed", 0);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7})
    void holdAfterEveryEvent(int block) {
        for (int k = 0; k < SEEDS_PER_BLOCK; k++) {
            long seed = FIRST_SEED + (long) block * SEEDS_PER_BLOCK + k;
            try {
                Checker checker = new Checker();
                Scenario scenario = scenario(seed);
                RunResult result = Runs.run(scenario, new RandomPolicy(seed), seed, checker);
                assertThat(result.migrationsCommitted() + result.migrationsFailed())
                        .as("ended, of those begun")
                        .isLessThanOrEqualTo(result.migrations());
                assertThat(Runs.run(scenario(seed), new RandomPolicy(seed), seed, RunListener.NONE)
                                .digest())
                        .as("digest of a second, unwatched run")
                        .isEqualTo(result.digest());
            } catch (AssertionError | RuntimeException failure) {
                throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
            }
        }
    }

    static Scenario scenario(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int containers = 1 + random.nextInt(25);
        int samples = 2 + random.nextInt(10);
        List<Series> series = new ArrayList<>();
        for (int c = 0; c < containers; c++) {
            series.add(new Series(
                    String.format("c%02d", c), 500 + random.nextInt(2000), (1L + random.nextInt(900)) << 20));
        }
        byte[][] rows = new byte[samples][containers];
        for (byte[] row : rows) {
            for (int c = 0; c < containers; c++) {
                row[c] = random.nextInt(8) == 0 ? (byte) 255 : (byte) random.nextInt(201);
            }
        }
        Trace trace = new Trace("random", series, 10_000 + random.nextInt(50_000), 0, rows, 0);
        MigrationModel model = random.nextInt(3) == 0
                ? MigrationModel.literature()
                : MigrationModel.preCopy(
                        new org.livemigrate.scheduler.cost.Calibration(
                                50_000_000 + random.nextInt(500_000_000),
                                100_000_000,
                                random.nextInt(500),
                                random.nextInt(500),
                                random.nextInt(2) * random.nextInt(5_000),
                                50_000_000 + random.nextInt(500_000_000),
                                random.nextInt(2) * random.nextInt(1_000),
                                20_000_000,
                                0.25,
                                0.1,
                                100,
                                50,
                                random.nextBoolean()),
                        new org.livemigrate.scheduler.cost.PreCopyRule(100, random.nextInt(6), 0.9));
        int hosts = containers + random.nextInt(6); // and one that joins
        Scenario plain = Runs.scenario(trace, (hosts + 1) + "x2000m/2GiB", 5_000 + random.nextInt(60_000), model);
        // half of them as the controller hears it, late and with losses; half of them with hosts that come and go
        Scenario told = random.nextBoolean()
                ? plain
                : plain.withTelling(Telling.parse(String.format(
                        "live,threshold=%d,every=%ds,delay=%dms,loss=%d,heartbeat-loss=%d,expiry=30s",
                        random.nextInt(300),
                        1 + random.nextInt(30),
                        random.nextInt(8_000),
                        random.nextInt(60),
                        random.nextInt(60))));
        Scenario changing = random.nextBoolean()
                ? told
                : told.withMembership(Membership.parse(String.format(
                        "leave=h%03d@%ds,join=h%03d@%ds,join=h%03d@%ds",
                        hosts - 1, random.nextInt(60), hosts - 1, 60 + random.nextInt(60), hosts, random.nextInt(90))));
        DestinationChoice.Moment[] moments = DestinationChoice.Moment.values();
        DestinationChoice.Moment moment = moments[random.nextInt(model.isLiterature() ? 2 : moments.length)];
        return changing.withDestinations(new DestinationChoice(moment, Fraction.percent(20 + random.nextInt(80))));
    }

    private static final class Checker implements RunListener {
        private long last;

        @Override
        public void onEvent(long nowUs, World world) {
            assertThat(nowUs).as("time").isGreaterThanOrEqualTo(last);
            last = nowUs;
            long[] demand = new long[world.hosts()];
            long[] memory = new long[world.hosts()];
            int[] occupants = new int[world.hosts()];
            int flying = 0;
            for (int c = 0; c < world.containers(); c++) {
                int host = world.hostOf(c);
                if (!world.isPresent(c)) {
                    assertThat(host)
                            .as("host of %s, which is gone", world.containerId(c))
                            .isNegative();
                    assertThat(world.flights().isInFlight(c)).isFalse();
                    continue;
                }
                if (host < 0) {
                    // it came when no host had room, and waits
                    assertThat(world.lostAtUs(c)).isBetween(0L, nowUs);
                    assertThat(world.flights().isInFlight(c)).isFalse();
                    continue;
                }
                demand[host] += world.cpuMillicores(c);
                memory[host] += world.memoryBytes(c);
                occupants[host]++;
                int target = world.flights().targetOf(c);
                if (target >= 0) {
                    flying++;
                    assertThat(target).as("target of %s", world.containerId(c)).isNotEqualTo(host);
                    memory[target] += world.memoryBytes(c);
                    occupants[target]++;
                }
            }
            assertThat(world.flights().underWay()).hasSize(flying);
            for (int h = 0; h < world.hosts(); h++) {
                assertThat(world.isUp(h) || occupants[h] == 0)
                        .as("host %d is there, or nothing stands on it", h)
                        .isTrue();
            }
            for (int h = 0; h < world.hosts(); h++) {
                assertThat(world.hostMemoryBooked(h)).as("memory on host %d", h).isEqualTo(memory[h]);
                assertThat(memory[h]).isLessThanOrEqualTo(world.host(h).memoryBytes());
                assertThat(world.hostMeters().occupants(h))
                        .as("containers on host %d", h)
                        .isEqualTo(occupants[h]);
                assertThat(world.hostMeters().demand(h))
                        .as("demand on host %d at %d µs", h, nowUs)
                        .isEqualTo(demand[h] + world.flights().extraDemandOn(h));
            }
        }
    }

    /** Moves random containers to random hosts, also where there is no room: the executor must see to that. */
    static final class RandomPolicy implements Policy {
        private final SplittableRandom random;

        RandomPolicy(long seed) {
            random = new SplittableRandom(~seed);
        }

        @Override
        public String name() {
            return "random";
        }

        @Override
        public MigrationPlan plan(ClusterSnapshot snapshot) {
            List<Migration> moves = new ArrayList<>();
            for (int c = 0; c < snapshot.containerCount(); c++) {
                if (random.nextInt(3) == 0 && snapshot.isMovable(c)) {
                    int to = random.nextInt(snapshot.hostCount());
                    if (to != snapshot.hostOf(c)) {
                        moves.add(new Migration(
                                snapshot.containerId(c),
                                snapshot.hostId(snapshot.hostOf(c)),
                                snapshot.hostId(to),
                                new Reason(Reason.Code.POLICY, "at random")));
                    }
                }
            }
            HostLoads loads = HostLoads.of(snapshot);
            return new MigrationPlan("random", moves, List.of(), List.of(), loads, loads, false);
        }
    }
}
