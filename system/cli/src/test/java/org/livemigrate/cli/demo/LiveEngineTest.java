package org.livemigrate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
        network = new RestAgents(agents::uri, agents.token(), Duration.ofMinutes(5), MigrationLimits.DEFAULT.answer());
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
    void aContainerAndItsFilesTravelThereAndBackWithoutANewLife() throws Exception {
        ContainerFacts container = create(
                "--",
                "sh",
                "-c",
                "echo before >/kept; rm /bin/nc; mkdir /dir; echo shared >/dev/shm/segment;"
                        + " exec stress --vm 1 --vm-bytes 64M --vm-hang 1 --vm-keep");
        String from = SOURCE;
        String to = TARGET;
        for (int move = 0; move < 2; move++) {
            agents.on(from, "podman", "exec", container.id(), "sh", "-c", "echo " + move + " >>/dir/moves");
            MigrationView view = move(container, from, to);
            assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.COMMITTED);
            assertThat(view.phasesMs()).containsKey("arm");
            assertOneLife(to, container);
            assertThat(copies(from, container)).isZero();
            String there = from;
            from = to;
            to = there;
        }
        assertThat(agents.on(
                        from,
                        "podman",
                        "exec",
                        container.id(),
                        "sh",
                        "-c",
                        "cat /kept /dir/moves /dev/shm/segment; [ -e /bin/nc ] || echo no nc; echo $FLAVOUR"))
                .isEqualTo("before\n0\n1\nshared\nno nc\nplain\n");
    }

    @Test
    void whenTheServerOfPagesIsKilledTheSourceGoesOnAndTheLossIsTold() throws Exception {
        ContainerFacts container =
                create("--", "stress", "--vm", "1", "--vm-bytes", "256M", "--vm-hang", "1", "--vm-keep");
        // killed as soon as the container runs, on memory that it has not got
        String ambush = """
                server=
                until [ "$server" ]; do
                    for pid in $(pgrep -x criu); do
                        if grep -q lazy-pages "/proc/$pid/cmdline"; then server=$pid; fi
                    done
                done
                until [ -e "%s/agent-%s/live/work/%s/running" ]; do :; done
                kill -KILL "$server"
                """.formatted(agents.directory(), TARGET, container.id());
        CompletableFuture<String> ambushed = CompletableFuture.supplyAsync(() -> {
            try {
                return agents.on(TARGET, "timeout", "120", "bash", "-c", ambush);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        MigrationView view = move(container, SOURCE, TARGET);
        ambushed.get(120, TimeUnit.SECONDS);
        assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.ROLLED_BACK);
        assertThat(view.problem().detail())
                .contains("criu lazy-pages ended with status 137")
                .contains("ms is lost");
        assertThat(copies(TARGET, container)).isZero();
        assertOneLife(SOURCE, container);
        // and nothing is left that would hinder the next move
        MigrationView again = move(container, SOURCE, TARGET);
        assertThat(again.outcome()).as(again.toString()).isEqualTo(MigrationOutcome.COMMITTED);
        assertOneLife(TARGET, container);
    }

    @Test
    void aDumpThatFailsIsThawedWhereItWas() throws Exception {
        String name = name("stuck");
        // CRIU cannot dump an open device; its attempt interrupts system calls, which would end a sleep
        String id = agents.on(
                        SOURCE,
                        "podman",
                        "run",
                        "--detach",
                        "--name",
                        name,
                        "--cpu-period",
                        "10000",
                        "--cpu-quota",
                        "1000",
                        "--cgroup-parent",
                        "/containers",
                        "--network",
                        "none",
                        "--device",
                        "/dev/fuse",
                        "localhost/stress:latest",
                        "--",
                        "sh",
                        "-c",
                        "exec 3<>/dev/fuse; exec stress --cpu 1")
                .strip();
        ContainerFacts container = agents.client(SOURCE).get("/v1/containers/" + id, ContainerFacts.class);
        awaitTicks(SOURCE, container, 20);
        MigrationView view = move(container, SOURCE, TARGET);
        assertThat(view.outcome()).as(view.toString()).isEqualTo(MigrationOutcome.ROLLED_BACK);
        assertThat(view.phasesMs()).doesNotContainKey("restore");
        assertThat(view.problem().detail()).contains("runc checkpoint");
        assertThat(copies(TARGET, container)).as("what was armed is gone").isZero();
        assertOneLife(SOURCE, container);
    }

    private long copies(String node, ContainerFacts container) throws Exception {
        return agents.on(node, "podman", "ps", "--all", "--no-trunc", "--format", "{{.ID}}")
                .lines()
                .filter(container.id()::equals)
                .count();
    }

    /** Counting on, the same process, no number lost or repeated. */
    private void assertOneLife(String node, ContainerFacts container) throws Exception {
        awaitTicks(node, container, agents.ticks(node, container).lastCount() + 20);
        Ticking ticks = agents.ticks(node, container);
        assertThat(ticks.restarted()).as("restarted").isFalse();
        assertThat(ticks.lost()).as("ticks lost").isZero();
        assertThat(ticks.repeated()).as("ticks repeated").isZero();
    }

    private ContainerFacts create(String... command) {
        CreateContainer wanted = new CreateContainer(
                name("live"),
                "localhost/stress:latest",
                List.of(command),
                300L,
                0L,
                Map.of("FLAVOUR", "plain"),
                null,
                "bridge",
                null);
        Operation started = agents.client(SOURCE).post("/v1/containers", wanted, Operation.class);
        ContainerFacts container = agents.client(SOURCE).result(started, Duration.ofSeconds(60), ContainerFacts.class);
        awaitTicks(SOURCE, container, 50);
        return container;
    }

    private String name(String prefix) {
        String name = prefix + "-" + UUID.randomUUID().toString().substring(0, 8);
        made.add(name);
        return name;
    }

    private MigrationView move(ContainerFacts container, String from, String to) throws InterruptedException {
        List<String> ids = executor.submit(
                List.of(new MoveOrder(container.id(), container.name(), from, to, LIVE, "a test moves it", null)));
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
