package org.livemigrate.controller.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.livemigrate.protocol.migration.MigrationOutcome.COMMITTED;
import static org.livemigrate.protocol.migration.MigrationOutcome.FAILED;
import static org.livemigrate.protocol.migration.MigrationOutcome.REFUSED;
import static org.livemigrate.protocol.migration.MigrationOutcome.ROLLED_BACK;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.livemigrate.controller.migration.FakeAgents.Failure;
import org.livemigrate.controller.migration.FakeAgents.Weather;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.MigrationView;

class MigrationExecutorTest {

    private final MigrationScenario scenario = new MigrationScenario();

    private MigrationView moveUnder(Weather weather) {
        scenario.agents.run("v1", "c1");
        scenario.agents.weather(weather);
        MigrationView view = scenario.settle(scenario.move("c1", "v1", "v2"));
        assertThat(scenario.agents.violations()).as(scenario::story).isEmpty();
        assertThat(view.outcome()).as(scenario::story).isNotNull();
        return view;
    }

    private void assertRunsOn(String host) {
        assertThat(scenario.agents.runningOn("c1")).as(scenario::story).containsExactly(host);
    }

    @Test
    void undisturbedItIsCommittedAndMeasured() {
        MigrationView view = moveUnder(new Weather() {});

        assertThat(view.outcome()).isEqualTo(COMMITTED);
        assertRunsOn("v2");
        assertThat(scenario.agents.hasCopy("v1", "c1")).isFalse();
        assertThat(scenario.agents.hasImages(view.id())).isFalse();
        assertThat(view.phasesMs().keySet())
                .containsExactly("prepare", "precopy", "arm", "freeze", "restore", "verify", "commit");
        assertThat(view.phasesMs().get("freeze")).isEqualTo(110);
        // FREEZE and RESTORE: 100 ms of work and two ways of 5 ms each
        assertThat(view.downtimeApiMs()).isEqualTo(220);
        assertThat(Duration.between(view.frozenAt(), view.resumedAt())).isEqualTo(Duration.ofMillis(220));
        assertThat(view.bytes()).isEqualTo(1 << 20);
        assertThat(view.epoch()).isEqualTo(1);
        assertThat(view.problem()).isNull();
        assertThat(scenario.events).containsExactly("started c1", "ended c1 committed");
    }

    @ParameterizedTest
    @CsvSource({
        "PREPARE, EARLY, REFUSED, v1",
        "PRECOPY, EARLY, ROLLED_BACK, v1",
        "ARM, EARLY, ROLLED_BACK, v1",
        "ARM, LATE, ROLLED_BACK, v1",
        "FREEZE,  EARLY, ROLLED_BACK, v1",
        "FREEZE,  LATE,  ROLLED_BACK, v1",
        "RESTORE, EARLY, ROLLED_BACK, v1",
        "RESTORE, LATE,  ROLLED_BACK, v1",
        "VERIFY,  EARLY, ROLLED_BACK, v1",
        "VERIFY,  LATE,  ROLLED_BACK, v1",
        "COMMIT,  EARLY, COMMITTED,   v2",
    })
    void aStepThatFailsLeavesTheContainerRunning(
            MigrationStep step, Failure failure, MigrationOutcome outcome, String runsOn) {
        MigrationView view = moveUnder(failing(step, failure, () -> true));

        assertThat(view.outcome()).isEqualTo(outcome);
        assertRunsOn(runsOn);
        if (outcome != COMMITTED) {
            assertThat(view.problem().detail()).contains(step.toString());
            assertThat(scenario.agents.hasCopy("v2", "c1")).isFalse();
            // whoever has run at the target has done something there
            assertThat(view.notes().stream().anyMatch(note -> note.contains("is lost")))
                    .isEqualTo(step == MigrationStep.VERIFY);
        } else {
            assertThat(view.problem()).isNull();
            assertThat(view.notes()).anyMatch(note -> note.contains("has not cleaned up"));
        }
    }

