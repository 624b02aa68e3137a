package org.livemigrate.benchmarks.scheduling;

import java.util.concurrent.TimeUnit;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The report's way, for comparison: the search alone, on the fleets of {@link GreedyBenchmark}. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 3)
@Fork(1)
public class ReportSearchBenchmark {
    @Param({"easy-1000", "saturated-1000"})
    String instance;

    /** Whether a host's load is kept, or added up whenever it is asked for, as we read the report. */
    @Param({"false", "true"})
    boolean keepsLoads;

    private static final int WARM_UPS = 10;

    private ClusterSnapshot snapshot;
    private ReportSearch search;

    /** Warms up on the easy fleet, because on the saturated one a single run takes half a minute. */
    @Setup
    public void draw() {
        ClusterSnapshot easy = Instance.snapshot("easy-1000");
        for (int k = 0; k < WARM_UPS; k++) {
            new ReportSearch(easy, Instance.TARGET, keepsLoads).run();
        }
        snapshot = Instance.snapshot(instance);
    }

    /** The search changes its maps, so each run has its own; filling them is not measured. */
    @Setup(Level.Invocation)
    public void fill() {
        search = new ReportSearch(snapshot, Instance.TARGET, keepsLoads);
    }

    @Benchmark
    public int search() {
        return search.run();
    }
}
