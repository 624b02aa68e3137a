package org.livemigrate.benchmarks.messages;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.livemigrate.scheduler.fleet.ContainerStats;
import org.livemigrate.scheduler.fleet.FleetSettings;
import org.livemigrate.scheduler.fleet.FleetView;
import org.livemigrate.scheduler.fleet.StatsUpdate;
import org.livemigrate.scheduler.fleet.UpdateResult;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Host;
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

/** The controller's picture of the fleet: how fast messages go in, and what a snapshot for the scheduler takes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class FleetPictureBenchmark {

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final int CONTAINERS = 20;
    private static final int CHANGED = 3;
    private static final long CAPACITY_MILLICORES = 16_000;
    private static final long MEMORY_BYTES = 1L << 28;

    @Param({"10", "1000", "50000"})
    int hosts;

    private FleetView view;
    private long sequence;
    private int next;

    @Setup
    public void fill() {
        view = new FleetView(FleetSettings.DEFAULT);
        sequence = 0;
        for (int h = 0; h < hosts; h++) {
            view.heartbeat(Host.of(host(h), CAPACITY_MILLICORES), NOW);
            List<ContainerStats> all = new ArrayList<>();
            for (int c = 0; c < CONTAINERS; c++) {
                all.add(ContainerStats.of(container(h, c), 100 + c, MEMORY_BYTES));
            }
            view.apply(StatsUpdate.full(host(h), "i", 0, all), NOW);
        }
        next = 0;
    }

    private static String host(int h) {
        return "host-" + h;
    }

    private static String container(int h, int c) {
        return "container-" + h + "-" + c;
    }

    /** One message with three changed containers, from each host in turn, none lost. */
    @Benchmark
    public UpdateResult apply() {
        if (next == 0) {
            sequence++;
        }
        List<ContainerStats> changed = new ArrayList<>(CHANGED);
        for (int c = 0; c < CHANGED; c++) {
            changed.add(ContainerStats.of(container(next, c), 100 + (sequence + c) % 100, MEMORY_BYTES));
        }
        UpdateResult result = view.apply(StatsUpdate.diff(host(next), "i", sequence, changed, List.of()), NOW);
        next = (next + 1) % hosts;
        return result;
    }

    @Benchmark
    public ClusterSnapshot snapshot() {
        return view.snapshot(NOW);
    }
}
