package org.livemigrate.controller.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.protocol.migration.MigrationOutcome;

/** The journal stays bounded however many migrations there were. */
class JournalGrowthTest {

    private static final int FOREVER = 1_200;
    private static final int KEPT = 1_000;

    @Test
    void endedMigrationsAreForgottenOldestFirst() {
        MigrationScenario scenario = new MigrationScenario();
        moves(scenario, FOREVER);
        assertThat(scenario.executor.list()).hasSize(KEPT);
        assertThat(scenario.journal.load()).hasSize(KEPT);
    }

    @Test
    void theFileDoesNotGrowWithEachTransition(@TempDir Path directory) throws IOException {
        long afterFew;
        try (MigrationJournal journal = MigrationJournal.open(directory)) {
            MigrationScenario scenario = new MigrationScenario(journal, MigrationBudget.DEFAULT);
            moves(scenario, 150);
            afterFew = bytes(directory);
        }
        // a record has some 2 kB and about 12 transitions: without compaction some 30 MiB would have been written
        assertThat(afterFew).isLessThan(6L << 20);
        try (MigrationJournal journal = MigrationJournal.open(directory)) {
            assertThat(journal.load()).hasSize(150).allMatch(record -> record.outcome() == MigrationOutcome.COMMITTED);
        }
    }

    private static void moves(MigrationScenario scenario, int count) {
        scenario.agents.run("v1", "c1");
        List<String> hosts = List.of("v1", "v2");
        for (int i = 0; i < count; i++) {
            String id = scenario.move("c1", hosts.get(i % 2), hosts.get((i + 1) % 2));
            assertThat(scenario.settle(id).outcome()).isEqualTo(MigrationOutcome.COMMITTED);
        }
    }

    private static long bytes(Path directory) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }
}
