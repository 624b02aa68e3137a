package org.livemigrate.cli.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.livemigrate.agent.stats.StatsPublisher;
import org.livemigrate.controller.broker.EmbeddedBroker;
import org.livemigrate.controller.stats.StatsConsumer;
import org.livemigrate.protocol.broker.AmqpUri;

class EmbeddedBrokerContractTest extends BrokerContractTest {

    private static EmbeddedBroker broker;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(EmbeddedBroker.Settings.loopback("fleet-token"));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Override
    AmqpUri broker() {
        return broker.uri();
    }

    /** The broker forgets all with its process, so both ends must declare everything again. */
    @Test
    void bothEndsResumeAfterARestartOfTheBroker() {
        try (EmbeddedBroker first = EmbeddedBroker.start(EmbeddedBroker.Settings.loopback("restart"))) {
            List<Long> got = new CopyOnWriteArrayList<>();
            StatsConsumer consumer = consumer(first.uri(), diff -> got.add(diff.sequence()));
            StatsPublisher publisher = publisher(first.uri());
            send(publisher, 0, 3);
            await().until(() -> got.size() == 3);
            first.close();
            await().until(() -> !publisher.send(diff(3)));
            await().until(() -> consumer.status().consumingSince().isEmpty());
            assertThat(consumer.status().problem()).isPresent();
            try (EmbeddedBroker second =
                    EmbeddedBroker.start(new EmbeddedBroker.Settings("127.0.0.1", first.port(), "restart"))) {
                assertThat(second.uri()).isEqualTo(first.uri());
                await().until(() -> publisher.send(diff(4)));
                await().untilAsserted(() -> assertThat(got).containsExactly(0L, 1L, 2L, 4L));
                assertThat(consumer.status().consumingSince()).isPresent();
                consumer.close();
                publisher.close();
            }
        }
    }
}
