package org.livemigrate.agent.heartbeat;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.livemigrate.protocol.host.Heartbeat;
import org.livemigrate.protocol.host.HeartbeatAnswer;
import org.livemigrate.protocol.host.HostFacts;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.rest.RestClient;
import org.livemigrate.rest.UnreachableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the controller every so often that this host is there and what it is. A controller that does not answer is no
 * reason to stop: containers run without it, and the next heartbeat rejoins.
 */
public final class HeartbeatSender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeartbeatSender.class);

    private final RestClient controller;
    private final Supplier<HostFacts> host;
    private final String incarnation;
    private final Clock clock;
    private final Consumer<HeartbeatAnswer> onAnswer;
    private final ScheduledExecutorService timer;

    /** What the last heartbeat came to; null before the first. Told only when it changes. */
    private String trouble;

    private volatile boolean answered;

    /**
     * @param host asked for each heartbeat
     * @param timer is ended with this
     */
    public HeartbeatSender(
            RestClient controller,
            Supplier<HostFacts> host,
            String incarnation,
            Clock clock,
            ScheduledExecutorService timer,
            Consumer<HeartbeatAnswer> onAnswer) {
        this.controller = controller;
        this.host = host;
        this.incarnation = incarnation;
        this.clock = clock;
        this.onAnswer = onAnswer;
        this.timer = timer;
    }

    public void start(Duration interval) {
        timer.scheduleWithFixedDelay(this::beat, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void beat() {
        try {
            HostFacts facts = host.get();
            HeartbeatAnswer answer = controller.post(
                    "/v1/heartbeats", new Heartbeat(facts, incarnation, clock.instant()), HeartbeatAnswer.class);
            if (!answered) {
                answered = true;
                trouble = null;
                LOG.info("host {} has joined the fleet at {}", facts.id(), controller.base());
            }
            if (answer != null) {
                onAnswer.accept(answer);
            }
        } catch (UnreachableException | ProblemException e) {
            answered = false;
            if (!e.getMessage().equals(trouble)) {
                trouble = e.getMessage();
                LOG.warn("heartbeats are not taken by the controller: {}", trouble);
            }
        } catch (RuntimeException e) {
            LOG.error("a heartbeat failed", e); // must not end the timer
        }
    }

    /** Whether the controller took the last one. */
    public boolean answered() {
        return answered;
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
