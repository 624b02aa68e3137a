package org.livemigrate.cli.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.checkpoint.ModelledCosts;
import org.livemigrate.cli.ModelledFleet;
import org.livemigrate.controller.schedule.SchedulingSettings;
import org.livemigrate.protocol.broker.AmqpUri;
import org.livemigrate.protocol.host.ControllerStatus;
import org.livemigrate.protocol.host.Heartbeat;
import org.livemigrate.protocol.host.HeartbeatAnswer;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.JsonMessages;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.protocol.stats.StatsQueue;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads good and spoilt JSON as every record of the protocol, and sends poison through the queue of a fleet. */
class MessageFuzzTest {

    private static final int MESSAGES = Integer.getInteger("livemigrate.requests", 3_000);
    private static final long SEED = Long.getLong("livemigrate.fuzz.seed", 1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Names of classes say nothing to who wrote the JSON. */
    private static final Pattern INNARDS =
            Pattern.compile("\\bjava\\.[a-z]+\\.|org\\.livemigrate|tools\\.jackson|Exception|JsonToken|Feature");

    @Test
    void everyRecordIsReadOrRefusedInTheTermsOfItsJson() throws IOException {
        List<Class<?>> records = Schema.records();
        assertThat(records).hasSizeGreaterThan(20).contains(StatsDiff.class, Heartbeat.class);
        List<String> failures = new ArrayList<>();
        List<Class<?>> neverValid = new ArrayList<>(records);
        for (int number = 0; number < MESSAGES; number++) {
            Class<?> type = records.get(number % records.size());
            Random random = new Random(SEED * 1_000_003 + number);
            Schema schema = new Schema(random, Schema.words());
            Spoiler spoiler = new Spoiler(random);
            JsonNode good = schema.valid(type);
            byte[] bytes = switch (random.nextInt(3)) {
                case 0 -> Json.mapper().writeValueAsBytes(good);
                case 1 -> spoiler.tree(good);
                default -> spoiler.bytes(Json.mapper().writeValueAsBytes(good));
            };
            FuzzTally.add("records read", 1);
            try {
                Object read = Json.mapper().readValue(bytes, type);
                if (read != null) {
                    neverValid.remove(type);
                    // what was read can be written and read again
                    Object again = Json.mapper().readValue(Json.mapper().writeValueAsBytes(read), type);
                    assertThat(again)
                            .as("message %d, %s", number, type.getSimpleName())
                            .isEqualTo(read);
                }
            } catch (JacksonException e) {
                String said = JsonMessages.describe(e);
                if (INNARDS.matcher(said).find()) {
                    failures.add("message " + number + ", " + type.getSimpleName() + ": " + said);
                }
            } catch (ProblemException e) {
                // refused by the record's own check
            } catch (RuntimeException e) {
                failures.add("message " + number + ", " + type.getSimpleName() + ": " + e);
            }
        }
        FuzzTally.add("record types", records.size());
        FuzzTally.write(failures.size());
        assertThat(failures).as("seed %d", SEED).isEmpty();
        assertThat(neverValid).as("records of which no valid JSON was found").isEmpty();
    }

    @Test
    void poisonGoesToTheDeadQueueAndTheFleetGoesOn(@TempDir Path folder) throws Exception {
        try (ModelledFleet fleet = new ModelledFleet(
                folder, SchedulingSettings.DEFAULT.withInterval(Duration.ofHours(1)), ModelledCosts.DEFAULT)) {
            awaitReady(fleet);
            HeartbeatAnswer answer = fleet.client()
                    .post(
                            "/v1/heartbeats",
                            new Heartbeat(fleet.agents().get(0).facts(), "fuzz", Instant.now()),
                            HeartbeatAnswer.class);
            AmqpUri uri = AmqpUri.parse("broker", answer.brokerUri());
            ConnectionFactory factory = new ConnectionFactory();
            factory.setUri(uri.uri());
            int messages = Math.min(MESSAGES, 100_000);
            try (Connection connection = factory.newConnection();
                    Channel channel = connection.createChannel()) {
                channel.confirmSelect();
                for (int number = 0; number < messages; number++) {
                    byte[] body = message(new Random(SEED * 1_000_003 + number));
                    channel.basicPublish(
                            StatsQueue.EXCHANGE,
                            StatsQueue.QUEUE,
                            new AMQP.BasicProperties.Builder()
                                    .messageId("fuzz-" + number)
                                    .build(),
                            body);
                }
                channel.waitForConfirmsOrDie(PATIENCE.toMillis());
            }
            FuzzTally.add("messages", messages);
            await().atMost(PATIENCE).untilAsserted(() -> {
                ControllerStatus.BrokerStatus broker =
                        fleet.client().get("/v1/status", ControllerStatus.class).broker();
                assertThat(broker.received()).isGreaterThanOrEqualTo(messages);
                assertThat(broker.applied() + broker.dead()).isEqualTo(broker.received());
                assertThat(broker.dead()).isGreaterThan(messages / 4L);
                assertThat(broker.problem()).isNull();
            });
            // hosts that were lied about tell the truth again, by themselves
            awaitReady(fleet);
            String id = fleet.create("afterwards", "v1", 10).id();
            await().atMost(PATIENCE)
                    .until(() -> fleet.containers().stream()
                            .anyMatch(container -> container.id().equals(id)));
            assertThat(fleet.client().post("/v1/plan", null, JsonNode.class).has("policy"))
                    .isTrue();
        }
        FuzzTally.write(0);
    }

    private static byte[] message(Random random) {
        Schema schema = new Schema(random, List.of("v1", "v2", "v3"));
        Spoiler spoiler = new Spoiler(random);
        int kind = random.nextInt(10);
        if (kind == 0) {
            List<Class<?>> others = Schema.records();
            return Json.mapper().writeValueAsBytes(schema.valid(others.get(random.nextInt(others.size()))));
        }
        JsonNode good = schema.valid(StatsDiff.class);
        if (kind < 4) {
            return Json.mapper().writeValueAsBytes(good);
        }
        return kind < 8 ? spoiler.tree(good) : spoiler.bytes(Json.mapper().writeValueAsBytes(good));
    }

    private static void awaitReady(ModelledFleet fleet) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(fleet.nodes().stream()
                                .filter(node -> List.of("v1", "v2", "v3")
                                        .contains(node.facts().id()))
                                .map(node -> node.state())
                                .toList())
                        .containsExactly("ready", "ready", "ready"));
    }
}
