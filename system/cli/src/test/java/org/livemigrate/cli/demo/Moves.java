package org.livemigrate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.livemigrate.controller.migration.AgentClient;
import org.livemigrate.controller.migration.MigrationBudget;
import org.livemigrate.controller.migration.MigrationExecutor;
import org.livemigrate.controller.migration.MigrationJournal;
import org.livemigrate.controller.migration.MigrationLimits;
import org.livemigrate.controller.migration.MigrationListener;
import org.livemigrate.controller.migration.MoveOrder;
import org.livemigrate.controller.time.SystemTimeline;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationView;

/** A controller's part in a migration and no more of it: the real executor, with a journal that lasts for one test. */
final class Moves implements AutoCloseable {

    private final SystemTimeline timeline = new SystemTimeline();
    private final MigrationJournal journal = MigrationJournal.inMemory();
    private final MigrationOptions options;
    private final MigrationExecutor executor;

    /** @param options of every move */
    Moves(AgentClient agents, MigrationOptions options) {
        this.options = options;
        executor = new MigrationExecutor(
                journal, agents, timeline, MigrationLimits.DEFAULT, MigrationBudget.DEFAULT, MigrationListener.NONE);
        executor.start();
    }

    /** Moves it and waits for the end, whatever that is. */
    MigrationView move(ContainerFacts container, String from, String to) {
        List<String> ids = executor.submit(
                List.of(new MoveOrder(container.id(), container.name(), from, to, options, "a test moves it", null)));
        MigrationView migration =
                executor.await(ids.get(0), Duration.ofMinutes(3)).join();
        assertThat(migration.outcome()).as("ended: " + migration).isNotNull();
        return migration;
    }

    @Override
    public void close() {
        executor.close(Duration.ofSeconds(5));
        journal.close();
        timeline.close();
    }
}
