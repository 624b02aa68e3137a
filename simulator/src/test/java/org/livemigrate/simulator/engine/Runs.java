package org.livemigrate.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.cost.PreCopyRule;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.HostLoads;
import org.livemigrate.scheduler.plan.Migration;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.plan.Reason;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.simulator.fleet.FleetSpec;
import org.livemigrate.simulator.metrics.HostMeters;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Series;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.Workload;

/** Small scenarios for tests. */
final class Runs {
    static final MigrationModel PRECOPY = MigrationModel.preCopy(Calibration.DEFAULT, PreCopyRule.DEFAULT);

    private Runs() {}

    static Trace trace(long stepMs, int[][] percentBySample, long millicores, long memory) {
        List<Series> series = new ArrayList<>();
        for (int c = 0; c < percentBySample[0].length; c++) {
            series.add(new Series("c" + (char) ('a' + c), millicores, memory));
        }
        byte[][] rows = new byte[percentBySample.length][series.size()];
        for (int k = 0; k < rows.length; k++) {
            for (int c = 0; c < rows[k].length; c++) {
                rows[k][c] = percentBySample[k][c] < 0 ? (byte) 255 : (byte) (percentBySample[k][c] * 2);
            }
        }
        return new Trace("test", series, stepMs, 0, rows, 0);
    }

    static Scenario scenario(Workload workload, String hosts, long intervalMs, MigrationModel model) {
        FleetSpec fleet = FleetSpec.parse(hosts);
        return new Scenario(
                fleet,
                workload,
                fleet.sizes().of(workload.series()),
                intervalMs,
                true,
                false,
                Placement.ROUND_ROBIN,
                model,
                Integer.MAX_VALUE,
                30,
                HostMeters.CloudSimReading.NONE,
                FailureModel.NONE);
    }

    static RunResult run(Scenario scenario, Policy policy, RunListener listener) {
        return run(scenario, policy, 1, listener);
    }

    /** The seed is that of failures and of lost messages. */
    static RunResult run(Scenario scenario, Policy policy, long seed, RunListener listener) {
        Simulation simulation = new Simulation(scenario, policy, seed, listener);
        Workload.Cursor cursor = scenario.workload().cursor();
        for (byte[] row = cursor.next(); row != null; row = cursor.next()) {
            simulation.accept(row);
        }
        RunResult result = simulation.finish(new Simulation.RunLabel(0.8, 0));
        assertThat(simulation.hasLostNoEvent()).as("no event was lost").isTrue();
        return result;
    }

    /** Plans these moves in its first round. */
    static Policy once(String... containerFromTo) {
        return new Policy() {
            private boolean done;

            @Override
            public String name() {
                return "once";
            }

            @Override
            public MigrationPlan plan(ClusterSnapshot snapshot) {
                List<Migration> moves = new ArrayList<>();
                for (String move : done ? new String[0] : containerFromTo) {
                    String[] part = move.split(" ");
                    moves.add(new Migration(part[0], part[1], part[2], new Reason(Reason.Code.POLICY, "test")));
                }
                done = true;
                HostLoads loads = HostLoads.of(snapshot);
                return new MigrationPlan("once", moves, List.of(), List.of(), loads, loads, false);
            }
        };
    }

    static int[][] constant(int samples, int... percents) {
        int[][] rows = new int[samples][];
        Arrays.fill(rows, percents);
        return rows;
    }
}
