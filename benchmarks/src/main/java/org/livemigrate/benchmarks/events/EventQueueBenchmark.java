package org.livemigrate.benchmarks.events;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.livemigrate.simulator.engine.Event;
import org.livemigrate.simulator.engine.EventQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The simulator's event queue by the hold model (Jones, An empirical comparison of priority-queue and event-set
 * implementations, CACM 29, 1986): with a constant number pending, the next event is run and makes one later event.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class EventQueueBenchmark {

    private static final int DELAYS = 1 << 12;
    private static final long LONGEST_US = 60_000_000;

    @Param({"100", "10000", "1000000"})
    int pending;

    private final long[] delaysUs = new long[DELAYS];
    private EventQueue queue;
    private long now;
    private int drawn;

    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < DELAYS; i++) {
            delaysUs[i] = random.nextLong(1, LONGEST_US);
        }
        queue = new EventQueue(timeUs -> {});
        now = 0;
        for (int i = 0; i < pending; i++) {
            addAfter(0);
        }
    }

    private void addAfter(long nowUs) {
        now = nowUs;
        drawn = (drawn + 1) % DELAYS;
        queue.add(nowUs + delaysUs[drawn], Event.Kind.REPORT, this::addAfter);
    }

    /** As much virtual time as on average one event takes. */
    @Benchmark
    public long hold() {
        queue.runUntil(Math.max(now, queue.nowUs()) + LONGEST_US / 2 / pending, Event.Kind.MIGRATION);
        return queue.processed();
    }

    @Benchmark
    public void addAndCancel() {
        queue.cancel(queue.add(queue.nowUs() + delaysUs[drawn], Event.Kind.HOST, nowUs -> {}));
    }
}