    private static Weather failing(MigrationStep which, Failure how, BooleanSupplier now) {
        return new Weather() {
            @Override
            public Failure failure(String host, MigrationStep step) {
                return step == which && now.getAsBoolean() ? how : null;
            }
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = MigrationStep.class,
            names = {"ABANDON", "RESUME"},
            mode = EnumSource.Mode.EXCLUDE)
    void aRequestThatGetsLostIsRepeated(MigrationStep which) {
        MigrationView view = moveUnder(losing(which, true, 3));

        assertThat(view.outcome()).isEqualTo(COMMITTED);
        assertRunsOn("v2");
    }

    @ParameterizedTest
    @EnumSource(
            value = MigrationStep.class,
            names = {"ABANDON", "RESUME"},
            mode = EnumSource.Mode.EXCLUDE)
    void anAnswerThatGetsLostIsAskedForAgain(MigrationStep which) {
        MigrationView view = moveUnder(losing(which, false, 3));

        assertThat(view.outcome()).isEqualTo(COMMITTED);
        assertRunsOn("v2");
    }

    private static Weather losing(MigrationStep which, boolean request, int times) {
        int[] left = {times};
        return new Weather() {
            @Override
            public boolean losesRequest(String host, MigrationStep step) {
                return request && step == which && left[0]-- > 0;
            }

            @Override
            public boolean losesAnswer(String host, MigrationStep step) {
                return !request && step == which && left[0]-- > 0;
            }
        };
    }

    @ParameterizedTest
    @EnumSource(
            value = MigrationStep.class,
            names = {"ABANDON", "RESUME"},
            mode = EnumSource.Mode.EXCLUDE)
    void aSlowStepIsWaitedFor(MigrationStep which) {
        MigrationView view = moveUnder(new Weather() {
            @Override
            public Duration work(String host, MigrationStep step) {
                return step == which ? Duration.ofSeconds(20) : Duration.ofMillis(100);
            }
        });

        assertThat(view.outcome()).isEqualTo(COMMITTED);
        assertRunsOn("v2");
    }

    /** From when on a host cannot be reached. */
    private Weather cut(String cutHost, BooleanSupplier when) {
        return new Weather() {
            @Override
            public boolean reachable(String host) {
                return !host.equals(cutHost) || !when.getAsBoolean();
            }
        };
    }

    private boolean logged(Predicate<String> entry) {
        return scenario.agents.log.stream().anyMatch(entry);
    }

    @Test
    void aTargetThatIsCutOffBeforeItsClaimLosesItToTheSource() {
        MigrationView view = moveUnder(cut("v2", () -> logged(entry -> entry.contains("/FREEZE/"))));

        assertThat(view.outcome()).isEqualTo(ROLLED_BACK);
        assertRunsOn("v1");
        assertThat(view.epoch())
                .as("the claim of the target's own epoch decides")
                .isEqualTo(1);
    }

    @Test
    void aTargetThatIsCutOffAfterItsClaimIsWaitedForAndRollsForward() {
        MigrationView view = moveUnder(cut(
                "v2",
                () -> logged(entry -> entry.contains("/RESTORE/"))
                        && scenario.timeline.elapsed().compareTo(Duration.ofMinutes(10)) < 0));

        assertThat(view.outcome()).isEqualTo(COMMITTED);
        assertRunsOn("v2");
        assertThat(view.notes()).anyMatch(note -> note.contains("won the claim"));
    }

    @Test
    void aTargetThatIsLostAfterItsClaimIsReportedAndTheSourceNeverResumes() {
        boolean[] lost = {true};
        scenario.agents.run("v1", "c1");
        scenario.agents.weather(cut("v2", () -> lost[0] && logged(entry -> entry.contains("/RESTORE/"))));
        String id = scenario.move("c1", "v1", "v2");
        MigrationView view = scenario.settle(id);

        assertThat(view.outcome()).isEqualTo(FAILED);
        assertThat(view.problem().type()).isEqualTo("host-lost");
        assertThat(scenario.agents.log).noneMatch(entry -> entry.contains("/RESUME/") && entry.endsWith("done"));
        assertThat(scenario.agents.hasImages(id)).as("images are kept").isTrue();
        assertThat(scenario.agents.violations()).isEmpty();

        lost[0] = false;
        scenario.executor.recover(id);
        assertThat(scenario.settle(id).outcome()).isEqualTo(COMMITTED);
        assertRunsOn("v2");
    }

    /** What the failed one left behind keeps the container from coming back, and only its recovery takes that away. */
    @Test
    void aFailedMigrationIsRecoveredAlsoAfterALaterOneWasRefusedForWhatItLeft() {
        boolean[] lost = {true};
        scenario.agents.run("v1", "c1");
        scenario.agents.weather(cut("v2", () -> lost[0] && logged(entry -> entry.contains("/RESTORE/"))));
        String id = scenario.move("c1", "v1", "v2");
        assertThat(scenario.settle(id).outcome()).isEqualTo(FAILED);
        lost[0] = false;
        String back = scenario.move("c1", "v2", "v1");
        assertThat(scenario.settle(back).outcome()).isEqualTo(REFUSED);

        scenario.executor.recover(id);
        assertThat(scenario.settle(id).outcome()).isEqualTo(COMMITTED);
        assertRunsOn("v2");
        assertThat(scenario.agents.violations()).isEmpty();
    }

    @Test
    void aSourceThatIsCutOffWhileItFreezesIsResumedWhenItIsBack() {
        MigrationView view = moveUnder(new Weather() {
            @Override
            public boolean reachable(String host) {
                return !host.equals("v1")
                        || !logged(entry -> entry.contains("/PRECOPY/"))
                        || scenario.timeline.elapsed().compareTo(Duration.ofMinutes(5)) > 0;
            }
        });

        assertThat(view.outcome()).isEqualTo(ROLLED_BACK);
        assertRunsOn("v1");
    }

    @Test
    void aSourceThatDoesNotResumeIsAskedAgainInNewerEpochsAndThenReported() {
        boolean[] broken = {true};
        Weather weather = new Weather() {
            @Override
            public Failure failure(String host, MigrationStep step) {
                return step == MigrationStep.RESTORE || step == MigrationStep.RESUME && broken[0]
                        ? Failure.EARLY
                        : null;
            }
        };
        MigrationView view = moveUnder(weather);

        assertThat(view.outcome()).isEqualTo(FAILED);
        assertThat(view.problem().type()).isEqualTo("not-resumed");
        assertThat(view.problem().detail()).contains(view.id());
        assertThat(view.epoch()).isEqualTo(1 + MigrationLimits.DEFAULT.resumeTries());
        assertThat(scenario.agents.hasCopy("v1", "c1")).isTrue();

        broken[0] = false;
        scenario.executor.recover(view.id());
        assertThat(scenario.settle(view.id()).outcome()).isEqualTo(ROLLED_BACK);
        assertRunsOn("v1");
    }

    @Test
    void nothingIsResumedWhileTheTargetHasNotConfirmedThatItIsOut() {
        MigrationView view = moveUnder(new Weather() {
            @Override
            public Failure failure(String host, MigrationStep step) {
                boolean early = scenario.timeline.elapsed().compareTo(Duration.ofMinutes(1)) < 0;
                return step == MigrationStep.VERIFY
                        ? Failure.LATE
                        : step == MigrationStep.ABANDON && early ? Failure.EARLY : null;
            }
        });

        assertThat(view.outcome()).isEqualTo(ROLLED_BACK);
        assertRunsOn("v1");
        assertThat(scenario.agents.log.indexOf(first("/ABANDON/", "done")))
                .isLessThan(scenario.agents.log.indexOf(first("/RESUME/", "done")));
    }

    private String first(String step, String end) {
        return scenario.agents.log.stream()
                .filter(entry -> entry.contains(step) && entry.endsWith(end))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aContainerThatDoesNotRunIsRefused() {
        MigrationView view = scenario.settle(scenario.move("nothing", "v1", "v2"));

        assertThat(view.outcome()).isEqualTo(REFUSED);
        assertThat(view.problem().status()).isEqualTo(404);
    }

    @Test
    void oneContainerIsMovedByOneMigrationAtATime() {
        scenario.agents.run("v1", "c1");
        String id = scenario.move("c1", "v1", "v2");

        assertThatThrownBy(() -> scenario.move("c1", "v1", "v3"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(id);
        assertThatThrownBy(() -> scenario.move("c2", "v1", "v1")).hasMessageContaining("on v1 already");
    }

    @Test
    void movesOfAPlanThatShareAHostWaitForEachOther() {
        List.of("c1", "c2", "c3").forEach(container -> scenario.agents.run("v1", container));
        scenario.executor.submit(List.of(
                MigrationScenario.order("c1", "v1", "v2", "p"),
                MigrationScenario.order("c2", "v1", "v3", "p"),
                MigrationScenario.order("c3", "v1", "v2", "p")));
        scenario.timeline.settle(Duration.ofHours(1));

        assertThat(scenario.events)
                .containsExactly(
                        "started c1",
                        "ended c1 committed",
                        "started c2",
                        "ended c2 committed",
                        "started c3",
                        "ended c3 committed");
    }

    @Test
    void whatReliedOnAMoveThatFailedIsDropped() {
        scenario.agents.run("v1", "c1");
        scenario.agents.run("v2", "c2");
        scenario.agents.weather(failing(MigrationStep.PREPARE, Failure.EARLY, () -> scenario.events.size() == 1));
        List<String> ids = scenario.executor.submit(List.of(
                MigrationScenario.order("c1", "v1", "v2", "p"), MigrationScenario.order("c2", "v2", "v3", "p")));
        scenario.timeline.settle(Duration.ofHours(1));

        assertThat(scenario.view(ids.get(0)).outcome()).isEqualTo(REFUSED);
        MigrationView dropped = scenario.view(ids.get(1));
        assertThat(dropped.outcome()).isEqualTo(REFUSED);
        assertThat(dropped.problem().type()).isEqualTo("dropped");
        assertThat(dropped.problem().detail()).contains(ids.get(0));
        assertThat(scenario.agents.runningOn("c2")).containsExactly("v2");
    }

    @Test
    void theWholeFleetHasItsBudget() {
        MigrationScenario wide = new MigrationScenario(MigrationJournal.inMemory(), new MigrationBudget(2, 1, 1));
        wide.agents.run("v1", "c1");
        wide.agents.run("v2", "c2");
        wide.agents.run("v3", "c3");
        wide.move("c1", "v1", "v2");
        wide.move("c2", "v2", "v3");
        wide.move("c3", "v3", "v1");

        assertThat(wide.events).containsExactly("started c1", "started c2");
        wide.timeline.settle(Duration.ofHours(1));
        assertThat(wide.events).hasSize(6);
    }

    @Test
    void aDelayedFreezeThatArrivesAfterTheRollbackDoesNotStopTheContainer() {
        boolean[] once = {true};
        MigrationView view = moveUnder(new Weather() {
            @Override
            public Duration duplicate(String host, MigrationStep step) {
                return step == MigrationStep.FREEZE && once[0] ? Duration.ofMinutes(3) : null;
            }

            @Override
            public boolean losesRequest(String host, MigrationStep step) {
                return step == MigrationStep.FREEZE;
            }
        });

        assertThat(view.outcome()).isEqualTo(ROLLED_BACK);
        assertThat(scenario.agents.log).anyMatch(entry -> entry.contains("FREEZE duplicate arrives"));
        assertRunsOn("v1");
    }

    @Test
    void shuttingDownTellsWhatWasNotBegun() {
        scenario.agents.run("v1", "c1");
        scenario.agents.run("v1", "c2");
        scenario.move("c1", "v1", "v2");
        String waiting = scenario.move("c2", "v1", "v3");
        scenario.executor.close(Duration.ZERO);

        assertThat(scenario.view(waiting).outcome()).isEqualTo(REFUSED);
        assertThatThrownBy(() -> scenario.move("c3", "v1", "v2")).hasMessageContaining("shutting down");
    }
}
