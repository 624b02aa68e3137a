package org.livemigrate.agent.stats;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.livemigrate.agent.runtime.ContainerRuntime;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.Threads;
import org.livemigrate.agent.runtime.UseReading;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.stats.ContainerSample;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one statistics stream of the runtime open and says, once an interval, what every running container uses.
 *
 * <p>A container's CPU use is the difference between two of its readings. So its first reading after a start or a
 * restore, which podman fills with the average over the container's lifetime, only marks the beginning. Nothing is told
 * while the stream is down: silence is better than the last numbers for ever.
 */
public final class StatsSampler implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StatsSampler.class);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final ContainerRuntime runtime;
    private final Duration interval;
    private final Clock clock;
    private final Delay delay;
    private final Consumer<SampleSet> listener;
    private final ScheduledExecutorService timer;
    private final ExecutorService follower;

    private final Object lock = new Object();
    private final TreeMap<String, Seen> seen = new TreeMap<>();
    private final Map<String, Map<String, String>> labels = new TreeMap<>();
    private Instant lastReading = Instant.MIN;
    private boolean idle;

    /** The latest reading of one container; no rate is known before its second. */
    private record Seen(UseReading reading, Instant at, long cpuMillicores, boolean rated) {}

    /**
     * @param interval between two sample sets
     * @param listener is called from one thread, an interval apart; it may take its time
     */
    public StatsSampler(
            ContainerRuntime runtime,
            Duration interval,
            Clock clock,
            Delay delay,
            Threads threads,
            Consumer<SampleSet> listener) {
        this.runtime = runtime;
        this.interval = interval;
        this.clock = clock;
        this.delay = delay;
        this.listener = listener;
        this.timer = threads.timer("stats-timer");
        this.follower = threads.pool("stats-follow", 1);
    }

    public void start() {
        follower.execute(this::follow);
        timer.scheduleWithFixedDelay(this::tell, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Tells the present samples out of turn, when the controller asks for everything. */
    public void tellNow() {
        timer.execute(this::tell);
    }

    /** A container has left this host: it is not told again unless the stream shows it anew. */
    public void forget(String id) {
        synchronized (lock) {
            seen.remove(id);
        }
    }

    /** Memory in use by a container at its latest reading; empty when the stream has not shown it. */
    public OptionalLong memoryBytes(String id) {
        synchronized (lock) {
            Seen entry = seen.get(id);
            return entry == null
                    ? OptionalLong.empty()
                    : OptionalLong.of(entry.reading().memoryBytes());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        follower.shutdownNow();
        try {
            if (!follower.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("the statistics stream does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow() {
        Duration pause = SHORTEST_PAUSE;
        while (!Thread.currentThread().isInterrupted()) {
            Instant begun = clock.instant();
            try {
                runtime.followStats(interval, this::take);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.warn("the statistics stream failed: {}", e.getMessage());
            }
            boolean lasted = Duration.between(begun, clock.instant()).compareTo(LONGEST_PAUSE) > 0;
            pause = lasted ? SHORTEST_PAUSE : pause.multipliedBy(2);
            pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
            LOG.info("the statistics stream ended; it is opened again in {} ms", pause.toMillis());
            try {
                delay.pass(pause);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    void take(UseReading reading) {
        synchronized (lock) {
            Instant now = clock.instant();
            lastReading = now;
            idle = false;
            Seen before = seen.get(reading.id());
            if (before == null) {
                seen.put(reading.id(), new Seen(reading, now, 0, false));
                return;
            }
            long elapsed = reading.atNanos() - before.reading().atNanos();
            long used = reading.cpuNanos() - before.reading().cpuNanos();
            if (elapsed == 0) {
                return; // the same reading once more
            }
            if (elapsed < 0) {
                // the clock was set back: its use is as it was until the next reading
                seen.put(reading.id(), new Seen(reading, now, before.cpuMillicores(), before.rated()));
                return;
            }
            if (used < 0) {
                // its CPU clock began anew: restarted, or restored
                seen.put(reading.id(), new Seen(reading, now, 0, false));
                return;
            }
            long millicores = Math.round(used * 1_000.0 / elapsed);
            seen.put(reading.id(), new Seen(reading, now, millicores, true));
        }
    }

    /** Visible for tests, which take the timer's place. */
    void tell() {
        try {
            gather();
        } catch (ProblemException e) {
            LOG.warn("statistics are not told: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("statistics are not told", e);
        }
    }

    private void gather() {
        Instant now = clock.instant();
        boolean ask;
        synchronized (lock) {
            Duration most = interval.multipliedBy(3);
            boolean unlabelled = seen.values().stream()
                    .anyMatch(entry ->
                            entry.rated() && !labels.containsKey(entry.reading().id()));
            boolean gone = seen.values().stream().anyMatch(entry -> older(entry.at(), now, most));
            ask = unlabelled || gone || (older(lastReading, now, most) && !idle);
        }
        if (ask) {
            ask(now);
        }
        List<ContainerSample> samples = new ArrayList<>();
        synchronized (lock) {
            if (!idle && older(lastReading, now, interval.multipliedBy(3))) {
                return; // the stream is down, and containers run: nothing is known
            }
            for (Seen entry : seen.values()) {
                UseReading reading = entry.reading();
                if (entry.rated()) {
                    samples.add(new ContainerSample(
                            reading.id(),
                            reading.name(),
                            entry.cpuMillicores(),
                            reading.memoryBytes(),
                            labels.getOrDefault(reading.id(), Map.of())));
                }
            }
        }
        listener.accept(new SampleSet(now, samples));
    }

    /** What is of later than now is of before the clock was set back. */
    private static boolean older(Instant at, Instant now, Duration than) {
        return at.isBefore(now.minus(than)) || at.isAfter(now);
    }

    /** Labels are not in the stream, and a container that is silent there may be gone or the stream may be stuck. */
    private void ask(Instant now) {
        Map<String, ContainerFacts> running =
                runtime.list(false).stream().collect(Collectors.toMap(ContainerFacts::id, facts -> facts));
        synchronized (lock) {
            // one that the stream showed a moment ago may be too new for the list
            seen.values()
                    .removeIf(entry -> !running.containsKey(entry.reading().id()) && older(entry.at(), now, interval));
            labels.keySet().retainAll(running.keySet());
            running.forEach((id, facts) -> labels.put(id, ContainerConstraints.of(facts)));
            idle = running.isEmpty();
        }
    }
}
