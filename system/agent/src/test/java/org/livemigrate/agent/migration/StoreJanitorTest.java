package org.livemigrate.agent.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.runtime.ModelledRuntime;
import org.livemigrate.agent.store.DirectoryStore;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.migration.StepResult;
import org.livemigrate.rest.DurableState;

class StoreJanitorTest {

    private static final StoreJanitor.Limits LIMITS =
            new StoreJanitor.Limits(Duration.ofDays(1), 1_000, Duration.ofDays(30), 3);

    @TempDir
    private Path folder;

    private final ModelledRuntime runtime =
            new ModelledRuntime("a", Clock.systemUTC(), time -> Thread.sleep(time.toMillis()));
    private DirectoryStore store;
    private StepLog log;
    private Instant begun;
    private int minute;

    @BeforeEach
    void open() throws IOException {
        store = new DirectoryStore(Files.createDirectory(folder.resolve("store")), Clock.systemUTC());
        log = new StepLog(DurableState.open(folder.resolve("steps.mv")));
        begun = Instant.now();
    }

    @AfterEach
    void close() {
        log.close();
    }

    private void images(String migration, int bytes) throws IOException {
        Files.write(store.images(migration).resolve("pages-1.img"), new byte[bytes]);
    }

    private StepRecord accepted(String migration, MigrationStep step) {
        ContainerFacts container = new ContainerFacts(
                "c1", "web", "image", "i1", "running", 1, begun, 0, 0, List.of(), "none", List.of(), Map.of(),
                List.of());
        StepRequest request = new StepRequest(1 + minute, container, "a", "b", MigrationOptions.DEFAULT, null);
        return StepRecord.accepted(migration, step, request, begun.plusSeconds(60L * minute++));
    }

    private void did(String migration, MigrationStep... steps) {
        for (MigrationStep step : steps) {
            StepRecord record = accepted(migration, step);
            log.put(record.succeeded(record.acceptedAt(), new StepResult(1, 0, null, null, null, null)));
        }
    }

    private StoreJanitor.Sweep sweepAfter(Duration age) {
        return new StoreJanitor(store, log, "a", runtime, Clock.fixed(begun.plus(age), ZoneOffset.UTC), LIMITS).sweep();
    }

    @Test
    void settledImagesGoWhenTheyAreOld() throws IOException {
        images("committed", 10);
        did("committed", MigrationStep.FREEZE, MigrationStep.COMMIT);
        images("resumed", 10);
        did("resumed", MigrationStep.FREEZE, MigrationStep.RESUME);
        images("only-dumped", 10);
        did("only-dumped", MigrationStep.PRECOPY);

        assertThat(sweepAfter(Duration.ofHours(23)).images()).isEmpty();
        assertThat(sweepAfter(Duration.ofHours(25)).images())
                .containsExactlyInAnyOrder("committed", "resumed", "only-dumped");
        assertThat(store.listImages()).isEmpty();
    }

    @Test
    void whatMayBeTheOnlyCopyStaysForEver() throws IOException {
        images("frozen", 10);
        did("frozen", MigrationStep.PRECOPY, MigrationStep.FREEZE);
        images("frozen-again", 10);
        did("frozen-again", MigrationStep.FREEZE, MigrationStep.RESUME, MigrationStep.FREEZE);
        images("resume-failed", 10);
        did("resume-failed", MigrationStep.FREEZE);
        StepRecord resume = accepted("resume-failed", MigrationStep.RESUME);
        log.put(resume.failed(resume.acceptedAt(), Problem.unavailable("no")));
        images("freeze-failed", 10);
        StepRecord freeze = accepted("freeze-failed", MigrationStep.FREEZE);
        log.put(freeze.failed(freeze.acceptedAt(), Problem.unavailable("no")));
        images("unanswered", 10);
        did("unanswered", MigrationStep.FREEZE);
        log.put(accepted("unanswered", MigrationStep.COMMIT));

        StoreJanitor.Sweep sweep = sweepAfter(Duration.ofDays(400));

        assertThat(sweep.images()).isEmpty();
        assertThat(sweep.unsettled())
                .containsExactlyInAnyOrder("frozen", "frozen-again", "resume-failed", "freeze-failed", "unanswered");
        assertThat(store.listImages()).hasSize(5);
    }

