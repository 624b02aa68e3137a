package org.livemigrate.controller.stats;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.livemigrate.protocol.broker.StatsTopology;
import org.livemigrate.protocol.stats.StatsQueue;

/**
 * Puts messages into {@link StatsQueue#DEAD_QUEUE}, on a channel of its own so that what goes wrong here does not cost
 * the subscription. Not thread-safe.
 */
final class DeadLetters implements StatsIntake.DeadQueue {

    private static final int MAX_REASON_CHARS = 500;
    private static final int MAX_ID_CHARS = 100;

    private final Channel channel;
    private final Duration confirmTimeout;
    private final InstantSource clock;
    private volatile boolean returned;

    DeadLetters(Connection connection, Duration confirmTimeout, InstantSource clock) throws IOException {
        this.confirmTimeout = confirmTimeout;
        this.clock = clock;
        this.channel = connection.createChannel();
        channel.confirmSelect();
        channel.addReturnListener((code, text, exchange, key, properties, body) -> returned = true);
    }

    /**
     * Publishes a copy of a message and waits for the confirm. The original's other properties and headers are left
     * behind: they may be what is wrong with it.
     *
     * @throws IOException when the broker has not confirmed that the copy is in the queue
     */
    @Override
    public void put(byte[] body, String originalId, String reason) throws IOException {
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                .deliveryMode(2)
                .messageId(originalId == null ? null : shorten(originalId, MAX_ID_CHARS))
                .timestamp(Date.from(clock.instant()))
                .headers(Map.of(StatsQueue.REASON_HEADER, shorten(reason, MAX_REASON_CHARS)))
                .build();
        try {
            returned = false;
            channel.basicPublish(StatsQueue.EXCHANGE, StatsQueue.DEAD_QUEUE, true, properties, body);
            boolean confirmed = channel.waitForConfirms(confirmTimeout.toMillis());
            if (returned) {
                StatsTopology.declare(channel); // somebody deleted the queue
                throw new IOException("the dead queue was not there");
            }
            if (!confirmed) {
                throw new IOException("the broker refused the dead message");
            }
        } catch (TimeoutException | ShutdownSignalException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    void drop() throws IOException {
        channel.abort();
    }

    private static String shorten(String text, int most) {
        return text.length() > most ? text.substring(0, most) + "…" : text;
    }
}
