package org.livemigrate.controller.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.PossibleAuthenticationFailureException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.livemigrate.controller.broker.EmbeddedBroker.Settings;
import org.livemigrate.protocol.broker.AmqpUri;

class EmbeddedBrokerTest {

    /** What a variable, a quote and a backslash would break if the password were pasted into a configuration. */
    private static final String AWKWARD = "t0ken-${user.home}\"\\ %2F:@";

    @Test
    void listensOnAnyFreePortAndLetsOnlyItsUserIn() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(Settings.loopback(AWKWARD))) {
            assertThat(broker.port()).isPositive();
            assertThat(broker.uri().redacted())
                    .isEqualTo("amqp://livemigrate@127.0.0.1:" + broker.port())
                    .doesNotContain("t0ken");
            try (Connection connection = connect(broker.uri())) {
                assertThat(connection.isOpen()).isTrue();
            }
            assertThatThrownBy(() -> connect(new AmqpUri(
                            false, "127.0.0.1", broker.port(), EmbeddedBroker.USER, "another password", "/")))
                    .isInstanceOf(PossibleAuthenticationFailureException.class);
            assertThatThrownBy(() -> connect(new AmqpUri(false, "127.0.0.1", broker.port(), "guest", "guest", "/")))
                    .isInstanceOf(PossibleAuthenticationFailureException.class);
        }
    }

    @Test
    void closeEndsItFullyAndAnotherMayTakeThePort() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        EmbeddedBroker first = EmbeddedBroker.start(Settings.loopback("token"));
        AmqpUri uri = first.uri();
        first.close();
        first.close();
        assertThatThrownBy(() -> connect(uri)).isInstanceOf(ConnectException.class);
        Awaitility.await().untilAsserted(() -> assertThat(living(before)).isEmpty());
        try (EmbeddedBroker second = EmbeddedBroker.start(new Settings("127.0.0.1", uri.port(), "token"));
                Connection connection = connect(second.uri())) {
            assertThat(second.port()).isEqualTo(uri.port());
            assertThat(connection.isOpen()).isTrue();
        }
    }

    @Test
    void aPortInUseIsOneClearMessage() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(
                            () -> EmbeddedBroker.start(new Settings("127.0.0.1", taken.getLocalPort(), "secret-token")))
                    .isInstanceOf(BrokerStartException.class)
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
                    .hasMessageContaining("choose another port")
                    .hasMessageNotContaining("secret-token");
        }
    }

    @Test
    void anAddressOfAnotherMachineIsOneClearMessage() {
        assertThatThrownBy(() -> EmbeddedBroker.start(new Settings("192.0.2.1", 0, "token")))
                .isInstanceOf(BrokerStartException.class)
                .hasMessageContaining("192.0.2.1:0");
        assertThatThrownBy(() -> new Settings("127.0.0.1", 0, "")).hasMessageContaining("password is empty");
    }

    private static Set<String> living(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.isAlive()
                        && !before.contains(thread)
                        && !thread.isDaemon()
                        && !thread.getName().startsWith("awaitility"))
                .map(Thread::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Connection connect(AmqpUri uri) throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setUri(uri.uri());
        factory.setAutomaticRecoveryEnabled(false);
        return factory.newConnection();
    }
}
