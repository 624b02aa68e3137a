package org.livemigrate.benchmarks.scheduling;

import java.util.concurrent.TimeUnit;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.scheduler.policy.PolicyParameters;
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

/** A whole plan by {@code greedy}: search, one migration per container, order, reasons, rejections. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 3, time = 2)
@Fork(1)
public class GreedyBenchmark {
    @Param({"easy-1000", "saturated-1000", "saturated-2000", "saturated-4000"})
    String instance;

    private ClusterSnapshot snapshot;
    private Policy policy;

    @Setup
    public void draw() {
        snapshot = Instance.snapshot(instance);
        policy = Policies.create("greedy", PolicyParameters.target(Instance.TARGET));
    }

    @Benchmark
    public MigrationPlan plan() {
        return policy.plan(snapshot);
    }
}
