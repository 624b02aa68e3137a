package org.livemigrate.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.livemigrate.agent.ModelledFleet.SOURCE;
import static org.livemigrate.agent.ModelledFleet.TARGET;
import static org.livemigrate.agent.ModelledFleet.request;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.agent.checkpoint.Faults;
import org.livemigrate.agent.checkpoint.Faults.Moment;
import org.livemigrate.agent.checkpoint.ModelledEngine;
import org.livemigrate.agent.runtime.Ticks;
import org.livemigrate.agent.store.DirectoryStore;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.ClaimView;
import org.livemigrate.protocol.migration.ImageManifest;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.migration.StepResult;
import org.livemigrate.protocol.operation.Operation;

/** Two agents, one store, and a test in the controller's place: one copy runs whatever fails. */
class AgentMigrationTest {

    private static final String M = "m1";

    @TempDir
    Path folder;

    private ModelledFleet fleet;
    private ContainerFacts container;

    @BeforeEach
    void start() {
        fleet = new ModelledFleet(folder);
        container = fleet.create("web");
    }

    @AfterEach
    void stop() {
        fleet.close();
    }

    @Test
    void aMigrationMovesTheContainerAndItsCountGoesOn() {
        StepRequest request = request(container, 1);
        ImageManifest images = fleet.freeze(M, request);
        assertThat(fleet.runningOn(container)).isEmpty();
        long stoodAt = fleet.runtime(SOURCE).ticks("web").orElseThrow().count();
        StepResult restored = fleet.step(TARGET, M, MigrationStep.RESTORE, request.withImages(images));
        assertThat(restored.container().id()).isEqualTo(container.id());
        fleet.step(TARGET, M, MigrationStep.VERIFY, request);
        assertThat(fleet.runtime(SOURCE).inspect("web")).as("kept until COMMIT").isPresent();
        fleet.step(SOURCE, M, MigrationStep.COMMIT, request);
        fleet.step(TARGET, M, MigrationStep.COMMIT, request);

        assertThat(fleet.runningOn(container)).containsExactly(TARGET);
        assertThat(fleet.runtime(SOURCE).inspect("web")).isEmpty();
        assertThat(fleet.imagesLeft()).isEmpty();
        Ticks ticks = fleet.client(TARGET).get("/v1/containers/web/ticks", Ticks.class);
        assertThat(ticks.count()).isGreaterThanOrEqualTo(stoodAt);
        assertThat(ticks.gaps())
                .singleElement()
                .satisfies(gap -> assertThat(gap.afterCount()).isEqualTo(stoodAt));
        assertThat(fleet.client(SOURCE).get("/v1/claims/" + container.id() + "/1", ClaimView.class))
                .isEqualTo(new ClaimView(container.id(), 1, TARGET));
        assertThat(fleet.client(SOURCE).get("/v1/claims/" + container.id(), ClaimView.class))
                .as("the newest")
                .isEqualTo(new ClaimView(container.id(), 1, TARGET));
        assertThat(fleet.client(SOURCE).get("/v1/claims/never-moved", ClaimView.class))
                .isEqualTo(new ClaimView("never-moved", 0, null));
    }

    @Test
    void aContainerGoesThereAndBack() {
        migrate("m1", request(container, 1));
        StepRequest back = new StepRequest(
                2, container, TARGET, SOURCE, request(container, 2).options(), null);
        fleet.step(SOURCE, "m2", MigrationStep.PREPARE, back);
        fleet.step(TARGET, "m2", MigrationStep.PRECOPY, back);
        ImageManifest images =
                fleet.step(TARGET, "m2", MigrationStep.FREEZE, back).images();
        fleet.step(SOURCE, "m2", MigrationStep.RESTORE, back.withImages(images));
        fleet.step(SOURCE, "m2", MigrationStep.VERIFY, back);
        fleet.step(TARGET, "m2", MigrationStep.COMMIT, back);
        fleet.step(SOURCE, "m2", MigrationStep.COMMIT, back);
        assertThat(fleet.runningOn(container)).containsExactly(SOURCE);
        assertThat(fleet.runtime(SOURCE).ticks("web").orElseThrow().gaps()).hasSize(2);
    }

