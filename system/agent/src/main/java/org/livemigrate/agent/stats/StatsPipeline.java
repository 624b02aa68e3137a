package org.livemigrate.agent.stats;

import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.function.Function;
import org.livemigrate.agent.runtime.ContainerRuntime;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.Threads;
import org.livemigrate.protocol.broker.AmqpUri;
import org.livemigrate.protocol.stats.DiffThreshold;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.protocol.stats.StatsDiffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sampler, differ and broker as one: it starts when it has been told the interval, and sends when it has been told the
 * broker; both may come from the controller and may change. Thread-safe.
 */
public final class StatsPipeline implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatsPipeline.class);

    private final ContainerRuntime runtime;
    private final Clock clock;
    private final Delay delay;
    private final Threads threads;
    private final Function<AmqpUri, StatsSink> connector;
    private final StatsReporter reporter;

    private AmqpUri brokerUri;
    private volatile StatsSink sink;
    private Duration interval;
    private volatile StatsSampler sampler;
    private boolean closed;

    /**
     * @param connector makes the connection to a broker; what it makes is closed here when it is {@link AutoCloseable}
     */
    public StatsPipeline(
            String host,
            String incarnation,
            DiffThreshold threshold,
            ContainerRuntime runtime,
            Clock clock,
            Delay delay,
            Threads threads,
            Function<AmqpUri, StatsSink> connector) {
        this.runtime = runtime;
        this.clock = clock;
        this.delay = delay;
        this.threads = threads;
        this.connector = connector;
        this.reporter = new StatsReporter(new StatsDiffer(host, incarnation, threshold), this::send);
    }

    private boolean send(StatsDiff diff) {
        StatsSink to = sink;
        return to != null && to.send(diff);
    }

    /** Sends to this broker from now on.  */
    public synchronized void useBroker(AmqpUri uri) {
        if (closed || uri.equals(brokerUri)) {
            return;
        }
        closeQuietly(sink);
        sink = connector.apply(uri);
        brokerUri = uri;
        reporter.resync();
        LOG.info("statistics go to the broker at {}", uri);
    }

    /** Samples this often from now on. */
    public synchronized void useInterval(Duration every) {
        if (closed || every.equals(interval)) {
            return;
        }
        closeQuietly(sampler);
        interval = every;
        sampler = new StatsSampler(runtime, every, clock, delay, threads, reporter::report);
        sampler.start();
        LOG.info("containers are sampled every {} ms", every.toMillis());
    }

    /** The controller has lost track: tells it everything, at once. */
    public void resync() {
        reporter.resync();
        StatsSampler now = sampler;
        if (now != null) {
            now.tellNow();
        }
    }

    /** See {@link StatsSampler#forget}. */
    public void forget(String container) {
        StatsSampler now = sampler;
        if (now != null) {
            now.forget(container);
        }
    }

    /** See {@link StatsSampler#memoryBytes}. */
    public OptionalLong memoryBytes(String container) {
        StatsSampler now = sampler;
        return now == null ? OptionalLong.empty() : now.memoryBytes(container);
    }

    @Override
    public synchronized void close() {
        closed = true;
        closeQuietly(sampler);
        closeQuietly(sink);
    }

    private static void closeQuietly(Object closeable) {
        if (closeable instanceof AutoCloseable resource) {
            try {
                resource.close();
            } catch (Exception e) {
                LOG.debug("closing {} failed", resource, e);
            }
        }
    }
}
