package org.livemigrate.controller.stats;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.livemigrate.protocol.broker.AmqpUri;
import org.livemigrate.protocol.broker.BrokerLink;
import org.livemigrate.protocol.broker.StatsTopology;
import org.livemigrate.protocol.stats.StatsQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads {@link StatsQueue#QUEUE} and hands each message to the {@link StatsHandler}, in order, one at a time.
 *
 * <p>A message leaves the queue only when {@link StatsIntake} has settled it. When the connection is lost meanwhile, the
 * broker delivers it again, to this or another controller. When the dead queue takes no message, nothing is
 * acknowledged, the channels are opened anew and the message comes again.
 *
 * <p>The queue has a single active consumer: a second controller that subscribes waits until the first is gone.
 */
public final class StatsConsumer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatsConsumer.class);

    /**
     * @param prefetch most messages in flight to this consumer
     * @param attempts how often the handler is called for one message before it is dead
     * @param retryPause between two attempts
     * @param confirmTimeout longest wait until a dead message is confirmed
     * @param timing of the connection
     */
    public record Settings(
            int prefetch, int attempts, Duration retryPause, Duration confirmTimeout, BrokerLink.Timing timing) {
        public static final Settings DEFAULT =
                new Settings(64, 3, Duration.ofMillis(200), Duration.ofSeconds(5), BrokerLink.Timing.DEFAULT);

        public Settings {
            if (prefetch < 1 || prefetch > 65535 || attempts < 1) {
                throw new IllegalArgumentException("prefetch " + prefetch + ", attempts " + attempts
                        + ": prefetch is 1 to 65535, attempts at least 1");
            }
        }
    }

    private final StatsIntake intake;
    private final Settings settings;
    private final InstantSource clock;
    private final BrokerLink link;
    private final Channels channels = new Channels();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicLong received = new AtomicLong();

    /** After a reconnect the old delivery may still be in the handler when the first new one comes. */
    private final ReentrantLock oneAtATime = new ReentrantLock(true);

    private volatile Instant consumingSince;

    private StatsConsumer(AmqpUri uri, StatsHandler handler, Settings settings, InstantSource clock) {
        this.intake = new StatsIntake(handler, settings.attempts(), this::pause);
        this.settings = settings;
        this.clock = clock;
        this.link = new BrokerLink(uri, "controller", settings.timing(), channels);
    }

    /** Connects and subscribes in the background; returns at once, also when there is no broker. */
    public static StatsConsumer start(AmqpUri uri, StatsHandler handler, Settings settings, InstantSource clock) {
        StatsConsumer made = new StatsConsumer(uri, handler, settings, clock);
        made.link.start();
        return made;
    }

    /** How it fares now. */
    public ConsumerStatus status() {
        return new ConsumerStatus(
                link.isUp(),
                Optional.ofNullable(consumingSince),
                received.get(),
                intake.applied(),
                intake.dead(),
                link.problem());
    }

    /** Messages that came, repeated ones included. */
    public long received() {
        return received.get();
    }

    /** Messages that the handler took. */
    public long applied() {
        return intake.applied();
    }

    /** Messages put into the dead queue. */
    public long dead() {
        return intake.dead();
    }

    /** Unsubscribes; what was not acknowledged stays in the queue for the next controller. */
    @Override
    public void close() {
        closing.countDown();
        link.close();
        consumingSince = null;
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    /** False when this is being closed. */
    private boolean pause() throws InterruptedException {
        return !closing.await(settings.retryPause().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** The subscription's channel and the dead letters' one; they live and die together. */
    private final class Channels implements BrokerLink.Endpoint {

        private volatile Channel channel;
        private volatile DeadLetters letters;
        private volatile boolean subscribed;

        @Override
        public void open(Connection connection) throws IOException {
            drop();
            Channel made = connection.createChannel();
            channel = made;
            made.basicQos(settings.prefetch());
            StatsTopology.declare(made);
            letters = new DeadLetters(connection, settings.confirmTimeout(), clock);
            made.basicConsume(StatsQueue.QUEUE, false, new Deliveries(made, letters));
            subscribed = true;
        }

        @Override
        public boolean isOpen() {
            Channel one = channel;
            DeadLetters two = letters;
            return subscribed && one != null && one.isOpen() && two != null && two.isOpen();
        }

        private void drop() {
            subscribed = false;
            consumingSince = null;
            try {
                // also when they are closed: the client would bring them back with the connection
                if (channel != null) {
                    channel.abort();
                }
                if (letters != null) {
                    letters.drop();
                }
            } catch (IOException | RuntimeException e) {
                LOG.debug("dropping channels", e);
            }
            channel = null;
            letters = null;
        }

        /** To be opened anew; unacknowledged messages come again. */
        private void renew() {
            subscribed = false;
            consumingSince = null;
            link.check();
        }
    }

    private final class Deliveries extends DefaultConsumer {

        private final DeadLetters letters;

        private Deliveries(Channel channel, DeadLetters letters) {
            super(channel);
            this.letters = letters;
        }

        @Override
        public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
            oneAtATime.lock();
            try {
                if (isClosing()) {
                    return;
                }
                received.incrementAndGet();
                if (intake.settle(body, properties.getMessageId(), letters)) {
                    getChannel().basicAck(envelope.getDeliveryTag(), false);
                }
            } catch (IOException | ShutdownSignalException e) {
                LOG.debug("message {} comes again", properties.getMessageId(), e);
                renewAfterPause();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                oneAtATime.unlock();
            }
        }

        private void renewAfterPause() {
            try {
                if (getChannel().isOpen() && pause()) {
                    channels.renew();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void handleConsumeOk(String tag) {
            super.handleConsumeOk(tag);
            consumingSince = clock.instant();
            LOG.info("subscribed to {}", StatsQueue.QUEUE);
        }

        @Override
        public void handleCancel(String tag) {
            LOG.warn("the broker cancelled the subscription to {} (was the queue deleted?)", StatsQueue.QUEUE);
            channels.renew();
        }

        @Override
        public void handleShutdownSignal(String tag, ShutdownSignalException cause) {
            consumingSince = null;
            if (!isClosing() && !cause.isHardError() && !cause.isInitiatedByApplication()) {
                LOG.warn("the broker closed the subscription's channel: {}", cause.getMessage());
                channels.renew();
            }
        }
    }
}
