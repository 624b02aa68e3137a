package org.livemigrate.benchmarks.scheduling;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.guard.MigrationCost;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
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

/** {@code greedy} behind each guard alone, behind those of the live system, behind all, in a fleet that is {@link LivedIn}: what being careful costs. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class GuardBenchmark {

    private static final MigrationCost COST = MigrationCost.linear(Duration.ofSeconds(2), 100_000_000);
    private static final Duration HORIZON = Duration.ofMinutes(10);
    private static final Map<String, GuardSettings> CHAINS = new LinkedHashMap<>();

    static {
        GuardSettings off = GuardSettings.OFF;
        GuardSettings live = GuardSettings.LIVE;
        CHAINS.put("constraints", off);
        CHAINS.put("capability", off.withCapabilityMatch(true));
        CHAINS.put("breach", off.withBreach(2, 3));
        CHAINS.put("cool-down", off.withCoolDown(Duration.ofMinutes(5), Duration.ofMinutes(5)));
        CHAINS.put("gain", off.withMinimumGain(Fraction.percent(1)));
        CHAINS.put("cost", off.withCost(COST, HORIZON));
        CHAINS.put("in-flight-load", off.withInFlightLoad(true));
        CHAINS.put("budget", off.withBudget(live.budget()));
        CHAINS.put("live", live);
        CHAINS.put("all", live.withMinimumGain(Fraction.percent(1)).withCost(COST, HORIZON));
    }

    @Param({
        "constraints",
        "capability",
        "breach",
        "cool-down",
        "gain",
        "cost",
        "in-flight-load",
        "budget",
        "live",
        "all"
    })
    String guards;

    @Param({"skewed-10x10", "skewed-1000x20", "adversarial-1000x20", "skewed-50000x10"})
    String instance;

    private ClusterSnapshot snapshot;
    private Policy guarded;

    @Setup
    public void draw() {
        snapshot = Instance.livedIn(instance);
        PolicyParameters parameters = PolicyParameters.target(Instance.TARGET);
        guarded = CHAINS.get(guards).guard(Policies.create("greedy", parameters), parameters);
    }

    @Benchmark
    public MigrationPlan plan() {
        return guarded.plan(snapshot);
    }
}
