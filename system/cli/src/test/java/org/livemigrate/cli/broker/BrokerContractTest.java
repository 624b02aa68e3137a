package org.livemigrate.cli.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import com.rabbitmq.client.GetResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.livemigrate.agent.stats.StatsPublisher;
import org.livemigrate.controller.stats.StatsConsumer;
import org.livemigrate.controller.stats.StatsHandler;
import org.livemigrate.protocol.broker.AmqpUri;
import org.livemigrate.protocol.broker.BrokerLink;
import org.livemigrate.protocol.broker.StatsTopology;
import org.livemigrate.protocol.stats.ContainerSample;
import org.livemigrate.protocol.stats.DiffThreshold;
import org.livemigrate.protocol.stats.StatsCodec;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.protocol.stats.StatsDiffer;
import org.livemigrate.protocol.stats.StatsQueue;

/**
 * What the system needs of any broker, held by the embedded one and by RabbitMQ alike. Each test begins with the
 * queues deleted, so the broker must be one for tests.
 */
abstract class BrokerContractTest {

    static final BrokerLink.Timing QUICK = new BrokerLink.Timing(
            Duration.ofSeconds(5), Duration.ofSeconds(5), List.of(Duration.ofMillis(50)), Duration.ofSeconds(20));
    static final StatsConsumer.Settings SETTINGS =
            new StatsConsumer.Settings(64, 3, Duration.ofMillis(10), Duration.ofSeconds(5), QUICK);
    private static final Duration CONFIRM = Duration.ofSeconds(5);

    private final List<AutoCloseable> opened = new ArrayList<>();
    private Channel raw;

    /** The broker under test. */
    abstract AmqpUri broker();

    @BeforeEach
    void beginWithoutQueues() throws Exception {
        raw = open(connect()).createChannel();
        StatsTopology.declare(raw); // deleting a queue that is not there is an error on the embedded broker
        raw.queueDelete(StatsQueue.QUEUE);
        raw.queueDelete(StatsQueue.DEAD_QUEUE);
        StatsTopology.declare(raw);
    }

    @AfterEach
    void closeWhatWasOpened() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void everyMessageIsConfirmedAndComesInOrder() {
        List<StatsDiff> got = new CopyOnWriteArrayList<>();
        StatsConsumer consumer = consumer(broker(), got::add);
        StatsPublisher publisher = publisher(broker());
        List<StatsDiff> sent = send(publisher, 0, 300);
        await().untilAsserted(() -> assertThat(got).isEqualTo(sent));
        await().untilAsserted(() -> assertThat(consumer.applied()).isEqualTo(300));
        assertThat(consumer.dead()).isZero();
        assertThat(publisher.confirmed()).isEqualTo(300);
        assertThat(publisher.failed()).isZero();
        assertThat(consumer.status().connected()).isTrue();
        assertThat(consumer.status().consumingSince()).isPresent();
        assertThat(consumer.status().problem()).isEmpty();
    }

    @Test
    void aMessageSaysWhatItIs() throws Exception {
        send(publisher(broker()), 7, 1);
        GetResponse got = raw.basicGet(StatsQueue.QUEUE, true);
        assertThat(got.getProps().getContentType()).isEqualTo("application/json");
        assertThat(got.getProps().getDeliveryMode()).isEqualTo(2);
        assertThat(got.getProps().getMessageId()).isEqualTo("v1:inc-1:7");
        assertThat(StatsCodec.decode(got.getBody())).isEqualTo(diff(7));
    }

    @Test
    void whatIsSentWhileNobodyListensComesLater() {
        List<StatsDiff> sent = send(publisher(broker()), 0, 50);
        List<StatsDiff> got = new CopyOnWriteArrayList<>();
        consumer(broker(), got::add);
        await().untilAsserted(() -> assertThat(got).isEqualTo(sent));
    }