    /** The target was away for a while; without its COMMIT the container could never come to it again. */
    @Test
    void aCommitThatIsOwedByTheTargetIsDoneAfterTheContainerHasMovedOn() {
        StepRequest there = request(container, 1);
        fleet.step(TARGET, "m1", MigrationStep.RESTORE, there.withImages(fleet.freeze("m1", there)));
        fleet.step(TARGET, "m1", MigrationStep.VERIFY, there);
        fleet.step(SOURCE, "m1", MigrationStep.COMMIT, there);
        StepRequest back = new StepRequest(2, container, TARGET, SOURCE, there.options(), null);
        fleet.step(SOURCE, "m2", MigrationStep.PREPARE, back);
        fleet.step(TARGET, "m2", MigrationStep.PRECOPY, back);
        ImageManifest images =
                fleet.step(TARGET, "m2", MigrationStep.FREEZE, back).images();
        fleet.step(SOURCE, "m2", MigrationStep.RESTORE, back.withImages(images));
        fleet.step(SOURCE, "m2", MigrationStep.VERIFY, back);
        fleet.step(TARGET, "m2", MigrationStep.COMMIT, back);
        fleet.step(SOURCE, "m2", MigrationStep.COMMIT, back);

        assertProblem("name-taken", () -> fleet.step(TARGET, "m3", MigrationStep.PREPARE, request(container, 3)));
        fleet.step(TARGET, "m1", MigrationStep.COMMIT, there);
        migrate("m4", request(container, 4));
        assertThat(fleet.runningOn(container)).containsExactly(TARGET);
    }

    @ParameterizedTest
    @CsvSource({
        "PRECOPY,BEFORE",
        "PRECOPY,AFTER",
        "FREEZE,BEFORE",
        "FREEZE,DURING",
        "FREEZE,AFTER",
        "RESTORE,BEFORE",
        "RESTORE,DURING",
    })
    void whateverFailsTheContainerRunsOnAtTheSource(MigrationStep step, Moment moment) {
        String where = step == MigrationStep.RESTORE ? TARGET : SOURCE;
        fleet.fail(where, failing(step, moment));
        long before = fleet.runtime(SOURCE).ticks("web").orElseThrow().count();
        StepRequest request = request(container, 1);
        fleet.step(TARGET, M, MigrationStep.PREPARE, request);
        Problem problem = problemOf(() -> {
            fleet.step(SOURCE, M, MigrationStep.PRECOPY, request);
            ImageManifest images =
                    fleet.step(SOURCE, M, MigrationStep.FREEZE, request).images();
            fleet.step(TARGET, M, MigrationStep.RESTORE, request.withImages(images));
        });
        assertThat(problem.detail()).contains("injected");
        if (step != MigrationStep.RESTORE) {
            // the agent itself has seen to it that the source goes on
            assertThat(fleet.runningOn(container)).containsExactly(SOURCE);
        } else {
            assertThat(fleet.runningOn(container)).isEmpty();
            assertThat(fleet.runtime(TARGET).list(true)).isEmpty();
            fleet.step(TARGET, M, MigrationStep.ABANDON, request);
        }
        fleet.fail(where, Faults.NONE);
        fleet.step(SOURCE, M, MigrationStep.RESUME, request.withEpoch(2));
        fleet.step(TARGET, M, MigrationStep.ABANDON, request);

        assertThat(fleet.runningOn(container)).containsExactly(SOURCE);
        assertThat(fleet.runtime(SOURCE).ticks("web").orElseThrow().count()).isGreaterThanOrEqualTo(before);
        assertThat(fleet.imagesLeft()).isEmpty();
        migrate("m2", request(container, 3));
        assertThat(fleet.runningOn(container)).containsExactly(TARGET);
    }

    @Test
    void aResumeThatFailsIsTriedAgainWhenRepeated() {
        StepRequest request = request(container, 1);
        fleet.freeze(M, request);
        fleet.fail(SOURCE, failing(MigrationStep.RESUME, Moment.BEFORE));
        assertProblem("injected", () -> fleet.step(SOURCE, M, MigrationStep.RESUME, request));
        fleet.fail(SOURCE, Faults.NONE);
        fleet.step(SOURCE, M, MigrationStep.RESUME, request);
        assertThat(fleet.runningOn(container)).containsExactly(SOURCE);
    }

    @Test
    void aPreDumpThatTheTargetSawDamagedBeforeTheFreezeIsFoundBeforeTheClaim() {
        StepRequest request = request(container, 1);
        assertThat(request.options().preDumpRounds()).isPositive();
        fleet.step(TARGET, M, MigrationStep.PREPARE, request);
        fleet.step(SOURCE, M, MigrationStep.PRECOPY, request);
        Path preDump = fleet.store.resolve("images/" + M + "/modelled-pre-dump-1.json");
        flipABit(preDump);
        fleet.step(TARGET, M, MigrationStep.ARM, request);
        ImageManifest images =
                fleet.step(SOURCE, M, MigrationStep.FREEZE, request).images();
        assertThat(images.files())
                .extracting(ImageManifest.ImageFile::name)
                .contains("modelled-pre-dump-1.json", ModelledEngine.IMAGE);
        assertProblem("image-damaged", () -> fleet.step(TARGET, M, MigrationStep.RESTORE, request.withImages(images)));
        fleet.step(SOURCE, M, MigrationStep.RESUME, request);
        fleet.step(TARGET, M, MigrationStep.ABANDON, request);
        assertThat(fleet.runningOn(container)).containsExactly(SOURCE);
    }

