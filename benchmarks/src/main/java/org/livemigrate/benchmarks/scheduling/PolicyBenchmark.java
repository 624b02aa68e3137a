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

/**
 * One whole plan, by every policy there is ({@code bin/jmh} fills {@code policy} in), over fleets of many sizes. The
 * largest takes 10 million containers and several GiB: ask for it by {@code -p instance=skewed-50000x200 -jvmArgs -Xmx16g}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class PolicyBenchmark {
    @Param("greedy")
    String policy;

    @Param({
        "balanced-10x10",
        "skewed-10x10",
        "adversarial-10x10",
        "balanced-1000x20",
        "skewed-1000x20",
        "adversarial-1000x20",
        "skewed-1000x200",
        "balanced-50000x10",
        "skewed-50000x10",
        "adversarial-50000x10"
    })
    String instance;

    private ClusterSnapshot snapshot;
    private Policy planner;

    @Setup
    public void draw() {
        snapshot = Instance.withHistory(instance);
        planner = Policies.create(policy, PolicyParameters.target(Instance.TARGET));
    }

    @Benchmark
    public MigrationPlan plan() {
        return planner.plan(snapshot);
    }
}
