package org.livemigrate.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.livemigrate.controller.agents.RestAgents;
import org.livemigrate.controller.migration.AgentClient;
import org.livemigrate.controller.migration.MigrationLimits;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.migration.ClaimView;
import org.livemigrate.protocol.migration.ImageManifest;
import org.livemigrate.protocol.migration.MigrationOptions;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationStep;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.protocol.migration.StepRequest;
import org.livemigrate.protocol.migration.StepResult;

/**
 * The migration protocol on real containers: two agents on nodes of the native lab, the real executor, and a network
 * between them on which a test may tamper. Runs inside the lab's network (see {@code .ci/run}).
 */
@Tag("real")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealMigrationTest {

    private static final String SOURCE = "node1";
    private static final String TARGET = "node2";
    private static final String IMAGES = "/var/lib/live-migrate/store/images";

    private RealAgents agents;
    private Network network;
    private Moves moves;

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
    void openNetwork() {
        network = new Network(
                new RestAgents(agents::uri, agents.token(), Duration.ofMinutes(5), MigrationLimits.DEFAULT.answer()));
        moves = new Moves(network, MigrationOptions.DEFAULT);
    }

    @AfterEach
    void removeContainers() throws Exception {
        moves.close();
        network.close();
        agents.removeContainers();
    }

    @Test
    void aContainerLivesOnWhereItWasMovedTo() throws Exception {
        ContainerFacts container = create("moved", "--memory", "32M", "--", "stress", "--cpu", "1");
        MigrationView there = moves.move(container, SOURCE, TARGET);
        assertThat(there.outcome()).as(there.toString()).isEqualTo(MigrationOutcome.COMMITTED);
        assertThat(there.phasesMs().keySet()).contains("prepare", "precopy", "freeze", "restore", "verify", "commit");
        assertThat(there.bytes()).isGreaterThan(32 << 20);
        agents.awaitCopies(SOURCE, container, 0);
        // and back, which needs the source to have been cleaned to the last trace
        MigrationView back = moves.move(container, TARGET, SOURCE);
        assertThat(back.outcome()).as(back.toString()).isEqualTo(MigrationOutcome.COMMITTED);
        agents.awaitCopies(TARGET, container, 0);
        agents.assertOneLife(SOURCE, container);
        assertNothingLeftInTheStore(there, back);
    }

    @Test
    void aFailedFreezeLeavesTheContainerRunningWhereItWas() throws Exception {
        // CRIU cannot dump an open device
        ContainerFacts container = agents.create(
                SOURCE,
                RealAgents.name("stuck"),
                "none",
                List.of("--device", "/dev/fuse"),
                "sh",
                "-c",
                "exec 3<>/dev/fuse; exec stress --cpu 1");
        MigrationView migration = moves.move(container, SOURCE, TARGET);
        assertThat(migration.outcome()).as(migration.toString()).isEqualTo(MigrationOutcome.ROLLED_BACK);
        assertThat(migration.phasesMs())
                .as("a failed checkpoint is never followed by a restore")
                .doesNotContainKey("restore");
        assertThat(migration.problem().detail()).contains("checkpoint");
        agents.awaitCopies(TARGET, container, 0);
        agents.assertOneLife(SOURCE, container);
        assertNothingLeftInTheStore(migration);
    }

    @Test
    void aFullStoreCostsAMigrationAndNothingElse() throws Exception {
        ContainerFacts container = create("no-room", "--memory", "32M", "--", "stress", "--cpu", "1");
        MigrationView migration = moveWhile(container, "tmpfs", "--options", "size=1m", "tmpfs", IMAGES);
        assertThat(migration.problem().detail()).containsIgnoringCase("space");
    }

    @Test
    void aReadOnlyStoreCostsAMigrationAndNothingElse() throws Exception {
        ContainerFacts container = create("no-pen", "--", "stress", "--cpu", "1");
        MigrationView migration = moveWhile(container, "tmpfs", "--options", "ro", "tmpfs", IMAGES);
        assertThat(migration.problem().detail()).containsIgnoringCase("read-only");
    }

    /** A move while this is mounted on the source over what it writes to: the container runs on, and nothing is left. */
    private MigrationView moveWhile(ContainerFacts container, String type, String... mount) throws Exception {
        agents.on(SOURCE, "mkdir", "--parents", "--mode", "700", IMAGES);
        List<String> command = new ArrayList<>(List.of("mount", "--types", type));
        command.addAll(List.of(mount));
        agents.on(SOURCE, command.toArray(String[]::new));
        MigrationView migration;
        try {
            migration = moves.move(container, SOURCE, TARGET);
        } finally {
            agents.on(SOURCE, "umount", IMAGES);
        }
        assertThat(migration.outcome()).as(migration.toString()).isEqualTo(MigrationOutcome.ROLLED_BACK);
        assertThat(migration.phasesMs())
                .as("a failed checkpoint is never followed by a restore")
                .doesNotContainKey("restore");
        agents.awaitCopies(TARGET, container, 0);
        agents.assertOneLife(SOURCE, container);
        assertNothingLeftInTheStore(migration);
        return migration;
    }

    @Test
    void aTruncatedImageIsFoundBeforeTheClaimAndTheSourceResumes() throws Exception {
        ContainerFacts container = create("truncated", "--", "stress", "--cpu", "1");
        network.afterFreeze = (migration, frozen) -> {
            agents.on(SOURCE, "truncate", "--size", "10000", archive(migration, frozen));
            return frozen;
        };
        MigrationView migration = moves.move(container, SOURCE, TARGET);
        assertThat(migration.outcome()).as(migration.toString()).isEqualTo(MigrationOutcome.ROLLED_BACK);
        assertThat(migration.problem().detail()).contains("10000");
        agents.awaitCopies(TARGET, container, 0);
        agents.assertOneLife(SOURCE, container);
        assertNothingLeftInTheStore(migration);
    }

    @Test
    void aFailedRestoreGivesTheContainerBackToTheSource() throws Exception {
        ContainerFacts container = create("garbled", "--", "stress", "--cpu", "1");
        network.afterFreeze = (migration, frozen) -> {
            // whole by its checksum, so that the target wins the claim, and no archive at all
            byte[] garbage = new byte[200_000];
            new Random(1).nextBytes(garbage);
            agents.feed(SOURCE, garbage, "tee", archive(migration, frozen));
            CRC32C crc = new CRC32C();
            crc.update(garbage);
            ImageManifest garbled = new ImageManifest(List.of(new ImageManifest.ImageFile(
                    frozen.images().files().get(0).name(), garbage.length, crc.getValue())));
            return new StepResult(
                    frozen.elapsedMs(), frozen.bytes(), garbled, frozen.rounds(), frozen.container(), frozen.note());
        };
        MigrationView migration = moves.move(container, SOURCE, TARGET);
        assertThat(migration.outcome()).as(migration.toString()).isEqualTo(MigrationOutcome.ROLLED_BACK);
        assertThat(migration.problem().detail()).contains("restore");
        assertThat(migration.epoch())
                .as("the target had won the claim and gave it up")
                .isGreaterThan(1);
        agents.awaitCopies(TARGET, container, 0);
        agents.assertOneLife(SOURCE, container);
        assertNothingLeftInTheStore(migration);
    }

    /** The agents, and what a test does to the source's answer before the target hears of it. */
    private static final class Network implements AgentClient, AutoCloseable {

        private interface Tamper {
            StepResult change(String migration, StepResult frozen) throws IOException, InterruptedException;
        }

        private final RestAgents agents;
        private volatile Tamper afterFreeze = (migration, frozen) -> frozen;

        Network(RestAgents agents) {
            this.agents = agents;
        }

        @Override
        public CompletableFuture<ContainerFacts> container(String host, String container) {
            return agents.container(host, container);
        }

        @Override
        public CompletableFuture<StepResult> step(
                String host, String migration, MigrationStep step, StepRequest request) {
            CompletableFuture<StepResult> answer = agents.step(host, migration, step, request);
            return step != MigrationStep.FREEZE
                    ? answer
                    : answer.thenApply(frozen -> {
                        try {
                            return afterFreeze.change(migration, frozen);
                        } catch (IOException | InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    });
        }

        @Override
        public CompletableFuture<Long> newestEpoch(String host, String container) {
            return agents.newestEpoch(host, container);
        }

        @Override
        public CompletableFuture<ClaimView> claim(String host, String container, long epoch) {
            return agents.claim(host, container, epoch);
        }

        @Override
        public void close() {
            agents.close();
        }
    }

    private ContainerFacts create(String prefix, String... command) {
        return agents.create(
                SOURCE,
                new CreateContainer(
                        RealAgents.name(prefix),
                        "localhost/stress:latest",
                        List.of(command),
                        100L,
                        0L,
                        null,
                        null,
                        "none",
                        null));
    }

    /** Clean-up may still be under way when the outcome is known. */
    private void assertNothingLeftInTheStore(MigrationView... migrations) {
        for (MigrationView migration : migrations) {
            await("the images of " + migration.id() + " to be removed")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> agents.on(SOURCE, "ls", RealLab.STORE + "/images")
                            .lines()
                            .noneMatch(migration.id()::equals));
        }
    }

    private static String archive(String migration, StepResult frozen) {
        return RealLab.STORE + "/images/" + migration + "/"
                + frozen.images().files().get(0).name();
    }
}