    /** What ARM has read and found to be what the source wrote, RESTORE does not read again while the container stands still. */
    @Test
    void aPreDumpThatTheTargetHasSeenWholeIsNotReadAgain() {
        StepRequest request = request(container, 1);
        fleet.step(TARGET, M, MigrationStep.PREPARE, request);
        fleet.step(SOURCE, M, MigrationStep.PRECOPY, request);
        fleet.step(TARGET, M, MigrationStep.ARM, request);
        ImageManifest images =
                fleet.step(SOURCE, M, MigrationStep.FREEZE, request).images();
        write(fleet.store.resolve("images/" + M + "/modelled-pre-dump-1.json"), new byte[0]);
        fleet.step(TARGET, M, MigrationStep.RESTORE, request.withImages(images));
        assertThat(fleet.runningOn(container)).containsExactly(TARGET);
    }

    @Test
    void aDamagedImageIsFoundBeforeTheClaim() {
        for (Consumer<Path> damage :
                List.<Consumer<Path>>of(file -> write(file, new byte[0]), AgentMigrationTest::flipABit)) {
            long epoch = fleet.runtime(SOURCE).ticks("web").orElseThrow().gaps().size() + 1;
            StepRequest request = request(container, epoch);
            String migration = "m" + epoch;
            ImageManifest images = fleet.freeze(migration, request);
            damage.accept(fleet.store.resolve("images/" + migration + "/" + ModelledEngine.IMAGE));
            assertProblem(
                    "image-damaged",
                    () -> fleet.step(TARGET, migration, MigrationStep.RESTORE, request.withImages(images)));
            assertThat(fleet.client(TARGET)
                            .get("/v1/claims/" + container.id() + "/" + epoch, ClaimView.class)
                            .owner())
                    .isNull();
            fleet.step(SOURCE, migration, MigrationStep.RESUME, request);
            fleet.step(TARGET, migration, MigrationStep.ABANDON, request);
            assertThat(fleet.runningOn(container)).containsExactly(SOURCE);
        }
    }

    @Test
    void aLateRestoreLosesAgainstTheSourceThatHasResumed() {
        StepRequest request = request(container, 1);
        ImageManifest images = fleet.freeze(M, request);
        Path directory = fleet.store.resolve("images/m1");
        Map<Path, byte[]> contents = images.files().stream()
                .map(file -> directory.resolve(file.name()))
                .collect(Collectors.toMap(file -> file, file -> read(file)));
        fleet.step(SOURCE, M, MigrationStep.RESUME, request);
        assertThat(directory.toFile().mkdir()).isTrue();
        contents.forEach((file, content) -> write(file, content));
        assertProblem("claim-lost", () -> fleet.step(TARGET, M, MigrationStep.RESTORE, request.withImages(images)));
        assertThat(fleet.runningOn(container)).containsExactly(SOURCE);
    }

    @Test
    void aResumeInTheTargetsEpochLosesAgainstTheTarget() {
        StepRequest request = request(container, 1);
        ImageManifest images = fleet.freeze(M, request);
        fleet.step(TARGET, M, MigrationStep.RESTORE, request.withImages(images));
        assertProblem("claim-lost", () -> fleet.step(SOURCE, M, MigrationStep.RESUME, request));
        assertProblem("claim-held", () -> fleet.step(SOURCE, M, MigrationStep.RESUME, request.withEpoch(2)));
        assertThat(fleet.runningOn(container)).containsExactly(TARGET);
        fleet.step(TARGET, M, MigrationStep.ABANDON, request);
        assertThat(fleet.runningOn(container)).isEmpty();
        fleet.step(SOURCE, M, MigrationStep.RESUME, request.withEpoch(2));
        assertThat(fleet.runningOn(container)).containsExactly(SOURCE);
        assertProblem("abandoned", () -> fleet.step(TARGET, M, MigrationStep.RESTORE, request.withImages(images)));
    }

