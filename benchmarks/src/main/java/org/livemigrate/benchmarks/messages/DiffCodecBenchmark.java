package org.livemigrate.benchmarks.messages;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.livemigrate.protocol.stats.ContainerSample;
import org.livemigrate.protocol.stats.DiffThreshold;
import org.livemigrate.protocol.stats.StatsCodec;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.protocol.stats.StatsDiffer;
import org.livemigrate.protocol.stats.UnreadableStatsException;
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

/** One host's message: finding what is worth telling, writing it, reading it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class DiffCodecBenchmark {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final long BUSY_MILLICORES = 200;

    @Param({"10", "50", "200"})
    int containers;

    /** How many of them changed beyond the threshold since the message before. */
    @Param({"5", "100"})
    int changedPercent;

    private final StatsDiffer differ = new StatsDiffer("host-1", "incarnation-1", DiffThreshold.DEFAULT);
    private final List<List<ContainerSample>> samples = new ArrayList<>();
    private int turn;
    private StatsDiff message;
    private byte[] body;

    /** Two samples that alternate: each is a change against the other. */
    @Setup
    public void draw() {
        SplittableRandom random = new SplittableRandom(1);
        List<ContainerSample> first = new ArrayList<>();
        List<ContainerSample> second = new ArrayList<>();
        for (int c = 0; c < containers; c++) {
            String id = "%064x".formatted(random.nextLong() >>> 1);
            long cpu = random.nextLong(1, 1_000);
            long memory = random.nextLong(1 << 20, 1 << 30);
            boolean changes = c * 100 < containers * changedPercent;
            Map<String, String> labels = Map.of("app", "web-" + c % 7);
            first.add(new ContainerSample(id, "name-" + c, cpu, memory, labels));
            second.add(new ContainerSample(id, "name-" + c, cpu + (changes ? BUSY_MILLICORES : 0), memory, labels));
        }
        samples.add(first);
        samples.add(second);
        differ.next(first, NOW);
        message = differ.next(second, NOW);
        body = StatsCodec.encode(message);
    }

    @Benchmark
    public StatsDiff diff() {
        turn = 1 - turn;
        return differ.next(samples.get(turn), NOW);
    }

    @Benchmark
    public byte[] encode() {
        return StatsCodec.encode(message);
    }

    @Benchmark
    public StatsDiff decode() throws UnreadableStatsException {
        return StatsCodec.decode(body);
    }
}
