package org.livemigrate.agent.stats;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmListener;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.livemigrate.protocol.broker.AmqpUri;
import org.livemigrate.protocol.broker.BrokerLink;
import org.livemigrate.protocol.broker.StatsTopology;
import org.livemigrate.protocol.stats.StatsCodec;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.protocol.stats.StatsQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends statistics to the broker, one persistent message at a time, and waits for its confirm.
 *
 * <p>{@link #send} answers false, and never throws, whenever the broker has not confirmed that the message is in the
 * queue: no connection, no route, refused, a write that the broker does not read (its alarms stop reading), or no
 * confirm in time. It takes at most the confirm timeout and half a second, so a broken broker slows a sampler down but
 * does not stop it. The writing happens on a thread of its own because a socket's write knows no timeout; as long as one
 * hangs, every further {@code send} is false within half a second.
 */
public final class StatsPublisher implements StatsSink, AutoCloseable {

    /** Default of the longest wait for a confirm. */
    public static final Duration CONFIRM_TIMEOUT = Duration.ofSeconds(5);

    private static final long WRITE_WAIT_MS = 500;

    private static final Logger LOG = LoggerFactory.getLogger(StatsPublisher.class);

    private final long confirmTimeoutMs;
    private final BrokerLink link;
    private final ExecutorService writer;

    /** Held while a write is under way. A confirm may overtake the end of its own write, hence a short wait for it. */
    private final Semaphore write = new Semaphore(1);

    private final AtomicLong confirmed = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    private volatile Channel channel;
    private volatile boolean unroutable;
    private volatile boolean closed;
    private volatile Pending pending;

    /** The one message that waits for its confirm. */
    private static final class Pending {
        private final long tag;
        private final CompletableFuture<Boolean> outcome;
        private volatile boolean returned;

        private Pending(long tag, CompletableFuture<Boolean> outcome) {
            this.tag = tag;
            this.outcome = outcome;
        }
    }

    private StatsPublisher(AmqpUri uri, String agent, Duration confirmTimeout, BrokerLink.Timing timing) {
        this.confirmTimeoutMs = confirmTimeout.toMillis();
        this.writer = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "stats-writer");
            made.setDaemon(true);
            return made;
        });
        this.link = new BrokerLink(uri, "agent " + agent, timing, new Channels());
    }

    /** Connects in the background; returns at once, also when there is no broker. */
    public static StatsPublisher start(AmqpUri uri, String agent) {
        return start(uri, agent, CONFIRM_TIMEOUT, BrokerLink.Timing.DEFAULT);
    }

    /**
     * @param agent the host's id, for the broker's list of connections
     * @param confirmTimeout longest wait for the confirm of one message
     */
    public static StatsPublisher start(AmqpUri uri, String agent, Duration confirmTimeout, BrokerLink.Timing timing) {
        StatsPublisher made = new StatsPublisher(uri, agent, confirmTimeout, timing);
        made.link.start();
        return made;
    }

    @Override
    public synchronized boolean send(StatsDiff diff) {
        boolean done = deliver(diff);
        (done ? confirmed : failed).incrementAndGet();
        return done;
    }

    private boolean deliver(StatsDiff diff) {
        if (closed || !link.isUp() || link.isBlocked()) {
            return false;
        }
        byte[] body = StatsCodec.encode(diff);
        if (body.length > StatsCodec.MAX_BYTES) {
            LOG.error(
                    "statistics of {} containers make {} bytes, and {} are the most: not sent; spread them over more"
                            + " hosts or shorten their labels",
                    diff.changed().size(),
                    body.length,
                    StatsCodec.MAX_BYTES);
            return false;
        }
        CompletableFuture<Boolean> outcome = new CompletableFuture<>();
        try {
            if (!write.tryAcquire(Math.min(confirmTimeoutMs, WRITE_WAIT_MS), TimeUnit.MILLISECONDS)) {
                return false;
            }
            writer.execute(() -> write(diff, body, outcome));
            return outcome.get(confirmTimeoutMs, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("no confirm for statistics {} within {} ms", diff.sequence(), confirmTimeoutMs);
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException | RuntimeException e) {
            LOG.debug("statistics {} not sent", diff.sequence(), e);
            return false;
        }
    }

    private void write(StatsDiff diff, byte[] body, CompletableFuture<Boolean> outcome) {
        try {
            Channel to = channel;
            pending = new Pending(to.getNextPublishSeqNo(), outcome);
            // no expiry: RabbitMQ reads that property as a duration, the embedded broker drops such a message at once
            // all
            AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                    .deliveryMode(2)
                    .contentType(StatsCodec.CONTENT_TYPE)
                    .messageId(diff.agent() + ":" + diff.incarnation() + ":" + diff.sequence())
                    .build();
            to.basicPublish(StatsQueue.EXCHANGE, StatsQueue.QUEUE, true, properties, body);
        } catch (IOException | RuntimeException e) {
            LOG.debug("statistics {} not written", diff.sequence(), e);
            outcome.complete(false);
        } finally {
            write.release();
        }
    }

    /** Whether a message could be sent now. */
    public boolean isConnected() {
        return link.isUp() && !link.isBlocked();
    }

    /** What is wrong with the broker, in one sentence without credentials; empty when nothing is. */
    public Optional<String> problem() {
        return link.problem();
    }

    /** Messages that {@link #send} answered with true. */
    public long confirmed() {
        return confirmed.get();
    }

    /** Messages that {@link #send} answered with false. */
    public long failed() {
        return failed.get();
    }

    @Override
    public void close() {
        closed = true;
        link.close();
        writer.shutdownNow();
    }

    private final class Channels implements BrokerLink.Endpoint {

        @Override
        public void open(Connection connection) throws IOException {
            drop(channel);
            Channel made = connection.createChannel();
            try {
                made.confirmSelect();
                StatsTopology.declare(made);
            } catch (IOException | RuntimeException e) {
                drop(made);
                throw e;
            }
            made.addReturnListener((code, text, exchange, key, properties, body) -> {
                Pending now = pending;
                if (now != null) {
                    now.returned = true;
                }
                LOG.warn("statistics came back from the broker ({} {}): declaring the queue again", code, text);
                unroutable = true;
                link.check();
            });
            made.addConfirmListener(new ConfirmListener() {
                @Override
                public void handleAck(long tag, boolean multiple) {
                    settle(tag, multiple, true);
                }

                @Override
                public void handleNack(long tag, boolean multiple) {
                    settle(tag, multiple, false);
                }
            });
            made.addShutdownListener(this::lost);
            unroutable = false;
            channel = made;
        }

        @Override
        public boolean isOpen() {
            Channel now = channel;
            return now != null && now.isOpen() && !unroutable;
        }

        private void settle(long tag, boolean multiple, boolean ack) {
            Pending now = pending;
            if (now != null && (tag == now.tag || (multiple && tag > now.tag))) {
                now.outcome.complete(ack && !now.returned);
            }
        }

        private void lost(ShutdownSignalException cause) {
            Pending now = pending;
            if (now != null) {
                now.outcome.complete(false);
            }
            if (!cause.isHardError() && !cause.isInitiatedByApplication()) {
                LOG.warn("the broker closed the statistics channel: {}", cause.getMessage());
                link.check();
            }
        }

        private void drop(Channel old) {
            if (old != null) {
                try {
                    old.abort(); // also when it is closed: the client would bring it back with the connection
                } catch (IOException | RuntimeException e) {
                    LOG.debug("dropping a channel", e);
                }
            }
        }
    }
}
