package org.livemigrate.controller.migration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.livemigrate.controller.time.ManualTimeline;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationView;

/** An executor with everything around it faked, under a manual timeline; it can be killed and started anew. */
final class MigrationScenario {

    static final MigrationLimits LIMITS = MigrationLimits.DEFAULT;

    final ManualTimeline timeline = new ManualTimeline();
    final FakeAgents agents = new FakeAgents(timeline, "v1", "v2", "v3");
    MigrationJournal journal;
    final List<String> events = new ArrayList<>();
    final MigrationBudget budget;
    MigrationExecutor executor;

    MigrationScenario() {
        this(MigrationJournal.inMemory(), MigrationBudget.DEFAULT);
    }

    MigrationScenario(MigrationJournal journal, MigrationBudget budget) {
        this.journal = journal;
        this.budget = budget;
        startController();
    }

    void startController() {
        executor = new MigrationExecutor(journal, agents, timeline, LIMITS, budget, new MigrationListener() {
            @Override
            public void started(MigrationView migration) {
                events.add("started " + migration.container());
            }

            @Override
            public void ended(MigrationView migration) {
                events.add("ended " + migration.container() + " "
                        + migration.outcome().word());
            }
        });
        executor.start();
    }

    /** The process dies: what it waited for goes on without it. */
    void killController() {
        executor.close();
    }

    /** The process dies and its state directory with it. */
    void loseTheJournal() {
        killController();
        journal = MigrationJournal.inMemory();
        startController();
    }

    static MoveOrder order(String container, String from, String to, String plan) {
        return new MoveOrder(
                container, container, from, to, MigrationOptions.DEFAULT.withEngine("modelled"), "a test", plan);
    }

    String move(String container, String from, String to) {
        return executor.submit(List.of(order(container, from, to, null))).get(0);
    }

    MigrationView settle(String id) {
        timeline.settle(Duration.ofHours(30));
        return view(id);
    }

    MigrationView view(String id) {
        return executor.list().stream()
                .filter(migration -> migration.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    String story() {
        return String.join("\n", agents.log) + "\n" + executor.records();
    }
}
