package org.livemigrate.controller.stats;

import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.livemigrate.protocol.stats.StatsCodec;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.protocol.stats.StatsQueue;
import org.livemigrate.protocol.stats.UnreadableStatsException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of one statistics message: it was applied, or its copy is confirmed in the dead queue. Only then may it be
 * acknowledged.
 *
 * <ul>
 *   <li>unreadable (not JSON, another version, impossible values, too long): dead at once, with the reason;
 *   <li>readable, but the handler throws: tried a few times, then dead with the exception as the reason. Requeueing it
 *       instead would put it back in front of all others for ever, and a handler that cannot take a valid message is a
 *       bug that somebody must see. The agent's next message then shows a gap, so the picture heals by a full one.
 * </ul>
 */
public final class StatsIntake {

    private static final Logger LOG = LoggerFactory.getLogger(StatsIntake.class);

    private final StatsHandler handler;
    private final int attempts;
    private final Pause pause;
    private final AtomicLong applied = new AtomicLong();
    private final AtomicLong dead = new AtomicLong();

    /** Lets some time pass between two attempts. */
    @FunctionalInterface
    public interface Pause {
        /** @return false when it is to be given up */
        boolean pass() throws InterruptedException;
    }

    /** The dead queue. */
    public interface DeadQueue {
        /**
         * Puts a copy there.
         *
         * @throws IOException when it is not known to be there
         */
        void put(byte[] body, String originalId, String reason) throws IOException;

        /** Whether another attempt may help. */
        boolean isOpen();
    }

    /** @param attempts how often the handler is called for one message before it is dead */
    public StatsIntake(StatsHandler handler, int attempts, Pause pause) {
        this.handler = Objects.requireNonNull(handler, "handler");
        this.attempts = attempts;
        this.pause = pause;
    }

    /** Messages that the handler took. */
    public long applied() {
        return applied.get();
    }

    /** Messages put into the dead queue. */
    public long dead() {
        return dead.get();
    }

    /**
     * Settles one message.
     *
     * @return whether it may be acknowledged
     * @throws IOException when the dead queue did not take it: it must come again
     */
    public boolean settle(byte[] body, String messageId, DeadQueue letters) throws IOException, InterruptedException {
        StatsDiff diff;
        try {
            diff = StatsCodec.decode(body);
        } catch (UnreadableStatsException e) {
            return bury(body, messageId, e.getMessage(), letters);
        }
        for (int attempt = 1; ; attempt++) {
            try {
                handler.apply(diff);
                applied.incrementAndGet();
                return true;
            } catch (VirtualMachineError e) {
                throw e;
            } catch (RuntimeException | Error e) {
                LOG.warn("statistics {} of {}: attempt {} to apply failed", diff.sequence(), diff.agent(), attempt, e);
                if (attempt >= attempts) {
                    return bury(body, messageId, "the controller failed to apply it: " + e, letters);
                }
            }
            if (!pause.pass()) {
                return false;
            }
        }
    }

    private boolean bury(byte[] body, String messageId, String reason, DeadQueue letters)
            throws IOException, InterruptedException {
        LOG.warn("message {} goes to {}: {}", messageId, StatsQueue.DEAD_QUEUE, reason);
        for (int attempt = 1; ; attempt++) {
            try {
                letters.put(body, messageId, reason);
                dead.incrementAndGet();
                return true;
            } catch (IOException e) {
                if (attempt >= attempts || !letters.isOpen()) {
                    throw e;
                }
            }
            if (!pause.pass()) {
                return false;
            }
        }
    }
}
