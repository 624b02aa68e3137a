package org.livemigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.livemigrate.agent.checkpoint.Faults;
import org.livemigrate.agent.checkpoint.Faults.Moment;
import org.livemigrate.agent.checkpoint.ModelledCosts;
import org.livemigrate.agent.runtime.Ticks;
import org.livemigrate.controller.schedule.SchedulingSettings;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.host.ControllerStatus;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.plan.DecisionView;
import org.livemigrate.protocol.plan.PlanDocument;
import org.livemigrate.protocol.plan.SnapshotDocument;
import org.livemigrate.rest.RestClient;
import tools.jackson.core.type.TypeReference;

/**
 * The whole system but the kernel's part: an uneven fleet balances itself, and whatever fails in a migration, the
 * container runs in exactly one place and its ticker goes on.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ModelledFleetTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private ModelledFleet quiet;
    private int number;

    /** A fleet whose scheduler moves nothing by itself. */
    @BeforeAll
    void start(@TempDir Path directory) throws IOException {
        quiet = new ModelledFleet(
                directory,
                SchedulingSettings.DEFAULT.withPolicy("none"),
                new ModelledCosts(20, 20, 1L << 40, 1L << 40));
        awaitReady(quiet);
    }

    @AfterAll
    void stop() {
        quiet.close();
    }

    @AfterEach
    void mend() {
        List.of("v1", "v2", "v3").forEach(host -> quiet.fail(host, Faults.NONE));
    }

    private static void awaitReady(ModelledFleet fleet) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(fleet.nodes())
                        .hasSize(3)
                        .extracting(NodeView::state)
                        .containsOnly("ready"));
    }

    private static void awaitKnown(ModelledFleet fleet, ContainerFacts container) {
        await().atMost(PATIENCE)
                .until(() ->
                        fleet.containers().stream().anyMatch(seen -> seen.id().equals(container.id())));
    }

    private ContainerFacts running(String host) {
        ContainerFacts container = quiet.create("c" + ++number, host, 100);
        awaitKnown(quiet, container);
        return container;
    }

    @Test
    void anUnevenFleetBalancesItself(@TempDir Path directory) throws IOException {
        SchedulingSettings scheduling = SchedulingSettings.DEFAULT.withInterval(Duration.ofSeconds(1));
        try (ModelledFleet fleet = new ModelledFleet(directory, scheduling, ModelledCosts.INSTANT)) {
            awaitReady(fleet);
            List<ContainerFacts> containers = new ArrayList<>();
            for (int k = 0; k < 5; k++) {
                containers.add(fleet.create("hot" + k, "v1", 190));
            }
            containers.add(fleet.create("cold", "v2", 200));
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(fleet.migrations()).isNotEmpty().allMatch(view -> view.outcome() != null);
                assertThat(fleet.nodes()).allMatch(node -> node.load() <= 0.71);
                assertThat(fleet.nodes().stream().mapToInt(NodeView::containers).sum())
                        .isEqualTo(6);
            });

            assertThat(fleet.migrations()).allSatisfy(migration -> {
                assertThat(migration.outcome()).isEqualTo(MigrationOutcome.COMMITTED);
                assertThat(migration.reason()).contains("v1");
                assertThat(migration.from()).isEqualTo("v1");
                assertThat(migration.phasesMs())
                        .containsOnlyKeys("prepare", "precopy", "arm", "freeze", "restore", "verify", "commit");
            });
            for (ContainerFacts container : containers) {
                assertThat(fleet.runningOn(container.id())).hasSize(1);
                long moves = fleet.migrations().stream()
                        .filter(migration -> migration.container().equals(container.id()))
                        .count();
                Ticks ticks = fleet.runtime(fleet.runningOn(container.id()).get(0))
                        .ticks(container.id())
                        .orElseThrow();
                assertThat(ticks.gaps()).as("it stood still once a migration").hasSize((int) moves);
            }
            List<DecisionView> decisions =
                    fleet.client().get("/v1/decisions", new TypeReference<List<DecisionView>>() {});
            assertThat(decisions.stream().flatMap(decision -> decision.migrations().stream()))
                    .containsExactlyElementsOf(
                            fleet.migrations().stream().map(MigrationView::id).toList());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "v1, PRECOPY, BEFORE",
        "v1, PRECOPY, AFTER",
        "v2, ARM, BEFORE",
        "v2, ARM, AFTER",
        "v1, FREEZE,  BEFORE",
        "v1, FREEZE,  DURING",
        "v1, FREEZE,  AFTER",
        "v2, RESTORE, BEFORE",
        "v2, RESTORE, DURING",
    })
    void aPhaseThatFailsLeavesTheContainerWhereItWas(String host, MigrationStep step, Moment moment) {
        ContainerFacts container = running("v1");
        quiet.fail(host, (atStep, atMoment, id) -> {
            if (atStep == step && atMoment == moment) {
                throw new ProblemException(Problem.internal("injected at " + step + " " + moment));
            }
        });
        MigrationView view = quiet.ended(quiet.order(container.name(), "v2").id());

        assertThat(view.outcome()).as("%s", view).isEqualTo(MigrationOutcome.ROLLED_BACK);
        assertThat(view.problem().detail()).contains("injected");
        assertThat(quiet.runningOn(container.id())).containsExactly("v1");
        assertThat(quiet.presentOn(container.id())).containsExactly("v1");

        quiet.fail(host, Faults.NONE);
        // a sample taken while it stood still may have hidden it from the picture for a moment
        awaitKnown(quiet, container);
        MigrationView again = quiet.ended(quiet.order(container.name(), "v2").id());
        assertThat(again.outcome()).as("%s", again).isEqualTo(MigrationOutcome.COMMITTED);
        assertThat(again.epoch()).isGreaterThan(view.epoch());
        assertThat(quiet.presentOn(container.id())).containsExactly("v2");
    }

    @Test
    void aContainerThatIsGoneAtVerifyIsResumedOnTheSource() {
        ContainerFacts container = running("v1");
        quiet.fail("v2", (step, moment, id) -> {
            if (step == MigrationStep.RESTORE && moment == Moment.DURING) {
                quiet.runtime("v2").remove(id);
            }
        });
        MigrationView view = quiet.ended(quiet.order(container.id(), "v2").id());

        assertThat(view.outcome()).as("%s", view).isEqualTo(MigrationOutcome.ROLLED_BACK);
        assertThat(view.phase()).isEqualTo("rollback");
        assertThat(quiet.runningOn(container.id())).containsExactly("v1");
    }

    @Test
    void aTargetThatCannotTakeItRefuses() {
        ContainerFacts container = running("v1");
        quiet.runtime("v3")
                .run(new CreateContainer(
                        container.name(), "localhost/stress:latest", null, 10L, null, null, null, null, null));
        MigrationView view = quiet.ended(quiet.order(container.id(), "v3").id());

        assertThat(view.outcome()).as("%s", view).isEqualTo(MigrationOutcome.REFUSED);
        assertThat(view.phasesMs()).doesNotContainKeys("precopy", "freeze");
        assertThat(quiet.runningOn(container.id())).containsExactly("v1");
    }

    @Test
    void aControllerThatIsRestartedMidwayFinishesWhatItFinds() {
        ContainerFacts container = running("v1");
        long[] restarted = {0};
        quiet.fail("v2", (step, moment, id) -> {
            if (step == MigrationStep.RESTORE && moment == Moment.BEFORE && restarted[0]++ == 0) {
                quiet.restartController();
            }
        });
        String id = quiet.order(container.name(), "v2").id();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> restarted[0] > 0 && quiet.ended(id).outcome() != null);

        assertThat(quiet.ended(id).outcome()).isEqualTo(MigrationOutcome.COMMITTED);
        assertThat(quiet.presentOn(container.id())).containsExactly("v2");
        awaitReady(quiet);
    }

    @Test
    void peopleCanLookInAndTakePart() {
        ContainerFacts container = running("v3");
        ControllerStatus status = quiet.client().get("/v1/status", ControllerStatus.class);
        assertThat(status.policy()).isEqualTo("none");
        assertThat(status.hosts()).isEqualTo(3);
        assertThat(status.broker().embedded()).isTrue();
        assertThat(status.broker().connected()).isTrue();
        assertThat(status.broker().uri()).doesNotContain("a-token");

        SnapshotDocument snapshot = quiet.client().get("/v1/snapshot", SnapshotDocument.class);
        assertThat(snapshot.containers()).anyMatch(entry -> entry.id().equals(container.id()));
        PlanDocument plan = quiet.client().post("/v1/plan", snapshot, PlanDocument.class);
        assertThat(plan.loadBefore()).containsOnlyKeys("v1", "v2", "v3");
        assertThat(quiet.client().post("/v1/rounds", null, DecisionView.class).trigger())
                .isEqualTo("request");

        quiet.client().post("/v1/nodes/v3/cordon", null, Void.class);
        assertThat(quiet.nodes().get(2).state()).isEqualTo("cordoned");
        quiet.client().post("/v1/nodes/v3/uncordon", null, Void.class);

        ContainerFacts placed = quiet.create("placed-by-controller", null, 50);
        awaitKnown(quiet, placed);
        assertThatThrownBy(() -> quiet.create("placed-by-controller", null, 50))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("already");
        quiet.client().delete("/v1/containers/placed-by-controller", Void.class);
        await().atMost(PATIENCE).until(() -> quiet.presentOn(placed.id()).isEmpty());
    }

    @Test
    void whatIsAskedWronglyIsAnsweredClearly() {
        ContainerFacts container = running("v1");
        assertThatThrownBy(() -> quiet.order("no-such-container", "v2")).hasMessageContaining("no-such-container");
        assertThatThrownBy(() -> quiet.order(container.name(), "nowhere")).hasMessageContaining("nowhere");
        assertThatThrownBy(() -> quiet.order(container.name(), "v1")).hasMessageContaining("on v1 already");
        assertThatThrownBy(() -> quiet.client().get("/v1/migrations/m-none", MigrationView.class))
                .hasMessageContaining("m-none");
        RestClient stranger = new RestClient(quiet.uri(), "not-the-token-of-the-fleet");
        assertThatThrownBy(() -> stranger.get("/v1/nodes", String.class))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().status()).isEqualTo(401));
    }
}
