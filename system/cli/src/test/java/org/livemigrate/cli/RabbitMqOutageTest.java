package org.livemigrate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.checkpoint.ModelledCosts;
import org.livemigrate.controller.ControllerConfig;
import org.livemigrate.controller.schedule.SchedulingSettings;
import org.livemigrate.protocol.container.ContainerView;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.host.ControllerStatus;

/**
 * A RabbitMQ that is away or takes nothing: agents go on sampling, nothing piles up in them, and afterwards the
 * controller's picture is the truth again. The broker is one that {@code benchmarks/lab/rabbitmq start} has made, which this test
 * stops, kills and fills up.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RabbitMqOutageTest {

    private static final String VARIABLE = "LIVE_MIGRATE_TEST_AMQP_URI";
    private static final Pattern UNCONFIRMED =
            Pattern.compile("^livemigrate_agent_stats_total\\{result=\"unconfirmed\"\\} ([0-9.]+)$", Pattern.MULTILINE);
    private static final List<String> HOSTS = List.of("v1", "v2", "v3");

    /** Of messages that an agent may send when it is heard again: a few whole states, but not one for each sample. */
    private static final int CATCHING_UP = 10;

    private ModelledFleet fleet;
    private int number;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        String uri = System.getenv(VARIABLE);
        if (uri == null || uri.isBlank()) {
            String message =
                    "no RabbitMQ to stop and kill: set " + VARIABLE + " to the URI of benchmarks/lab/rabbitmq start";
            if ("1".equals(System.getenv("LIVE_MIGRATE_REQUIRE_REAL"))) {
                fail(message);
            }
            abort(message);
        }
        fleet = new ModelledFleet(
                directory,
                SchedulingSettings.DEFAULT.withPolicy("none"),
                new ModelledCosts(20, 20, 1L << 40, 1L << 40),
                new ControllerConfig.Broker(uri, "127.0.0.1", 0));
    }

    @AfterAll
    void end() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @BeforeEach
    void pictureIsTruth() {
        changeTheTruth();
        awaitTruth();
    }

    @Test
    void stoppedForAMinute() throws Exception {
        long begun = System.nanoTime();
        rabbitmq("halt");
        awaitSamplesThatAreNotConfirmed();
        patiently("a minute without a broker")
                .until(() -> System.nanoTime() - begun >= Duration.ofMinutes(1).toNanos());
        awaitSamplesThatAreNotConfirmed();
        long before = status().broker().received();
        rabbitmq("again");
        awaitTruth();
        assertThat(status().broker().received() - before)
                .as("messages after an outage of a minute, with 300 samples missed on each host")
                .isLessThan((long) HOSTS.size() * CATCHING_UP);
    }

    @Test
    void killed() throws Exception {
        rabbitmq("kill");
        awaitSamplesThatAreNotConfirmed();
        rabbitmq("again");
        awaitTruth();
    }

    /** While the controller is away nobody empties the queue, and this policy has RabbitMQ refuse what does not fit. */
    @Test
    void fullWhileTheControllerIsAway() throws Exception {
        rabbitmq(
                "ctl",
                "set_policy",
                "full",
                "^livemigrate\\.stats$",
                "{\"max-length\":2,\"overflow\":\"reject-publish\"}",
                "--apply-to",
                "queues");
        try {
            fleet.restartController(this::awaitSamplesThatAreNotConfirmed);
            awaitTruth();
        } finally {
            rabbitmq("ctl", "clear_policy", "full");
        }
    }

    @Test
    void blockedByItsMemoryAlarm() throws Exception {
        rabbitmq("ctl", "set_vm_memory_high_watermark", "absolute", "1MB");
        try {
            awaitSamplesThatAreNotConfirmed();
        } finally {
            rabbitmq("ctl", "set_vm_memory_high_watermark", "0.6");
        }
        awaitTruth();
    }

    /** On each host another container in the place of the one there. */
    private void changeTheTruth() {
        for (String host : HOSTS) {
            fleet.runtime(host).list(false).forEach(old -> fleet.runtime(host).remove(old.id()));
            number++;
            fleet.runtime(host)
                    .run(new CreateContainer(
                            "outage-" + number,
                            "localhost/stress:latest",
                            null,
                            100L,
                            1L << 20,
                            null,
                            null,
                            null,
                            null));
        }
    }

    private void awaitTruth() {
        patiently("the controller's picture to be the truth").untilAsserted(() -> {
            Map<String, String> picture = new TreeMap<>();
            for (ContainerView container : fleet.containers()) {
                picture.put(container.name(), container.host());
            }
            Map<String, String> truth = new TreeMap<>();
            HOSTS.forEach(
                    host -> fleet.runtime(host).list(false).forEach(container -> truth.put(container.name(), host)));
            assertThat(picture).isEqualTo(truth);
            assertThat(fleet.nodes()).allMatch(node -> node.state().equals("ready"));
        });
    }

    /** The truth goes on changing, every agent goes on telling it, and none is confirmed. */
    private void awaitSamplesThatAreNotConfirmed() {
        Map<String, Double> before = new TreeMap<>();
        HOSTS.forEach(host -> before.put(host, unconfirmed(host)));
        patiently("agents to go on sampling")
                .pollInterval(Duration.ofSeconds(2)) // a container is told from its second sample on
                .untilAsserted(() -> {
                    changeTheTruth();
                    HOSTS.forEach(host -> assertThat(unconfirmed(host))
                            .as("samples of %s that were not confirmed", host)
                            .isGreaterThanOrEqualTo(before.get(host) + 5));
                });
    }

    private double unconfirmed(String host) {
        Matcher matcher;
        try {
            matcher = UNCONFIRMED.matcher(fleet.metrics(host));
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assertThat(matcher.find()).isTrue();
        return Double.parseDouble(matcher.group(1));
    }

    private ControllerStatus status() {
        return fleet.client().get("/v1/status", ControllerStatus.class);
    }

    private static ConditionFactory patiently(String what) {
        return await(what).atMost(Duration.ofSeconds(150)).ignoreExceptions();
    }

    private static void rabbitmq(String... arguments) throws IOException, InterruptedException {
        Path home = Path.of("").toAbsolutePath();
        while (!Files.exists(home.resolve("benchmarks/lab/rabbitmq"))) {
            home = home.getParent();
        }
        List<String> line =
                new ArrayList<>(List.of(home.resolve("benchmarks/lab/rabbitmq").toString()));
        line.addAll(List.of(arguments));
        Path output = Files.createTempFile("rabbitmq", null);
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertThat(process.waitFor())
                .as(line + ": " + Files.readString(output, StandardCharsets.UTF_8))
                .isZero();
        Files.delete(output);
    }
}
