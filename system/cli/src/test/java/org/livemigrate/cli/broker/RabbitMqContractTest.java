package org.livemigrate.cli.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.ShutdownSignalException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.livemigrate.agent.stats.StatsPublisher;
import org.livemigrate.controller.stats.StatsConsumer;
import org.livemigrate.protocol.broker.AmqpUri;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.protocol.stats.StatsQueue;

/** The contract on a real RabbitMQ whose URI is given; {@code benchmarks/lab/rabbitmq start} makes one. */
class RabbitMqContractTest extends BrokerContractTest {

    private static final String PROPERTY = "livemigrate.test.amqp";
    private static final String VARIABLE = "LIVE_MIGRATE_TEST_AMQP_URI";

    private static AmqpUri broker;

    @BeforeAll
    static void find() {
        String uri = System.getProperty(PROPERTY, System.getenv(VARIABLE));
        if (uri == null || uri.isBlank()) {
            String message = "no RabbitMQ to test with: set -D" + PROPERTY + " or " + VARIABLE
                    + " to the URI of one whose queues may be deleted (benchmarks/lab/rabbitmq start)";
            if ("1".equals(System.getenv("LIVE_MIGRATE_REQUIRE_REAL"))) {
                fail(message);
            }
            abort(message);
        }
        broker = AmqpUri.parse(VARIABLE, uri);
    }

    @Override
    AmqpUri broker() {
        return broker;
    }

    /** RabbitMQ refuses a declaration that differs; the embedded broker keeps what there is and says nothing. */
    @Test
    void exchangeAndQueuesAreDurable() throws Exception {
        Map<String, Map<String, Object>> queues = Map.of(
                StatsQueue.QUEUE, Map.of(StatsQueue.SINGLE_ACTIVE_CONSUMER, true), StatsQueue.DEAD_QUEUE, Map.of());
        queues.forEach((queue, arguments) -> assertThatThrownBy(
                        () -> open(connect()).createChannel().queueDeclare(queue, false, false, false, arguments))
                .as("declaring %s as not durable", queue)
                .hasRootCauseInstanceOf(ShutdownSignalException.class)
                .rootCause()
                .hasMessageContaining("'durable'"));
        assertThatThrownBy(() -> open(connect())
                        .createChannel()
                        .exchangeDeclare(StatsQueue.EXCHANGE, BuiltinExchangeType.DIRECT, false))
                .rootCause()
                .hasMessageContaining("'durable'");
    }

    /** RabbitMQ tells consumers that their queue is gone; the embedded broker, which nobody manages, does not. */
    @Test
    void aConsumerWhoseQueueIsDeletedMakesItAgain() throws Exception {
        List<StatsDiff> got = new CopyOnWriteArrayList<>();
        StatsConsumer consumer = consumer(broker(), got::add);
        raw().queueDelete(StatsQueue.QUEUE);
        StatsPublisher publisher = publisher(broker());
        await().until(() -> publisher.send(diff(1)));
        await().untilAsserted(() -> assertThat(got).contains(diff(1)));
    }
}
