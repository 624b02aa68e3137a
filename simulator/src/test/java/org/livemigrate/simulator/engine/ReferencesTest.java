package org.livemigrate.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import org.junit.jupiter.api.Test;
import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.cost.PreCopyRule;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.scheduler.policy.PolicyParameters;
import org.livemigrate.scheduler.power.PowerModel;
import org.livemigrate.scheduler.search.SearchSettings;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.reference.LowerBound;
import org.livemigrate.simulator.reference.References;
import org.livemigrate.simulator.trace.Samples;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.Workload;

class ReferencesTest {
    private static final long GIB = 1L << 30;
    private static final PolicyParameters EIGHTY = PolicyParameters.target(Fraction.percent(80));

    private static RunResult bound(Scenario scenario) {
        LowerBound bound = new LowerBound(scenario);
        feed(bound, scenario);
        return bound.finish(new Simulation.RunLabel(0.8, 0));
    }

    private static void feed(Run run, Scenario scenario) {
        Workload.Cursor cursor = scenario.workload().cursor();
        for (byte[] row = cursor.next(); row != null; row = cursor.next()) {
            run.accept(row);
        }
    }

    @Test
    void theLocalSearchGoesByTheMigrationsOfItsRun() {
        Trace trace = Runs.trace(60_000, Runs.constant(2, 50), 1000, 1 << 20);
        Calibration slow = Calibration.DEFAULT.withRates(50_000_000, 50_000_000);
        PreCopyRule hasty = new PreCopyRule(1000, 2, 0.5);

        SearchSettings settings =
                References.settings(Runs.scenario(trace, "2", 60_000, MigrationModel.preCopy(slow, hasty)));
        assertThat(settings.calibration()).isEqualTo(slow);
        assertThat(settings.rule()).isEqualTo(hasty);
        assertThat(References.settings(Runs.scenario(trace, "2", 60_000, MigrationModel.literature())))
                .isEqualTo(SearchSettings.DEFAULT);
    }

    @Test
    void aFullHostIsTheLeastEnergyAndWhatTheFleetCannotGiveIsUnmet() {
        Trace trace = Runs.trace(60_000, new int[][] {{50, 50}, {100, 100}}, 1000, GIB);
        RunResult bound = bound(Runs.scenario(trace, "1x1000m/1GiB+1x500m/2GiB", 60_000, Runs.PRECOPY));

        double full = PowerModel.ML110_G5.watts(1.0);
        assertThat(bound.energyKwh()).isCloseTo(60 * (full + 2 * full) / 3.6e6, withPercentage(1e-9));
        assertThat(bound.unmetDemand()).isCloseTo(500.0 / 3000, withPercentage(1e-9));
        assertThat(bound.meanActiveHosts()).isEqualTo(1); // 2 GiB of containers, and the largest host has 2 GiB
        assertThat(bound.policy()).isEqualTo("bound");
    }

    @Test
    void noPolicyIsBelowTheBound() {
        for (long seed = 0; seed < 400; seed++) {
            Scenario scenario = InvariantsTest.scenario(seed);
            RunResult bound = bound(scenario);
            double most = new LowerBound(scenario).mostJoulesPerMillicoreSecond();
            double asked = asked(scenario);
            for (Policy policy : new Policy[] {
                new InvariantsTest.RandomPolicy(seed),
                Policies.create("none", EIGHTY),
                Policies.create("greedy", EIGHTY),
                Policies.create("local-search", EIGHTY),
                Policies.create("thr-mmt", EIGHTY),
                References.clairvoyant(scenario, EIGHTY)
            }) {
                RunResult run = Runs.run(scenario, policy, RunListener.NONE);
                String what = "seed " + seed + ", " + policy.name();
                double unserved = run.unmetDemand() + run.pdmPooled();
                assertThat(unserved).as(what).isGreaterThanOrEqualTo(bound.unmetDemand() * (1 - 1e-9) - 1e-12);
                assertThat(run.energyKwh() * 3.6e6 + unserved * asked * most)
                        .as("energy in J, %s", what)
                        .isGreaterThanOrEqualTo(bound.energyKwh() * 3.6e6 * (1 - 1e-9));
                assertThat(run.meanActiveHosts()).as(what).isGreaterThanOrEqualTo(bound.meanActiveHosts() - 1e-9);
            }
        }
    }

    private static double asked(Scenario scenario) {
        double sum = 0;
        Workload.Cursor cursor = scenario.workload().cursor();
        for (byte[] row = cursor.next(); row != null; row = cursor.next()) {
            for (int c = 0; c < row.length; c++) {
                sum += Samples.millicores(row[c], scenario.sizes().get(c).cpuMillicores());
            }
        }
        return sum * scenario.workload().stepMs() / 1000;
    }

    @Test
    void theClairvoyantMovesBeforeTheSpikeAndNotForOneThatPasses() {
        int[][] rises = {{30, 5, 30}, {30, 5, 30}, {90, 5, 30}, {90, 5, 30}, {90, 5, 30}};
        int[][] passes = {{30, 5, 30}, {90, 5, 30}, {5, 5, 30}, {5, 5, 30}, {5, 5, 30}};

        assertThat(migrations(rises, "clairvoyant")).isPositive();
        assertThat(migrations(passes, "clairvoyant")).isZero();
        assertThat(migrations(passes, "greedy")).isPositive();
    }

    /** The first and the last stand on the first host. */
    private static long migrations(int[][] percents, String name) {
        Trace trace = Runs.trace(300_000, percents, 1000, GIB);
        Scenario scenario = Runs.scenario(trace, "2x1000m/8GiB", 300_000, Runs.PRECOPY);
        Policy policy =
                name.equals("clairvoyant") ? References.clairvoyant(scenario, EIGHTY) : Policies.create(name, EIGHTY);
        return Runs.run(scenario, policy, RunListener.NONE).migrations();
    }
}
