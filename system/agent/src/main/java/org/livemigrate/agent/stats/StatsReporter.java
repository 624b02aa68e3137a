package org.livemigrate.agent.stats;

import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.protocol.stats.StatsDiffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what changed since the last message. When one was not confirmed, the next is the host's whole state, so the
 * controller is never left with half a picture and nothing piles up while the broker is away.
 */
public final class StatsReporter {

    private static final Logger LOG = LoggerFactory.getLogger(StatsReporter.class);

    private final StatsDiffer differ;
    private final StatsSink sink;
    private boolean delivered = true;
    private boolean everDelivered;
    private boolean resync;

    public StatsReporter(StatsDiffer differ, StatsSink sink) {
        this.differ = differ;
        this.sink = sink;
    }

    /** Makes the next message the host's whole state. */
    public void resync() {
        synchronized (this) {
            resync = true;
        }
    }

    /** Called from the sampler's one thread. */
    public void report(SampleSet set) {
        StatsDiff diff;
        synchronized (this) {
            if (resync) {
                differ.forget();
                resync = false;
            }
            diff = differ.next(set.samples(), set.sampledAt());
        }
        if (diff.isEmpty()) {
            return;
        }
        boolean confirmed = sink.send(diff);
        synchronized (this) {
            if (!confirmed) {
                differ.forget();
            }
            if (confirmed != delivered) {
                delivered = confirmed;
                if (confirmed) {
                    LOG.info("statistics are confirmed by the broker{}", everDelivered ? " again" : "");
                } else {
                    LOG.warn("statistics are not confirmed by the broker; the host's whole state follows until one is");
                }
            }
            everDelivered |= confirmed;
        }
    }
}
