package org.livemigrate.controller.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.livemigrate.controller.migration.FakeAgents.Failure;
import org.livemigrate.controller.migration.FakeAgents.Weather;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.MigrationView;

/**
 * Random schedules of losses, delays, duplicates, failures, hosts cut off, agents and controllers restarted, clocks
 * jumping. Whatever happens: at most one copy runs, one is recoverable, no restore without a checkpoint, no commit
 * before the target is verified, epochs never go back, every migration ends.
 */
class MigrationFaultTest {

    private static final List<String> HOSTS = List.of("v1", "v2", "v3");
    private static final Duration STORM = Duration.ofMinutes(12);

    /** More on demand: -Dlivemigrate.seeds=10000. */
    static LongStream seeds() {
        return LongStream.range(0, Long.getLong("livemigrate.seeds", 500));
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void theInvariantsHold(long seed) {
        Random random = new Random(seed);
        MigrationScenario scenario = new MigrationScenario(MigrationJournal.inMemory(), new MigrationBudget(3, 2, 2));
        Storm storm = new Storm(random, scenario);
        scenario.agents.weather(storm);
        Map<String, String> home = new HashMap<>();
        for (int c = 0; c < 4; c++) {
            String host = HOSTS.get(random.nextInt(HOSTS.size()));
            scenario.agents.run(host, "c" + c);
            home.put("c" + c, host);
        }
        Map<String, Long> newestEpoch = new HashMap<>();
        while (scenario.timeline.elapsed().compareTo(STORM) < 0) {
            disturb(random, scenario, storm, home);
            scenario.timeline.advance(Duration.ofMillis(random.nextInt(20_000)));
            check(seed, scenario, newestEpoch);
        }
        storm.over = true;
        scenario.timeline.settle(Duration.ofHours(40));
        check(seed, scenario, newestEpoch);
        for (MigrationView view : scenario.executor.list()) {
            if (view.outcome() == MigrationOutcome.FAILED) {
                scenario.executor.recover(view.id());
            }
        }
        scenario.timeline.settle(Duration.ofHours(40));
        check(seed, scenario, newestEpoch);
        Supplier<String> story = () -> "seed " + seed + "\n" + scenario.story();
        for (MigrationView view : scenario.executor.list()) {
            assertThat(view.outcome()).as(story).isNotNull().isNotEqualTo(MigrationOutcome.FAILED);
        }
        for (String container : home.keySet()) {
            assertThat(scenario.agents.runningOn(container)).as(story).hasSize(1);
        }
        assertThat(scenario.executor.unfinished()).as(story).isZero();
    }

    private static void check(long seed, MigrationScenario scenario, Map<String, Long> newestEpoch) {
        assertThat(scenario.agents.violations())
                .as(() -> "seed " + seed + "\n" + scenario.story())
                .isEmpty();
        for (String container : scenario.agents.containers()) {
            long now = scenario.journal.epoch(container);
            assertThat(now)
                    .as("seed " + seed + ": epoch of " + container)
                    .isGreaterThanOrEqualTo(newestEpoch.getOrDefault(container, 0L));
            newestEpoch.put(container, now);
        }
    }

    private static void disturb(Random random, MigrationScenario scenario, Storm storm, Map<String, String> home) {
        switch (random.nextInt(8)) {
            case 0 -> {
                scenario.killController();
                scenario.timeline.advance(Duration.ofMillis(random.nextInt(5_000)));
                scenario.startController();
            }
            case 1 -> scenario.agents.restartAgent(HOSTS.get(random.nextInt(HOSTS.size())));
            case 2 -> storm.cutOff(HOSTS.get(random.nextInt(HOSTS.size())), Duration.ofSeconds(random.nextInt(400)));
            case 3 -> scenario.timeline.jumpWallClock(Duration.ofSeconds(random.nextInt(7_200) - 3_600));
            default -> order(random, scenario, home);
        }
    }

    private static void order(Random random, MigrationScenario scenario, Map<String, String> home) {
        String container = "c" + random.nextInt(home.size());
        List<String> at = scenario.agents.runningOn(container);
        String to = HOSTS.get(random.nextInt(HOSTS.size()));
        if (at.size() != 1 || at.get(0).equals(to)) {
            return;
        }
        boolean failed = scenario.executor.list().stream()
                .anyMatch(view -> view.container().equals(container) && view.outcome() == MigrationOutcome.FAILED);
        if (failed) {
            return; // an operator sees to that one first
        }
        try {
            scenario.move(container, at.get(0), to);
        } catch (ProblemException inFlight) {
            assertThat(inFlight.problem().type()).isEqualTo("in-flight");
        }
    }

    private static final class Storm implements Weather {
        private final Random random;
        private final MigrationScenario scenario;
        private final Map<String, Long> cutUntilNanos = new HashMap<>();
        private final double loss;
        private final double failures;
        private boolean over;

        Storm(Random random, MigrationScenario scenario) {
            this.random = random;
            this.scenario = scenario;
            this.loss = random.nextDouble() * 0.4;
            this.failures = random.nextDouble() * 0.3;
        }

        void cutOff(String host, Duration time) {
            cutUntilNanos.put(host, scenario.timeline.nanos() + time.toNanos());
        }

        private boolean happens(double chance) {
            return !over && random.nextDouble() < chance;
        }

        @Override
        public Duration delay() {
            return Duration.ofMillis(happens(0.1) ? random.nextInt(20_000) : random.nextInt(50));
        }

        @Override
        public Duration work(String host, MigrationStep step) {
            return Duration.ofMillis(happens(0.05) ? random.nextInt(900_000) : random.nextInt(3_000));
        }

        @Override
        public boolean reachable(String host) {
            return over || scenario.timeline.nanos() >= cutUntilNanos.getOrDefault(host, 0L);
        }

        @Override
        public boolean losesRequest(String host, MigrationStep step) {
            return happens(loss);
        }

        @Override
        public boolean losesAnswer(String host, MigrationStep step) {
            return happens(loss);
        }

        @Override
        public boolean lossIsSeen() {
            return !happens(0.3);
        }

        @Override
        public Duration duplicate(String host, MigrationStep step) {
            return happens(0.1) ? Duration.ofMillis(random.nextInt(600_000)) : null;
        }

        @Override
        public Failure failure(String host, MigrationStep step) {
            return !happens(failures) ? null : random.nextBoolean() ? Failure.EARLY : Failure.LATE;
        }
    }
}
