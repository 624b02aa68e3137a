package org.livemigrate.agent.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.migration.StepResult;
import org.livemigrate.rest.DurableState;

/** What an agent remembers stays bounded however many migrations it takes part in. */
class StepLogTest {

    private static final StepLog.Retention RETENTION =
            new StepLog.Retention(Duration.ofDays(30), 300, Duration.ofDays(1));

    private final StepLog log = new StepLog(DurableState.inMemory());
    private final Instant begun = Instant.parse("2026-01-01T00:00:00Z");

    private StepRecord accepted(String migration, MigrationStep step, Instant at) {
        ContainerFacts container = new ContainerFacts(
                "c-" + migration,
                "web",
                "image",
                "i1",
                "running",
                1,
                begun,
                0,
                0,
                List.of(),
                "none",
                List.of(),
                Map.of(),
                List.of());
        return StepRecord.accepted(
                migration, step, new StepRequest(1, container, "a", "b", MigrationOptions.DEFAULT, null), at);
    }

    private void did(String migration, Instant at) {
        for (MigrationStep step : List.of(MigrationStep.PRECOPY, MigrationStep.FREEZE, MigrationStep.COMMIT)) {
            log.put(accepted(migration, step, at).succeeded(at, new StepResult(1, 0, null, null, null, null)));
        }
        log.raiseEpoch("c-" + migration, 7);
    }

    @Test
    void aMonthOfManyMigrationsStaysBounded() {
        int most = 0;
        for (int hour = 0; hour < 24 * 40; hour++) {
            Instant now = begun.plus(Duration.ofHours(hour));
            did("m-" + hour, now);
            log.forget(RETENTION, now, Set.of());
            most = Math.max(most, log.size());
        }
        assertThat(most).isLessThanOrEqualTo(303);
        assertThat(log.ofMigration("m-959")).hasSize(3);
        assertThat(log.ofMigration("m-100")).isEmpty();
        // a late request of an old migration is still fenced
        assertThat(log.newestEpoch("c-m-0")).isEqualTo(7);
    }

    @Test
    void whatIsYoungUnansweredOrNeededToJudgeImagesStays() {
        for (int i = 0; i < 200; i++) {
            did("young-" + i, begun.plus(Duration.ofDays(40)));
        }
        did("stored", begun);
        did("old", begun);
        log.put(accepted("unanswered", MigrationStep.FREEZE, begun));

        log.forget(RETENTION, begun.plus(Duration.ofDays(40)), Set.of("stored"));

        assertThat(log.size()).isEqualTo(600 + 3 + 1);
        assertThat(log.ofMigration("stored")).hasSize(3);
        assertThat(log.unanswered()).hasSize(1);
    }
}
