package org.livemigrate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.livemigrate.controller.agents.RestAgents;
import org.livemigrate.controller.migration.MigrationBudget;
import org.livemigrate.controller.migration.MigrationExecutor;
import org.livemigrate.controller.migration.MigrationJournal;
import org.livemigrate.controller.migration.MigrationLimits;
import org.livemigrate.controller.migration.MigrationListener;
import org.livemigrate.controller.migration.MoveOrder;
import org.livemigrate.controller.time.SystemTimeline;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.operation.Operation;
import org.livemigrate.protocol.ticks.Ticking;

/** The live engine on real containers, in the native lab. */
@Tag("real")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveEngineTest {

    private static final String SOURCE = "node1";
    private static final String TARGET = "node2";
    private static final MigrationOptions LIVE = MigrationOptions.DEFAULT.withEngine("live");

    private final List<String> made = new ArrayList<>();
    private RealAgents agents;
    private RestAgents network;
    private SystemTimeline timeline;
    private MigrationJournal journal;
    private MigrationExecutor executor;

    @BeforeAll
    void startAgents() throws Exception {
        agents = RealAgents.start();
    }

    @AfterAll
    void endAgents() {
        if (agents != null) {
            agents.close();
        }
    }

    @BeforeEach
    void startExecutor() {
        timeline = new SystemTimeline();
        network = new RestAgents(agents::uri, agents.token(), Duration.ofMinutes(5));
        journal = MigrationJournal.inMemory();
        executor = new MigrationExecutor(
                journal, network, timeline, MigrationLimits.DEFAULT, MigrationBudget.DEFAULT, MigrationListener.NONE);
        executor.start();
    }

    @AfterEach
    void removeContainers() throws Exception {
        executor.close(Duration.ofSeconds(5));
        network.close();
        journal.close();
        timeline.close();
        for (String name : made) {
            for (String node : List.of(SOURCE, TARGET)) {
                agents.on(node, "podman", "rm", "--force", "--time", "0", "--ignore", name);
            }
        }
        made.clear();
    }

    @Test
    void thereAndBack() throws Exception {
        ContainerFacts container =
                create("bridge", "--", "stress", "--vm", "1", "--vm-bytes", "256M", "--vm-hang", "1", "--vm-keep");
        String from = SOURCE;
        String to = TARGET;
        for (int i = 0; i < Integer.getInteger("moves", 4); i++) {
            MigrationOptions options = i % 4 >= 2 && Boolean.getBoolean("compare") ? MigrationOptions.DEFAULT : LIVE;
            MigrationView view = move(container, from, to, options);
            assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.COMMITTED);
            awaitTicks(to, container, agents.ticks(to, container).lastCount() + 100);
            Ticking ticks = agents.ticks(to, container);
            System.out.println(options.engine() + " " + view.phasesMs() + " api " + view.downtimeApiMs() + " felt "
                    + ticks.longestGapMs(
                            Ticking.epochNs(view.startedAt()), Ticking.epochNs(view.finishedAt()) + 500_000_000)
                    + " p99 " + ticks.p99GapMsBefore(Ticking.epochNs(view.startedAt())));
            assertThat(ticks.restarted()).isFalse();
            assertThat(ticks.lost()).isZero();
            assertThat(ticks.repeated()).isZero();
            String there = from;
            from = to;
            to = there;
        }
    }

    private ContainerFacts create(String network, String... command) {
        CreateContainer wanted = new CreateContainer(
                name("live"), "localhost/stress:latest", List.of(command), 800L, 0L, null, null, network, null);
        Operation started = agents.client(SOURCE).post("/v1/containers", wanted, Operation.class);
        ContainerFacts container = agents.client(SOURCE).result(started, Duration.ofSeconds(60), ContainerFacts.class);
        awaitTicks(SOURCE, container, 200);
        return container;
    }

    private String name(String prefix) {
        String name = prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
        made.add(name);
        return name;
    }

    private MigrationView move(ContainerFacts container, String from, String to, MigrationOptions options)
            throws InterruptedException {
        List<String> ids = executor.submit(
                List.of(new MoveOrder(container.id(), container.name(), from, to, options, "a test moves it", null)));
        MigrationView migration =
                executor.await(ids.get(0), Duration.ofMinutes(3).toMillis());
        assertThat(migration.outcome()).as("ended: " + migration).isNotNull();
        return migration;
    }

    private void awaitTicks(String node, ContainerFacts container, long count) {
        await(container.name() + " to count to " + count)
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> agents.ticks(node, container).lastCount() >= count);
    }
}
