package org.livemigrate.protocol.broker;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.Map;
import org.livemigrate.protocol.stats.StatsQueue;

/**
 * Declares what {@link StatsQueue} names. Publisher and consumer both do, whoever comes first, so that nothing is lost
 * in between.
 */
public final class StatsTopology {

    private StatsTopology() {}

    /**
     * Declares exchange, queues and bindings; declaring again changes nothing.
     *
     * @throws IOException when the broker refuses, for example since a queue of that name has other arguments
     */
    public static void declare(Channel channel) throws IOException {
        channel.exchangeDeclare(StatsQueue.EXCHANGE, BuiltinExchangeType.DIRECT, true);
        queue(channel, StatsQueue.QUEUE, Map.of(StatsQueue.SINGLE_ACTIVE_CONSUMER, true));
        queue(channel, StatsQueue.DEAD_QUEUE, Map.of());
    }

    private static void queue(Channel channel, String name, Map<String, Object> arguments) throws IOException {
        channel.queueDeclare(name, true, false, false, arguments);
        channel.queueBind(name, StatsQueue.EXCHANGE, name);
    }
}
