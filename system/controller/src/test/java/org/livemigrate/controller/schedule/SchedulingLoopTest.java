package org.livemigrate.controller.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.livemigrate.controller.fleet.Fleet;
import org.livemigrate.controller.fleet.HeartbeatRegistry;
import org.livemigrate.controller.migration.AgentClient;
import org.livemigrate.controller.migration.MigrationBudget;
import org.livemigrate.controller.migration.MigrationExecutor;
import org.livemigrate.controller.migration.MigrationJournal;
import org.livemigrate.controller.migration.MigrationLimits;
import org.livemigrate.controller.migration.MigrationListener;
import org.livemigrate.controller.time.ManualTimeline;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.host.Heartbeat;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.migration.ClaimView;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.migration.StepResult;
import org.livemigrate.protocol.plan.DecisionView;
import org.livemigrate.protocol.stats.ContainerSample;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.scheduler.fleet.FleetSettings;
import org.livemigrate.scheduler.guard.GuardSettings;

class SchedulingLoopTest {

    /** Agents that never answer: what is ordered stays under way. */
    private static final AgentClient SILENT = new AgentClient() {
        @Override
        public CompletableFuture<ContainerFacts> container(String host, String container) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletableFuture<StepResult> step(
                String host, String migration, MigrationStep step, StepRequest request) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletableFuture<Long> newestEpoch(String host, String container) {
            return new CompletableFuture<>();
        }

        @Override
        public CompletableFuture<ClaimView> claim(String host, String container, long epoch) {
            return new CompletableFuture<>();
        }
    };

    private final ManualTimeline timeline = new ManualTimeline();
    private final HeartbeatRegistry registry = new HeartbeatRegistry();
    private final Fleet fleet =
            new Fleet(FleetSettings.DEFAULT, registry, timeline, host -> {}, Set.of(), (host, cordoned) -> {});
    private final MigrationExecutor executor = new MigrationExecutor(
            MigrationJournal.inMemory(),
            SILENT,
            timeline,
            MigrationLimits.DEFAULT,
            MigrationBudget.DEFAULT,
            MigrationListener.NONE);

    SchedulingLoopTest() {
        executor.start();
    }

    private SchedulingLoop loop(SchedulingSettings settings) {
        return new SchedulingLoop(
                fleet,
                registry,
                executor,
                timeline,
                new SchedulingLoop.Settings(
                        settings.interval(),
                        Duration.ofSeconds(5),
                        LivePolicy.guarded(settings),
                        MigrationOptions.DEFAULT));
    }

    private void host(String id, long... cpuMillicores) {
        fleet.heartbeat(new Heartbeat(
                new HostFacts(
                        id,
                        URI.create("http://127.0.0.1:1"),
                        "modelled",
                        1_000,
                        1L << 30,
                        Map.of(),
                        Map.of(),
                        List.of(),
                        List.of("modelled"),
                        "s"),
                "i",
                timeline.now()));
        List<ContainerSample> samples = IntStream.range(0, cpuMillicores.length)
                .mapToObj(k -> new ContainerSample(id + "-" + k, null, cpuMillicores[k], 0, Map.of()))
                .toList();
        fleet.apply(new StatsDiff(1, id, "i", 0, timeline.now(), true, samples, List.of()));
    }

    @Test
    void anOverloadedHostIsRelievedAtTheNextRound() {
        host("v1", 400, 400);
        host("v2", 100);
        SchedulingLoop loop = loop(SchedulingSettings.DEFAULT.withGuards(GuardSettings.OFF));
        loop.start();
        timeline.advance(Duration.ofSeconds(59));
        assertThat(loop.decisions()).isEmpty();
        assertThat(executor.list()).isEmpty();
        timeline.advance(Duration.ofSeconds(1));

        DecisionView decision = loop.decisions().get(0);
        assertThat(decision.trigger()).isEqualTo("interval");
        assertThat(decision.plan().migrations()).hasSize(1);
        assertThat(decision.plan().migrations().get(0).to()).isEqualTo("v2");
        assertThat(decision.plan().overTarget()).isEmpty();
        assertThat(decision.migrations()).hasSize(1);
        assertThat(executor.list().get(0).id()).isEqualTo(decision.migrations().get(0));
        assertThat(executor.list().get(0).reason())
                .isEqualTo(decision.plan().migrations().get(0).reason())
                .isNotBlank();
        assertThat(executor.list().get(0).engine())
                .as("the engine that the hosts have")
                .isEqualTo("modelled");
    }

    @Test
    void aRoundWaitsForTheMovesOfThePlanBefore() {
        host("v1", 300, 300, 300);
        host("v2", 0);
        host("v3", 0);
        SchedulingLoop loop = loop(SchedulingSettings.DEFAULT
                .withGuards(GuardSettings.OFF)
                .withTarget(org.livemigrate.scheduler.model.Fraction.percent(31)));
        assertThat(loop.runRound("request").migrations()).hasSize(2);
        DecisionView second = loop.runRound("request");
        assertThat(second.plan()).isNull();
        assertThat(second.note()).contains("1 moves of an earlier plan");
        assertThat(executor.list()).hasSize(2);
        assertThat(loop.decisions()).hasSize(2);
    }

    @Test
    void aSingleHighSampleMovesNothing() {
        host("v1", 400, 400);
        host("v2", 100);
        SchedulingLoop loop = loop(SchedulingSettings.DEFAULT);
        DecisionView early = loop.runRound("request");
        assertThat(early.plan().migrations()).isEmpty();
        assertThat(early.plan().overTarget()).containsExactly("v1");
        assertThat(early.plan().rejections())
                .anyMatch(rejection -> rejection.code().equals("breach-not-sustained"));
        loop.start();
        timeline.advance(Duration.ofMinutes(1));
        assertThat(loop.decisions().get(1).migrations()).hasSize(1);
    }

    @Test
    void anExpiredHostTakesNoPart() {
        host("v1", 400, 400);
        host("v2", 100);
        timeline.advance(Duration.ofMinutes(1));
        host("v1", 400, 400);
        timeline.advance(Duration.ofSeconds(61));
        DecisionView decision =
                loop(SchedulingSettings.DEFAULT.withGuards(GuardSettings.OFF)).runRound("request");
        assertThat(decision.plan().loadBefore()).containsOnlyKeys("v1");
        assertThat(decision.migrations()).isEmpty();
        assertThat(decision.plan().overTarget()).containsExactly("v1");
    }

    @Test
    void aDryRunOrdersNothing() {
        host("v1", 400, 400);
        host("v2", 100);
        assertThat(loop(SchedulingSettings.DEFAULT.withGuards(GuardSettings.OFF))
                        .dryRun()
                        .migrations())
                .hasSize(1);
        assertThat(executor.list()).isEmpty();
    }
}