    @Test
    void noMoreThanThePrefetchIsUnacknowledged() throws Exception {
        send(publisher(broker()), 0, 20);
        List<Delivery> got = new CopyOnWriteArrayList<>();
        raw.basicQos(5);
        raw.basicConsume(StatsQueue.QUEUE, false, (tag, delivery) -> got.add(delivery), tag -> {});
        await().until(() -> got.size() == 5);
        await().during(Duration.ofMillis(300)).until(() -> got.size() == 5);
        raw.basicAck(got.get(1).getEnvelope().getDeliveryTag(), true);
        await().until(() -> got.size() == 7);
        await().during(Duration.ofMillis(300)).until(() -> got.size() == 7);
    }

    @Test
    void whatALostConsumerDidNotAcknowledgeComesAgainFirst() throws Exception {
        List<StatsDiff> sent = send(publisher(broker()), 0, 10);
        List<Delivery> unacknowledged = new CopyOnWriteArrayList<>();
        Connection lost = connect();
        Channel channel = lost.createChannel();
        channel.basicQos(3);
        channel.basicConsume(StatsQueue.QUEUE, false, (tag, delivery) -> unacknowledged.add(delivery), tag -> {});
        await().until(() -> unacknowledged.size() == 3);
        lost.close();

        List<Delivery> got = new CopyOnWriteArrayList<>();
        raw.basicConsume(StatsQueue.QUEUE, false, (tag, delivery) -> got.add(delivery), tag -> {});
        await().until(() -> got.size() == 10);
        for (int i = 0; i < 10; i++) {
            assertThat(StatsCodec.decode(got.get(i).getBody())).isEqualTo(sent.get(i));
            assertThat(got.get(i).getEnvelope().isRedeliver()).isEqualTo(i < 3);
        }
    }

    @Test
    void aConsumerThatIsClosedWhileItAppliesLosesNothing() {
        StatsPublisher publisher = publisher(broker());
        AtomicInteger begun = new AtomicInteger();
        List<StatsDiff> got = new CopyOnWriteArrayList<>();
        StatsDiff sent = diff(0);
        // it is closed in the pause after its first attempt, which is longer than the test
        StatsConsumer slow = open(StatsConsumer.start(
                broker(),
                diff -> {
                    begun.incrementAndGet();
                    throw new IllegalStateException("not now");
                },
                new StatsConsumer.Settings(64, 3, Duration.ofHours(1), CONFIRM, QUICK),
                InstantSource.system()));
        assertThat(sendOne(publisher, sent)).isTrue();
        await().until(() -> begun.get() == 1);
        slow.close();
        consumer(broker(), got::add);
        await().untilAsserted(() -> assertThat(got).containsExactly(sent));
        assertThat(raw)
                .satisfies(channel -> assertThat(channel.basicGet(StatsQueue.DEAD_QUEUE, true))
                        .isNull());
    }

    @Test
    void ofTwoConsumersOneIsServedAndTheOtherTakesOver() {
        List<StatsDiff> first = new CopyOnWriteArrayList<>();
        List<StatsDiff> second = new CopyOnWriteArrayList<>();
        StatsConsumer active = consumer(broker(), first::add);
        StatsConsumer standby = consumer(broker(), second::add);
        StatsPublisher publisher = publisher(broker());
        List<StatsDiff> early = send(publisher, 0, 20);
        await().untilAsserted(() -> assertThat(first).isEqualTo(early));
        await().until(() -> active.applied() == 20);
        assertThat(second).isEmpty();
        assertThat(standby.status().consumingSince()).isPresent();
        active.close();
        List<StatsDiff> late = send(publisher, 20, 20);
        await().untilAsserted(() -> assertThat(second).endsWith(late.toArray(StatsDiff[]::new)));
        assertThat(first).isEqualTo(early);
        // an acknowledgement on its way when the first one closed may be lost, never a message
        assertThat(second.size()).isBetween(20, 21);
    }

    @Test
    void exchangeQueuesAndMessagesOutliveTheConnectionThatMadeThem() throws Exception {
        raw.queueDelete(StatsQueue.QUEUE);
        raw.queueDelete(StatsQueue.DEAD_QUEUE);
        StatsPublisher publisher = publisher(broker());
        send(publisher, 0, 3);
        publisher.close();
        Channel later = open(connect()).createChannel();
        later.exchangeDeclarePassive(StatsQueue.EXCHANGE);
        later.queueDeclarePassive(StatsQueue.DEAD_QUEUE);
        assertThat(later.queueDeclarePassive(StatsQueue.QUEUE).getMessageCount())
                .isEqualTo(3);
    }

