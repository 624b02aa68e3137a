package org.livemigrate.controller.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.livemigrate.controller.migration.FakeAgents.Failure;
import org.livemigrate.controller.migration.FakeAgents.Weather;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.rest.DurableState;

/** The controller's disk refuses commits for a while: nothing is forgotten, and everything ends by itself. */
class FailingJournalTest {

    @Test
    void migrationsEndAndDebtsAreSettledWithoutARestart() {
        for (long seed = 0; seed < 30; seed++) {
            Disk disk = new Disk(new Random(seed));
            MigrationScenario scenario = new MigrationScenario(new MigrationJournal(disk), MigrationBudget.DEFAULT);
            scenario.agents.run("v1", "c1");
            scenario.agents.run("v1", "c2");
            scenario.agents.weather(new Weather() {
                @Override
                public Failure failure(String host, MigrationStep step) {
                    return step == MigrationStep.COMMIT && disk.random.nextInt(4) > 0 ? Failure.EARLY : null;
                }
            });
            disk.refuses = 0.3;
            String one = move(scenario, "c1", "v1", "v2");
            String other = move(scenario, "c2", "v1", "v3");
            scenario.settle(one);

            assertThat(scenario.agents.violations()).as("seed " + seed).isEmpty();
            assertThat(scenario.view(one).outcome()).as("seed " + seed).isNotNull();
            assertThat(scenario.view(other).outcome()).as("seed " + seed).isNotNull();
            assertThat(scenario.executor.unfinished()).as("seed " + seed).isZero();
            assertThat(scenario.executor.records())
                    .allMatch(record -> record.owed().isEmpty());
        }
    }

    @Test
    void whatWasTakenOfAPlanBeforeTheDiskFailedIsCarriedOut() {
        Disk disk = new Disk(new Random(1));
        MigrationScenario scenario = new MigrationScenario(new MigrationJournal(disk), MigrationBudget.DEFAULT);
        scenario.agents.run("v1", "c1");
        scenario.agents.run("v1", "c2");
        disk.refusesAt = disk.commits + 2;

        assertThatThrownBy(() -> scenario.executor.submit(List.of(
                        MigrationScenario.order("c1", "v1", "v2", "p-1"),
                        MigrationScenario.order("c2", "v1", "v3", "p-1"))))
                .isInstanceOf(ProblemException.class);

        String first = scenario.executor.list().get(0).id();
        assertThat(scenario.settle(first).outcome()).isEqualTo(MigrationOutcome.COMMITTED);
        assertThat(scenario.executor.queued()).isZero();
    }

    @Test
    void aRecoveryThatTheDiskDidNotTakeCanBeAskedForAgain() {
        Disk disk = new Disk(new Random(1));
        MigrationScenario scenario = new MigrationScenario(new MigrationJournal(disk), MigrationBudget.DEFAULT);
        boolean[] lost = {true};
        scenario.agents.run("v1", "c1");
        scenario.agents.weather(new Weather() {
            @Override
            public boolean reachable(String host) {
                return !host.equals("v2")
                        || !lost[0]
                        || scenario.agents.log.stream().noneMatch(entry -> entry.contains("/RESTORE/"));
            }
        });
        String id = scenario.move("c1", "v1", "v2");
        assertThat(scenario.settle(id).outcome()).isEqualTo(MigrationOutcome.FAILED);

        lost[0] = false;
        disk.refusesAt = disk.commits + 1;
        assertThatThrownBy(() -> scenario.executor.recover(id))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().type()).isEqualTo("state-failed"));
        assertThat(scenario.executor.moving()).isEmpty();
        scenario.executor.recover(id);
        assertThat(scenario.executor.moving()).containsExactly("c1");
        assertThat(scenario.settle(id).outcome()).isEqualTo(MigrationOutcome.COMMITTED);
    }

    private static String move(MigrationScenario scenario, String container, String from, String to) {
        while (true) {
            try {
                return scenario.move(container, from, to);
            } catch (ProblemException refused) {
                assertThat(refused.problem().type()).isEqualTo("state-failed");
            }
        }
    }

    private static final class Disk implements DurableState {
        private final Random random;
        private final Map<String, TreeMap<String, Object>> maps = new HashMap<>();
        private final Map<String, TreeMap<String, Object>> durable = new HashMap<>();
        private double refuses;
        private int commits;
        private int refusesAt = -1;

        Disk(Random random) {
            this.random = random;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <V> Map<String, V> map(String name) {
            return (Map<String, V>) maps.computeIfAbsent(name, n -> new TreeMap<>());
        }

        @Override
        public void commit() {
            if (random.nextDouble() < refuses || ++commits == refusesAt) {
                maps.forEach((name, map) -> {
                    map.clear();
                    map.putAll(durable.getOrDefault(name, new TreeMap<>()));
                });
                throw new ProblemException(new Problem("state-failed", "The disk is full", 503, "make room."));
            }
            maps.forEach((name, map) -> durable.put(name, new TreeMap<>(map)));
        }

        @Override
        public void compact(int atMostMs) {}

        @Override
        public void close() {}
    }
}