    @Test
    void theSourceIsNotRemovedWithoutTheTargetsClaim() {
        StepRequest request = request(container, 1);
        fleet.freeze(M, request);
        assertProblem("not-claimed", () -> fleet.step(SOURCE, M, MigrationStep.COMMIT, request));
        assertThat(fleet.runtime(SOURCE).inspect("web")).isPresent();
        fleet.step(SOURCE, M, MigrationStep.RESUME, request);
        assertThat(fleet.runningOn(container)).containsExactly(SOURCE);
    }

    @Test
    void aCommitThatWasOwedIsMadeAfterTheContainerHasMovedOn() {
        StepRequest request = request(container, 1);
        ImageManifest images = fleet.freeze(M, request);
        fleet.step(TARGET, M, MigrationStep.RESTORE, request.withImages(images));
        DirectoryStore store = new DirectoryStore(fleet.store, Clock.systemUTC());
        store.claim(container.id(), 2, "c", "m2", TARGET);
        assertThat(fleet.client(SOURCE)
                        .get("/v1/claims/" + container.id() + "/1", ClaimView.class)
                        .owner())
                .as("overtaken")
                .isNull();
        fleet.step(SOURCE, M, MigrationStep.COMMIT, request);
        assertThat(fleet.runtime(SOURCE).inspect("web")).isEmpty();
    }

    @Test
    void aCommitThatWasOwedIsMadeAfterANewerEpochWasSeen() {
        StepRequest request = request(container, 1);
        ImageManifest images = fleet.freeze(M, request);
        fleet.step(TARGET, M, MigrationStep.RESTORE, request.withImages(images));
        StepRequest back = new StepRequest(2, container, TARGET, SOURCE, request.options(), null);
        assertProblem("name-taken", () -> fleet.step(SOURCE, "m2", MigrationStep.PREPARE, back));
        fleet.step(SOURCE, "m2", MigrationStep.ABANDON, back);
        assertProblem("stale-epoch", () -> fleet.step(SOURCE, M, MigrationStep.RESUME, request));
        fleet.step(SOURCE, M, MigrationStep.COMMIT, request);
        assertThat(fleet.runtime(SOURCE).inspect("web")).isEmpty();
        assertThat(fleet.runningOn(container)).containsExactly(TARGET);
    }

    @Test
    void abandonDoesNotTouchAContainerThatTheMigrationDidNotBring() {
        StepRequest request = request(container, 1);
        StepRequest wrongWay = new StepRequest(1, container, TARGET, SOURCE, request.options(), null);
        assertProblem("name-taken", () -> fleet.step(SOURCE, M, MigrationStep.PREPARE, wrongWay));
        fleet.step(SOURCE, M, MigrationStep.ABANDON, wrongWay);
        assertThat(fleet.runningOn(container)).containsExactly(SOURCE);
    }

    @Test
    void aRestoreThatWaitsGivesUpWhenItIsAbandoned() {
        StepRequest request = request(container, 1);
        fleet.step(TARGET, M, MigrationStep.PREPARE, request);
        Operation waiting = fleet.client(TARGET).put("/v1/migrations/m1/restore", request, Operation.class);
        fleet.step(TARGET, M, MigrationStep.ABANDON, request);
        assertProblem(
                "abandoned", () -> fleet.client(TARGET).result(waiting, ModelledFleet.PATIENCE, StepResult.class));
        assertThat(fleet.runningOn(container)).containsExactly(SOURCE);
    }

    @Test
    void aRestoreSentAheadWaitsForTheCheckpoint() {
        StepRequest request = request(container, 1);
        fleet.step(TARGET, M, MigrationStep.PREPARE, request);
        Operation waiting = fleet.client(TARGET).put("/v1/migrations/m1/restore", request, Operation.class);
        fleet.step(SOURCE, M, MigrationStep.PRECOPY, request);
        fleet.step(SOURCE, M, MigrationStep.FREEZE, request);
        fleet.client(TARGET).result(waiting, ModelledFleet.PATIENCE, StepResult.class);
        assertThat(fleet.runningOn(container)).containsExactly(TARGET);
    }

    @Test
    void aRepeatedStepIsDoneOnceAndGetsTheFirstAnswerAlsoAfterARestart() {
        StepRequest request = request(container, 1);
        ImageManifest images = fleet.freeze(M, request);
        assertThat(fleet.step(SOURCE, M, MigrationStep.FREEZE, request).images())
                .isEqualTo(images);
        fleet.stop(SOURCE);
        fleet.start(SOURCE);
        assertThat(fleet.step(SOURCE, M, MigrationStep.FREEZE, request).images())
                .isEqualTo(images);
        assertThat(fleet.client(SOURCE).get("/v1/migrations/m1", Map.class)).containsKey("steps");
    }