    @Test
    void aMessageWithoutARouteIsAFailureAndTheQueueComesBack() throws Exception {
        StatsPublisher publisher = publisher(broker());
        send(publisher, 0, 1);
        raw.queueDelete(StatsQueue.QUEUE);
        assertThat(publisher.send(diff(1))).isFalse();
        await().until(() -> publisher.send(diff(2)));
        assertThat(StatsCodec.decode(raw.basicGet(StatsQueue.QUEUE, true).getBody()))
                .isEqualTo(diff(2));
    }

    @Test
    void whatCannotBeUnderstoodIsKeptInTheDeadQueueAndBlocksNothing() throws Exception {
        String good = new String(StatsCodec.encode(diff(0)), UTF_8);
        Map<String, String> poison = Map.of(
                "",
                "not a statistics message",
                "{\"version\":",
                "not a statistics message",
                "null",
                "JSON null",
                "[1,2]",
                "not a statistics message",
                good.replace("\"version\":1", "\"version\":2"),
                "version 2",
                good.replace("\"cpuMillicores\":100", "\"cpuMillicores\":-1"),
                "below 0",
                good.replace("\"cpuMillicores\":100", "\"cpuMillicores\":\"many\""),
                "not a statistics message",
                good.replace("\"agent\":\"v1\"", "\"agent\":\"../v1\""),
                "is not usable",
                good.replace("\"memoryBytes\":1000", "\"memoryBytes\":9000000000000000000"),
                "above the possible",
                " ".repeat(StatsCodec.MAX_BYTES) + good,
                "at most " + StatsCodec.MAX_BYTES);
        assertThat(good).contains("\"version\":1", "\"cpuMillicores\":100", "\"agent\":\"v1\"", "\"memoryBytes\":1000");
        List<StatsDiff> got = new CopyOnWriteArrayList<>();
        StatsConsumer consumer = consumer(broker(), got::add);
        StatsPublisher publisher = publisher(broker());
        List<StatsDiff> sent = new ArrayList<>();
        long sequence = 0;
        for (String body : poison.keySet()) {
            publishRaw(body.getBytes(UTF_8));
            sent.addAll(send(publisher, sequence++, 1));
        }
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(got).isEqualTo(sent));
        // two connections publish, so the last valid message may overtake the last poisonous one
        await().untilAsserted(() -> assertThat(consumer.dead()).isEqualTo(poison.size()));
        for (int i = 0; i < poison.size(); i++) {
            GetResponse dead = raw.basicGet(StatsQueue.DEAD_QUEUE, true);
            String body = new String(dead.getBody(), UTF_8);
            assertThat(poison).containsKey(body);
            assertThat(dead.getProps()
                            .getHeaders()
                            .get(StatsQueue.REASON_HEADER)
                            .toString())
                    .contains(poison.get(body));
            assertThat(dead.getProps().getMessageId()).isEqualTo("raw");
            assertThat(dead.getProps().getDeliveryMode()).isEqualTo(2);
        }
        assertThat(raw.basicGet(StatsQueue.DEAD_QUEUE, true)).isNull();
    }

    @Test
    void aValidMessageThatTheHandlerCannotTakeIsTriedAgainAndThenDead() throws Exception {
        List<StatsDiff> got = new CopyOnWriteArrayList<>();
        AtomicInteger attempts = new AtomicInteger();
        StatsConsumer consumer = consumer(broker(), diff -> {
            if (diff.sequence() == 1 && attempts.incrementAndGet() > 0) {
                throw new IllegalStateException("always");
            }
            if (diff.sequence() == 2 && attempts.incrementAndGet() < 6) {
                throw new IllegalStateException("twice");
            }
            got.add(diff);
        });
        send(publisher(broker()), 0, 4);
        await().untilAsserted(() -> assertThat(got).containsExactly(diff(0), diff(2), diff(3)));
        assertThat(attempts).hasValue(6);
        await().until(() -> consumer.applied() == 3 && consumer.dead() == 1);
        GetResponse dead = raw.basicGet(StatsQueue.DEAD_QUEUE, true);
        assertThat(StatsCodec.decode(dead.getBody())).isEqualTo(diff(1));
        assertThat(dead.getProps().getHeaders().get(StatsQueue.REASON_HEADER).toString())
                .contains("always");
    }

    @Test
    void theDeadQueueIsMadeAgainWhenSomebodyDeletedIt() throws Exception {
        List<StatsDiff> got = new CopyOnWriteArrayList<>();
        StatsConsumer consumer = consumer(broker(), got::add);
        await().until(() -> consumer.status().connected());
        raw.queueDelete(StatsQueue.DEAD_QUEUE);
        publishRaw("poison".getBytes(UTF_8));
        List<StatsDiff> sent = send(publisher(broker()), 0, 1);
        await().untilAsserted(() -> assertThat(got).isEqualTo(sent));
        await().until(() -> consumer.dead() == 1);
        assertThat(raw.basicGet(StatsQueue.DEAD_QUEUE, true).getBody())
                .asString()
                .isEqualTo("poison");
    }

    @Test
    void bothEndsRecoverWhenTheConnectionIsCut() throws Exception {
        CuttableProxy agentSide = open(new CuttableProxy(broker()));
        CuttableProxy controllerSide = open(new CuttableProxy(broker()));
        List<Long> got = new CopyOnWriteArrayList<>();
        StatsConsumer consumer = consumer(controllerSide.uri(), diff -> got.add(diff.sequence()));
        StatsPublisher publisher = publisher(agentSide.uri());
        send(publisher, 0, 10);
        for (int round = 1; round <= 5; round++) {
            long first = 10L * round;
            await().until(() -> got.contains(first - 1));
            agentSide.cut();
            controllerSide.cut();
            await().until(() -> publisher.send(diff(first)));
            send(publisher, first + 1, 9);
        }
        await().until(() -> got.contains(59L));
        assertThat(got.stream().distinct())
                .containsExactlyElementsOf(LongStream.range(0, 60).boxed().toList());
        assertThat(consumer.dead()).isZero();
        await().until(() ->
                consumer.status().connected() && consumer.status().problem().isEmpty());
        assertThat(consumer.status().consumingSince()).isPresent();
    }

    @Test
    void bothEndsBeginWhileTheBrokerIsDownAndConnectWhenItIsUp() throws Exception {
        CuttableProxy proxy = open(new CuttableProxy(broker()));
        proxy.down();
        List<StatsDiff> got = new CopyOnWriteArrayList<>();
        StatsConsumer consumer = consumer(proxy.uri(), got::add);
        StatsPublisher publisher = publisher(proxy.uri());
        await().untilAsserted(() -> assertThat(publisher.problem().orElse("")).contains("cannot be reached"));
        await().untilAsserted(
                        () -> assertThat(consumer.status().problem().orElse("")).contains("cannot be reached"));
        assertThat(publisher.send(diff(0))).isFalse();
        assertThat(consumer.status().connected()).isFalse();
        proxy.up();
        List<StatsDiff> sent = send(publisher, 1, 3);
        await().untilAsserted(() -> assertThat(got).isEqualTo(sent));
        assertThat(publisher.problem()).isEmpty();
    }

    @Test
    void aLongOutageEndsInAFreshConnection() throws Exception {
        BrokerLink.Timing impatient = new BrokerLink.Timing(
                Duration.ofSeconds(5), Duration.ofSeconds(5), List.of(Duration.ofMillis(50)), Duration.ofMillis(300));
        CuttableProxy proxy = open(new CuttableProxy(broker()));
        List<StatsDiff> got = new CopyOnWriteArrayList<>();
        consumer(broker(), got::add);
        StatsPublisher publisher = open(StatsPublisher.start(proxy.uri(), "v1", CONFIRM, impatient));
        send(publisher, 0, 1);
        proxy.down();
        await().during(Duration.ofSeconds(1)).until(() -> !publisher.send(diff(99)));
        proxy.up();
        send(publisher, 1, 2);
        await().untilAsserted(() -> assertThat(got).containsExactly(diff(0), diff(1), diff(2)));
    }

    @Test
    void aBrokerThatHangsHoldsNobodyUp() throws Exception {
        CuttableProxy proxy = open(new CuttableProxy(broker()));
        StatsPublisher publisher = open(StatsPublisher.start(proxy.uri(), "v1", Duration.ofMillis(200), QUICK));
        await().until(publisher::isConnected);
        proxy.stall(true);
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            // enough to fill the sockets' buffers, so that at last a write itself hangs
            for (int i = 0; i < 20; i++) {
                assertThat(publisher.send(large(i))).isFalse();
            }
        });
        proxy.stall(false);
        await().atMost(Duration.ofSeconds(30)).until(() -> publisher.send(diff(100)));
        proxy.stall(true);
        publisher.send(large(101));
        publisher.send(large(102));
        assertTimeoutPreemptively(Duration.ofSeconds(15), publisher::close);
        assertThat(publisher.send(diff(103))).isFalse();
    }

    @Test
    void anOversizedMessageIsNotSent() {
        StatsPublisher publisher = publisher(broker());
        await().until(publisher::isConnected);
        List<ContainerSample> samples = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            samples.add(new ContainerSample("c" + i, "n".repeat(500), 1, 1, Map.of()));
        }
        assertThat(publisher.send(new StatsDiff(1, "v1", "inc-1", 0, Instant.EPOCH, true, samples, List.of())))
                .isFalse();
        assertThat(sendOne(publisher, diff(1))).isTrue();
    }

    @Test
    void aWrongPasswordIsOneClearMessage() {
        AmqpUri right = broker();
        AmqpUri wrong =
                new AmqpUri(right.tls(), right.host(), right.port(), right.user(), "hunter2", right.virtualHost());
        StatsPublisher publisher = publisher(wrong);
        StatsConsumer consumer = consumer(wrong, diff -> {});
        await().untilAsserted(() -> assertThat(publisher.problem().orElse(""))
                .contains("refuses user \"" + right.user() + "\"")
                .doesNotContain("hunter2", right.password()));
        await().untilAsserted(
                        () -> assertThat(consumer.status().problem().orElse("")).contains("refuses user"));
        assertThat(publisher.send(diff(0))).isFalse();
    }

    @Test
    void anUnknownVirtualHostIsOneClearMessage() {
        AmqpUri right = broker();
        StatsPublisher publisher = publisher(
                new AmqpUri(right.tls(), right.host(), right.port(), right.user(), right.password(), "no-such-vhost"));
        await().untilAsserted(() ->
                assertThat(publisher.problem().orElse("")).contains("no-such-vhost", "closed the connection"));
    }

    /** Sampler to picture: whatever was lost on the way, the picture ends as the truth, by gaps and full messages. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void thePictureEndsAsTheTruthWhateverIsCut(long seed) throws Exception {
        CuttableProxy agentSide = open(new CuttableProxy(broker()));
        CuttableProxy controllerSide = open(new CuttableProxy(broker()));
        Picture picture = new Picture();
        consumer(controllerSide.uri(), picture);
        StatsPublisher publisher = publisher(agentSide.uri());
        StatsDiffer differ = new StatsDiffer("v1", "inc-1", DiffThreshold.NONE);
        Map<String, ContainerSample> truth = new TreeMap<>();
        Random random = new Random(seed);
        int lost = 0;
        for (int step = 0; step < 120; step++) {
            String id = "c" + random.nextInt(12);
            if (random.nextInt(4) == 0) {
                truth.remove(id);
            } else {
                truth.put(id, new ContainerSample(id, id, random.nextInt(4000), random.nextInt(1 << 20), Map.of()));
            }
            switch (random.nextInt(30)) {
                case 0 -> agentSide.cut();
                case 1 -> controllerSide.cut();
                case 2 -> raw.basicGet(StatsQueue.QUEUE, true); // a message that vanishes although it was confirmed
                default -> {
                    // goes well
                }
            }
            if (picture.wantsAll()) {
                differ.forget();
            }
            StatsDiff diff = differ.next(truth.values(), Instant.ofEpochSecond(step));
            if (!diff.isEmpty() && !publisher.send(diff)) {
                differ.forget();
                lost++;
                await().until(publisher::isConnected);
            }
        }
        int unconfirmed = lost;
        await().untilAsserted(() -> {
            if (picture.wantsAll()) {
                differ.forget();
            }
            StatsDiff last = differ.next(truth.values(), Instant.ofEpochSecond(1000));
            if (!last.isEmpty() && !publisher.send(last)) {
                differ.forget();
            }
            assertThat(picture.state())
                    .as("seed %d, %d unconfirmed", seed, unconfirmed)
                    .isEqualTo(truth);
        });
        assertThat(raw.basicGet(StatsQueue.DEAD_QUEUE, true)).isNull();
    }

    /** The receiving half in its simplest form: repeats are ignored, a gap asks for everything. */
    private static final class Picture implements StatsHandler {
        private final Map<String, ContainerSample> state = new TreeMap<>();
        private long last = -1;
        private boolean gap;

        @Override
        public synchronized void apply(StatsDiff diff) {
            if (diff.sequence() <= last) {
                return;
            }
            if (diff.full()) {
                state.clear();
                gap = false;
            } else if (diff.sequence() != last + 1) {
                gap = true;
            }
            last = diff.sequence();
            diff.changed().forEach(sample -> state.put(sample.id(), sample));
            diff.removed().forEach(state::remove);
        }

        synchronized boolean wantsAll() {
            return gap;
        }

        synchronized Map<String, ContainerSample> state() {
            return new TreeMap<>(state);
        }
    }

    // ---- what the tests share

    final StatsConsumer consumer(AmqpUri uri, StatsHandler handler) {
        StatsConsumer made = open(StatsConsumer.start(uri, handler, SETTINGS, InstantSource.system()));
        if (uri.equals(broker())) {
            await().until(() -> made.status().consumingSince().isPresent());
        }
        return made;
    }

    final StatsPublisher publisher(AmqpUri uri) {
        return open(StatsPublisher.start(uri, "v1", CONFIRM, QUICK));
    }

    final <T extends AutoCloseable> T open(T made) {
        opened.add(made);
        return made;
    }

    final Connection connect() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(broker().host());
        factory.setPort(broker().port());
        factory.setUsername(broker().user());
        factory.setPassword(broker().password());
        factory.setVirtualHost(broker().virtualHost());
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection("test");
    }

    final Channel raw() {
        return raw;
    }

    /** Sends messages with consecutive sequences, each of which must be confirmed once the link is up. */
    final List<StatsDiff> send(StatsPublisher publisher, long firstSequence, int count) {
        List<StatsDiff> sent = LongStream.range(firstSequence, firstSequence + count)
                .mapToObj(BrokerContractTest::diff)
                .toList();
        for (StatsDiff diff : sent) {
            assertThat(sendOne(publisher, diff))
                    .as("confirm of %d", diff.sequence())
                    .isTrue();
        }
        return sent;
    }

    final boolean sendOne(StatsPublisher publisher, StatsDiff diff) {
        if (!publisher.isConnected()) {
            await().until(publisher::isConnected);
        }
        return publisher.send(diff);
    }

    private void publishRaw(byte[] body) throws IOException {
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                .messageId("raw")
                .headers(Map.of("x-odd", "header"))
                .build();
        raw.basicPublish(StatsQueue.EXCHANGE, StatsQueue.QUEUE, true, properties, body);
    }

    static StatsDiff diff(long sequence) {
        return new StatsDiff(
                StatsDiff.VERSION,
                "v1",
                "inc-1",
                sequence,
                Instant.ofEpochSecond(1_700_000_000L + sequence),
                sequence == 0,
                List.of(new ContainerSample("c1", "web", 100 + sequence, 1000, Map.of("app", "web"))),
                List.of());
    }

    private static StatsDiff large(long sequence) {
        List<ContainerSample> samples = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            samples.add(new ContainerSample("c" + i, "n".repeat(1000), 1, 1, Map.of()));
        }
        return new StatsDiff(1, "v1", "inc-1", sequence, Instant.EPOCH, true, samples, List.of());
    }
}