    @Test
    void imagesOfOtherHostsAreTheirsToJudge() throws IOException {
        images("somebody-elses", 10);
        images("restored-here", 10);
        did("restored-here", MigrationStep.PREPARE, MigrationStep.RESTORE, MigrationStep.COMMIT);

        assertThat(sweepAfter(Duration.ofDays(400)).images()).isEmpty();
        assertThat(store.listImages()).hasSize(2);
    }

    @Test
    void overTheQuotaSettledImagesGoAtOnceAndOthersDoNot() throws IOException {
        images("settled", 600);
        did("settled", MigrationStep.FREEZE, MigrationStep.COMMIT);
        images("under-way", 600);
        did("under-way", MigrationStep.FREEZE);
        images("pre-dumping", 600);
        did("pre-dumping", MigrationStep.PRECOPY);

        assertThat(sweepAfter(Duration.ofMinutes(1)).images()).containsExactly("settled");
        assertThat(sweepAfter(Duration.ofMinutes(1)).images()).isEmpty();
    }

    @Test
    void claimsOnContainersThatAreGoneFromTheirHolderGoLate() {
        String here = runtime.run(new CreateContainer(
                        "web", "localhost/stress:latest", null, null, null, null, Map.of(), null, null))
                .id();
        store.claim(here, 1, "a", "m2", "b");
        store.claim("elsewhere", 1, "b", "m3", "a");
        store.claim("given-back", 1, "b", "m4", "a");
        store.relinquish("given-back", 1, "b");

        assertThat(sweepAfter(Duration.ofDays(29)).claims()).isZero();
        assertThat(sweepAfter(Duration.ofDays(31)).claims()).isEqualTo(1);
        assertThat(store.readClaim("given-back")).isEmpty();
        assertThat(store.readClaim(here)).isPresent();
        assertThat(store.readClaim("elsewhere")).isPresent();
    }

    @Test
    void aClaimWhoseMakerWasKilledGoesAfterADayAndOneUnderWayDoesNot() throws IOException {
        store.claim("c1", 1, "a", "m1", "b");
        Path left = Files.createDirectory(folder.resolve("store/claims/.new-left"));
        Files.createFile(left.resolve("1,a,m2,b"));
        assertThat(sweepAfter(Duration.ofHours(23)).claims()).isZero();
        assertThat(left).exists();
        assertThat(sweepAfter(Duration.ofHours(25)).claims()).isEqualTo(1);
        assertThat(left).doesNotExist();
        assertThat(store.listClaims()).hasSize(1);
    }

    @Test
    void beyondTheQuotaTheyGoAfterADay() {
        for (int c = 1; c <= 5; c++) {
            store.claim("c" + c, 1, "a", "m" + c, "b");
        }
        assertThat(sweepAfter(Duration.ofHours(23)).claims()).isZero();
        assertThat(sweepAfter(Duration.ofDays(2)).claims()).isEqualTo(2);
        assertThat(store.listClaims()).hasSize(3);
    }

    @Test
    void whatNeverCameIntoPlaceDoesNotCountAsAClaimThatWentForTheQuota() throws IOException {
        for (int c = 1; c <= 5; c++) {
            store.claim("c" + c, 1, "a", "m" + c, "b");
        }
        Files.createDirectory(folder.resolve("store/claims/.new-one"));
        Files.createDirectory(folder.resolve("store/claims/.new-two"));
        assertThat(sweepAfter(Duration.ofDays(2)).claims()).isEqualTo(4);
        assertThat(store.listClaims()).hasSize(3);
    }

    @Test
    void compactingForgetsNothingThatIsKept() {
        did("m1", MigrationStep.FREEZE);
        log.raiseEpoch("c1", 3);
        log.compact();
        log.close();
        log = new StepLog(DurableState.open(folder.resolve("steps.mv")));
        assertThat(log.ofMigration("m1")).hasSize(1);
        assertThat(log.newestEpoch("c1")).isEqualTo(3);
    }
}
