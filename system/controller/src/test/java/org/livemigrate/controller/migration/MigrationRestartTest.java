package org.livemigrate.controller.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.controller.migration.FakeAgents.Failure;
import org.livemigrate.controller.migration.FakeAgents.Weather;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.MigrationView;

/** The controller dies after every single event of a migration, and is started with the same journal. */
class MigrationRestartTest {

    private static final int MOST_EVENTS = 200;

    @ParameterizedTest
    @ValueSource(strings = {"nothing", "RESTORE", "VERIFY", "FREEZE"})
    void whereverItDiesTheMigrationEndsAndOneCopyRuns(String failingStep) {
        int crashes = 0;
        for (int crashAfter = 0; crashAfter < MOST_EVENTS; crashAfter++) {
            MigrationScenario scenario = new MigrationScenario();
            scenario.agents.run("v1", "c1");
            scenario.agents.weather(new Weather() {
                @Override
                public Failure failure(String host, MigrationStep step) {
                    return step.name().equals(failingStep) ? Failure.LATE : null;
                }
            });
            String id = scenario.move("c1", "v1", "v2");
            int events = 0;
            while (events < crashAfter && scenario.timeline.step()) {
                events++;
            }
            if (events < crashAfter) {
                break;
            }
            Stage found = scenario.executor.records().iterator().next().stage();
            scenario.killController();
            scenario.startController();
            MigrationView view = scenario.settle(id);
            crashes++;

            int at = crashAfter;
            Supplier<String> story = () -> "killed after event " + at + " in " + found + "\n" + scenario.story();
            assertThat(scenario.agents.violations()).as(story).isEmpty();
            assertThat(view.outcome()).as(story).isNotNull().isNotEqualTo(MigrationOutcome.FAILED);
            assertThat(scenario.agents.runningOn("c1"))
                    .as(story)
                    .containsExactly(view.outcome() == MigrationOutcome.COMMITTED ? "v2" : "v1");
            if (found == Stage.PREPARE || found == Stage.PRECOPY || found == Stage.ARM) {
                assertThat(view.outcome()).as(story).isEqualTo(MigrationOutcome.ROLLED_BACK);
            }
            if (failingStep.equals("nothing") && found.compareTo(Stage.FREEZE) >= 0 && found != Stage.ENDED) {
                assertThat(view.outcome()).as(story).isEqualTo(MigrationOutcome.COMMITTED);
            }
        }
        assertThat(crashes).isGreaterThan(10);
    }

    /** Epochs that began at 1 again would be refused as stale by the hosts, and lose every claim. */
    @Test
    void epochsGoOnFromWhatHostsAndStoreKnowWhenTheJournalIsLost() {
        MigrationScenario scenario = new MigrationScenario();
        scenario.agents.run("v1", "c1");
        scenario.settle(scenario.move("c1", "v1", "v2"));
        scenario.settle(scenario.move("c1", "v2", "v3"));
        scenario.loseTheJournal();
        MigrationView toWhereItWas = scenario.settle(scenario.move("c1", "v3", "v1"));
        assertThat(toWhereItWas.outcome()).as(scenario::story).isEqualTo(MigrationOutcome.COMMITTED);
        assertThat(toWhereItWas.epoch()).isEqualTo(3);
        // v2 knows of epoch 2 only, and v1 of 3
        scenario.loseTheJournal();
        MigrationView on = scenario.settle(scenario.move("c1", "v1", "v2"));
        assertThat(on.outcome()).as(scenario::story).isEqualTo(MigrationOutcome.COMMITTED);
        assertThat(on.epoch()).isEqualTo(4);
        assertThat(scenario.agents.violations()).isEmpty();
    }

    @Test
    void theJournalSurvivesOnDiskAndEpochsGoOn(@TempDir Path directory) {
        try (MigrationJournal journal = MigrationJournal.open(directory)) {
            MigrationScenario first = new MigrationScenario(journal, MigrationBudget.DEFAULT);
            first.agents.run("v1", "c1");
            assertThat(first.settle(first.move("c1", "v1", "v2")).epoch()).isEqualTo(1);
            journal.cordon("v3", true);
        }
        try (MigrationJournal journal = MigrationJournal.open(directory)) {
            MigrationScenario second = new MigrationScenario(journal, MigrationBudget.DEFAULT);
            assertThat(second.executor.list()).hasSize(1);
            assertThat(second.executor.list().get(0).outcome()).isEqualTo(MigrationOutcome.COMMITTED);
            second.agents.run("v2", "c1");
            assertThat(second.settle(second.move("c1", "v2", "v1")).epoch()).isEqualTo(2);
            assertThat(journal.cordoned()).containsExactly("v3");
        }
    }
}