    @Test
    void olderEpochsAreRefusedAlsoAfterARestart() {
        StepRequest newer = request(container, 5);
        fleet.step(SOURCE, M, MigrationStep.RESUME, newer);
        fleet.stop(SOURCE);
        fleet.start(SOURCE);
        assertProblem("stale-epoch", () -> fleet.step(SOURCE, "m0", MigrationStep.FREEZE, request(container, 4)));
        assertThat(fleet.runningOn(container)).containsExactly(SOURCE);
    }

    @Test
    void anAgentKilledDuringAFreezeBringsTheContainerBackAtItsNextStart() throws Exception {
        CountDownLatch inFreeze = new CountDownLatch(1);
        fleet.fail(SOURCE, (step, moment, id) -> {
            if (step == MigrationStep.FREEZE && moment == Moment.DURING) {
                inFreeze.countDown();
                hangUntilInterrupted();
            }
        });
        StepRequest request = request(container, 1);
        fleet.step(TARGET, M, MigrationStep.PREPARE, request);
        fleet.step(SOURCE, M, MigrationStep.PRECOPY, request);
        Operation freeze = fleet.client(SOURCE).put("/v1/migrations/m1/freeze", request, Operation.class);
        inFreeze.await();
        assertThat(fleet.runningOn(container)).isEmpty();
        fleet.stop(SOURCE);
        fleet.fail(SOURCE, Faults.NONE);
        fleet.start(SOURCE);
        assertProblem("restarted", () -> fleet.client(SOURCE).result(freeze, ModelledFleet.PATIENCE, StepResult.class));
        Awaitility.await()
                .untilAsserted(() -> assertThat(fleet.runningOn(container)).containsExactly(SOURCE));
    }

    @Test
    void aTargetKilledAfterItsRestoreFindsThatItSucceeded() throws Exception {
        StepRequest request = request(container, 1);
        ImageManifest images = fleet.freeze(M, request);
        CountDownLatch restored = new CountDownLatch(1);
        fleet.fail(TARGET, (step, moment, id) -> {
            if (step == MigrationStep.RESTORE && moment == Moment.DURING) {
                restored.countDown();
                hangUntilInterrupted();
            }
        });
        Operation restore =
                fleet.client(TARGET).put("/v1/migrations/m1/restore", request.withImages(images), Operation.class);
        restored.await();
        fleet.stop(TARGET);
        fleet.fail(TARGET, Faults.NONE);
        fleet.start(TARGET);
        StepResult found = fleet.client(TARGET).result(restore, ModelledFleet.PATIENCE, StepResult.class);
        assertThat(found.container().running()).isTrue();
        assertThat(fleet.runningOn(container)).containsExactly(TARGET);
    }

    @Test
    void aStepForAnotherHostIsRefused() {
        assertProblem("wrong-host", () -> fleet.step(TARGET, M, MigrationStep.FREEZE, request(container, 1)));
        assertProblem("wrong-host", () -> fleet.step(SOURCE, M, MigrationStep.ABANDON, request(container, 1)));
    }

    private void migrate(String migration, StepRequest request) {
        ImageManifest images = fleet.freeze(migration, request);
        fleet.step(TARGET, migration, MigrationStep.RESTORE, request.withImages(images));
        fleet.step(TARGET, migration, MigrationStep.VERIFY, request);
        fleet.step(SOURCE, migration, MigrationStep.COMMIT, request);
        fleet.step(TARGET, migration, MigrationStep.COMMIT, request);
    }

    private static Faults failing(MigrationStep in, Moment at) {
        return (step, moment, id) -> {
            if (step == in && moment == at) {
                throw new ProblemException(Problem.internal("injected failure of " + step.word() + "."));
            }
        };
    }

    private static void hangUntilInterrupted() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("killed", e);
        }
    }

    private static void flipABit(Path file) {
        byte[] bytes = read(file);
        bytes[bytes.length / 2] ^= 1;
        write(file, bytes);
    }

    private static void assertProblem(String expected, ThrowingCallable what) {
        Problem problem = problemOf(what);
        assertThat(problem.type() + " " + problem.detail()).contains(expected);
    }

    private static Problem problemOf(ThrowingCallable what) {
        Problem[] problem = new Problem[1];
        assertThatThrownBy(what).isInstanceOfSatisfying(ProblemException.class, e -> problem[0] = e.problem());
        return problem[0];
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void write(Path file, byte[] bytes) {
        try {
            Files.write(file, bytes);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
