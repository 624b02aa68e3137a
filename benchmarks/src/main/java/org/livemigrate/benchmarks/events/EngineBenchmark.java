package org.livemigrate.benchmarks.events;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.cost.PreCopyRule;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.PolicyParameters;
import org.livemigrate.simulator.engine.FailureModel;
import org.livemigrate.simulator.engine.MigrationModel;
import org.livemigrate.simulator.engine.Placement;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.engine.Scenario;
import org.livemigrate.simulator.engine.Simulation;
import org.livemigrate.simulator.fleet.FleetSpec;
import org.livemigrate.simulator.metrics.HostMeters;
import org.livemigrate.simulator.trace.Workload;
import org.livemigrate.simulator.trace.generate.Generator;
import org.livemigrate.simulator.trace.generate.GeneratorSpec;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One sample of one container in the simulator's hot path: demand, meters, and the scheduling round that follows each
 * row of 10,000. With {@code -prof gc} the allocation per sample.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(1)
public class EngineBenchmark {
    private static final int CONTAINERS = 10_000;

    @Param({"none", "greedy"})
    String policy;

    private final List<byte[]> rows = new ArrayList<>();
    private Simulation simulation;
    private int next;

    @Setup
    public void begin() {
        Workload workload = new Generator(
                GeneratorSpec.parse("containers=" + CONTAINERS + ",days=1,mean=30,cpu=500,memory-mib=256"));
        Workload.Cursor cursor = workload.cursor();
        for (byte[] row = cursor.next(); row != null; row = cursor.next()) {
            rows.add(row.clone());
        }
        FleetSpec fleet = FleetSpec.parse("1000x4000m/64GiB");
        Scenario scenario = new Scenario(
                fleet,
                workload,
                fleet.sizes().of(workload.series()),
                workload.stepMs(),
                true,
                false,
                Placement.ROUND_ROBIN,
                MigrationModel.preCopy(Calibration.DEFAULT, PreCopyRule.DEFAULT),
                64,
                0,
                HostMeters.CloudSimReading.NONE,
                FailureModel.NONE);
        simulation = new Simulation(
                scenario, Policies.create(policy, PolicyParameters.target(Fraction.percent(80))), 1, RunListener.NONE);
    }

    @Benchmark
    @OperationsPerInvocation(CONTAINERS)
    public Simulation sample() {
        simulation.accept(rows.get(next++ % rows.size()));
        return simulation;
    }
}
