package org.livemigrate.protocol.broker;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Recoverable;
import com.rabbitmq.client.RecoverableConnection;
import com.rabbitmq.client.RecoveryListener;
import com.rabbitmq.client.SocketConfigurators;
import com.rabbitmq.client.impl.DefaultExceptionHandler;
import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One lasting connection to the broker, kept up in the background: the first connect is retried for ever (the AMQP
 * client itself recovers only connections that once existed), later losses are the client's automatic recovery with
 * topology recovery, and a channel that the broker closed on its own is opened anew. A connection that does not come
 * back that way within {@link Timing#giveUpAfter} is dropped for a fresh one.
 *
 * <p>Nothing here throws at its user when the broker is away; {@link #problem()} says what is wrong.
 */
public final class BrokerLink implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BrokerLink.class);

    /** Larger than what brokers let through (RabbitMQ: 128 MiB), since a refused message would come back for ever. */
    private static final int MAX_INBOUND_BYTES = 256 << 20;

    /** What lives on the connection: channels and their consumers. */
    public interface Endpoint {
        /**
         * Opens the channels anew, dropping any earlier ones. Runs on the link's thread, again whenever
         * {@link #isOpen()} turned false while the connection stands.
         */
        void open(Connection connection) throws IOException;

        /** Whether the channels are usable. */
        boolean isOpen();
    }

    /**
     * How patient a link is.
     *
     * @param connect longest wait for one connect, and for one answer on a channel
     * @param heartbeat interval of AMQP heartbeats; two missed ones are a lost connection; whole seconds
     * @param backoff pauses before the first, second, … retry; the last one repeats
     * @param giveUpAfter how long recovery may fail before the connection is made from scratch
     */
    public record Timing(Duration connect, Duration heartbeat, List<Duration> backoff, Duration giveUpAfter) {
        public static final Timing DEFAULT = new Timing(
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                List.of(
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(10)),
                Duration.ofMinutes(1));

        public Timing {
            backoff = List.copyOf(backoff);
            if (backoff.isEmpty()) {
                throw new IllegalArgumentException("backoff is empty");
            }
        }

        private long delayMs(int attempt) {
            return backoff.get(Math.min(Math.max(attempt, 0), backoff.size() - 1))
                    .toMillis();
        }
    }

    private final AmqpUri uri;
    private final String name;
    private final Timing timing;
    private final Endpoint endpoint;
    private final ScheduledExecutorService thread;

    private Connection connection; // of the link's thread, and of close() after that thread has ended
    private int failures;
    private long brokenSinceNanos = -1;
    private volatile boolean connected;
    private volatile boolean recovering;
    private volatile boolean closed;
    private volatile String problem = "not connected yet";
    private volatile String blocked;
    private volatile Socket socket;

    /**
     * @param name shown by the broker for this connection and in logs: "agent v1"
     * @param endpoint what to open on the connection
     */
    public BrokerLink(AmqpUri uri, String name, Timing timing, Endpoint endpoint) {
        this.uri = Objects.requireNonNull(uri, "uri");
        this.name = Objects.requireNonNull(name, "name");
        this.timing = Objects.requireNonNull(timing, "timing");
        this.endpoint = Objects.requireNonNull(endpoint, "endpoint");
        this.thread = Executors.newSingleThreadScheduledExecutor(daemons("amqp-link"));
    }

    /** Begins to connect, in the background. */
    public void start() {
        long watchMs = Math.max(100, timing.giveUpAfter().toMillis() / 12);
        thread.execute(this::work);
        thread.scheduleWithFixedDelay(this::watch, watchMs, watchMs, TimeUnit.MILLISECONDS);
    }

    /** Looks at the endpoint again now; to be called when one of its channels was lost. Returns at once. */
    public void check() {
        later(0);
    }

    private void later(long delayMs) {
        try {
            thread.schedule(this::work, delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("{}: closed meanwhile", name);
        }
    }

    /** Whether connection and endpoint are usable now. */
    public boolean isUp() {
        return connected && !closed && endpoint.isOpen();
    }

    /** What is wrong, in one sentence without credentials; empty when the link is up. */
    public Optional<String> problem() {
        return isUp() && blocked == null ? Optional.empty() : Optional.ofNullable(blocked == null ? problem : blocked);
    }

    /** Whether the broker asked publishers to stop (RabbitMQ's alarms of memory and disk). */
    public boolean isBlocked() {
        return blocked != null;
    }

    private void work() {
        if (closed) {
            return;
        }
        try {
            if (connection == null) {
                connection = connect();
            }
            if (!recovering && connection.isOpen() && !endpoint.isOpen()) {
                endpoint.open(connection);
            }
            if (connection.isOpen() && endpoint.isOpen()) {
                if (!connected || problem != null) {
                    LOG.info("{}: connected to the broker {}", name, uri.redacted());
                }
                connected = true;
                failures = 0;
                problem = null;
            }
        } catch (IOException | TimeoutException | RuntimeException e) {
            failed(e);
            later(timing.delayMs(failures++));
        }
    }

    private void watch() {
        if (closed || connection == null || (connection.isOpen() && endpoint.isOpen())) {
            brokenSinceNanos = -1;
            return;
        }
        long now = System.nanoTime();
        if (brokenSinceNanos == -1) {
            brokenSinceNanos = now;
        } else if (now - brokenSinceNanos > timing.giveUpAfter().toNanos()) {
            LOG.warn("{}: recovery has not succeeded, connecting anew", name);
            brokenSinceNanos = -1;
            connection.abort((int) timing.connect().toMillis());
            connection = null;
            recovering = false;
            work();
        }
    }

    private void failed(Throwable e) {
        String said = BrokerFailure.describe(uri, e);
        if (!said.equals(problem)) { // once per cause, not once per attempt
            LOG.warn("{}: {}", name, said);
        }
        LOG.debug("{}: failed attempt", name, e);
        problem = said;
    }

    private Connection connect() throws IOException, TimeoutException {
        Connection made = factory().newConnection(name);
        made.addShutdownListener(cause -> {
            connected = false;
            blocked = null;
            if (!closed && !cause.isInitiatedByApplication()) {
                failed(cause);
            }
        });
        made.addBlockedListener(
                reason -> {
                    blocked = "the broker " + uri.redacted() + " takes no messages now (" + reason
                            + "): free memory or disk space on it";
                    LOG.warn("{}: {}", name, blocked);
                },
                () -> {
                    blocked = null;
                    LOG.info("{}: the broker takes messages again", name);
                });
        ((RecoverableConnection) made).addRecoveryListener(new RecoveryListener() {
            @Override
            public void handleRecoveryStarted(Recoverable recoverable) {
                recovering = true;
            }

            @Override
            public void handleRecovery(Recoverable recoverable) {
                recovering = false;
                check();
            }
        });
        return made;
    }

    private ConnectionFactory factory() throws IOException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(uri.host());
        factory.setPort(uri.port());
        factory.setUsername(uri.user());
        factory.setPassword(uri.password());
        factory.setVirtualHost(uri.virtualHost());
        int connectMs = (int) timing.connect().toMillis();
        factory.setConnectionTimeout(connectMs);
        factory.setHandshakeTimeout(connectMs);
        factory.setChannelRpcTimeout(connectMs);
        factory.setRequestedHeartbeat((int) timing.heartbeat().toSeconds());
        factory.setAutomaticRecoveryEnabled(true);
        factory.setTopologyRecoveryEnabled(true);
        factory.setRecoveryDelayHandler(timing::delayMs);
        factory.setMaxInboundMessageBodySize(MAX_INBOUND_BYTES);
        factory.setThreadFactory(daemons("amqp"));
        factory.setExceptionHandler(new Quiet());
        factory.setSocketConfigurator(made -> {
            SocketConfigurators.defaultConfigurator().configure(made);
            socket = made;
        });
        if (uri.tls()) {
            try {
                // the client's own default for TLS trusts every certificate
                factory.useSslProtocol(SSLContext.getDefault());
            } catch (GeneralSecurityException e) {
                throw new IOException(e);
            }
            factory.enableHostnameVerification();
        }
        return factory;
    }

    /** Closes connection and channels; returns within a few seconds also when the broker hangs. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        thread.shutdownNow();
        Thread closer = daemons("amqp-close").newThread(() -> {
            try {
                if (thread.awaitTermination(timing.connect().toMillis(), TimeUnit.MILLISECONDS) && connection != null) {
                    connection.abort((int) timing.connect().toMillis());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        closer.start();
        try {
            closer.join(TimeUnit.SECONDS.toMillis(3));
            Socket last = socket;
            if (closer.isAlive() && last != null) {
                last.close(); // a write that the broker does not read holds the client's locks
            }
        } catch (IOException e) {
            LOG.debug("{}: closing the socket", name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        connected = false;
        problem = "closed";
    }

    private static ThreadFactory daemons(String prefix) {
        return task -> {
            Thread made = new Thread(task, prefix);
            made.setDaemon(true);
            return made;
        };
    }

    /** The client's default writes a stack trace for each failed attempt. */
    private final class Quiet extends DefaultExceptionHandler {
        @Override
        public void handleConnectionRecoveryException(Connection conn, Throwable e) {
            failed(e);
        }

        @Override
        protected void log(String message, Throwable e) {
            if (closed || e instanceof IOException) {
                LOG.debug("{}: {}", name, message, e);
            } else {
                LOG.warn("{}: {}: {}", name, message, e.toString());
                LOG.debug("{}: {}", name, message, e);
            }
        }
    }
}
