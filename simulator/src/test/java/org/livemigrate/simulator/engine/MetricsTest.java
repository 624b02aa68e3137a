package org.livemigrate.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.cost.PreCopyRule;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Trace;

/** Each figure of a run against what it comes to on paper; those that are not here are in {@link AnalyticTest}. */
class MetricsTest {
    private static final Offset<Double> EXACT = offset(1e-9);
    private static final long MB100 = 100_000_000;

    /** 100 MB/s into the store and out of it, nothing dirtied, half a second to freeze, a quarter to restore. */
    private static final MigrationModel PLAIN = MigrationModel.preCopy(
            new Calibration(MB100, MB100, 500, 250, 0, MB100, 0, 0, 0, 0.1, 0, 0, false), new PreCopyRule(0, 1, 1));

    private static RunResult run(Trace trace, String hosts, MigrationModel model, String... moves) {
        return Runs.run(Runs.scenario(trace, hosts, 60_000, model), Runs.once(moves), RunListener.NONE);
    }

    @Test
    void imbalanceIsOfTheActiveHostsLoads() {
        // loads 0.2 and 0.6: mean 0.4; a third host is empty and does not count
        Trace trace = Runs.trace(60_000, Runs.constant(2, 20, 60), 1000, MB100);
        RunResult result = run(trace, "3x1000m/8GiB", PLAIN);

        assertThat(result.imbalanceStdDev()).isCloseTo(0.2, offset(1e-5));
        assertThat(result.maxOverMean()).isCloseTo(1.5, offset(1e-4));
        assertThat(result.jain()).isCloseTo(0.8 * 0.8 / (2 * (0.04 + 0.36)), offset(1e-4));
        assertThat(result.meanActiveHosts()).isCloseTo(2, EXACT);
    }

    @Test
    void aMigrationIsCountedWithItsBytesDowntimeAndLoss() {
        // 1 s to copy 100 MB at a degradation of 10 %; then 0.5 + 0.25 + 1 s frozen, for the memory comes back
        Trace trace = Runs.trace(60_000, Runs.constant(1440, 20, 60), 1000, MB100);
        RunResult result = run(trace, "2x1000m/8GiB", PLAIN, "ca h000 h001");

        assertThat(result.migrations()).isEqualTo(1);
        assertThat(result.migrationsCommitted()).isEqualTo(1);
        assertThat(result.migrationsFailed()).isZero();
        assertThat(result.bytesMoved()).isCloseTo(MB100, offset(1.0));
        assertThat(result.downtimeP50Ms()).isCloseTo(1750, offset(0.01));
        assertThat(result.downtimeP99Ms()).isCloseTo(1750, offset(0.01));
        assertThat(result.downtimeSumMs()).isCloseTo(1750, offset(0.01));
        double lost = 200 * (0.1 * 1 + 1.75);
        assertThat(result.pdm()).isCloseTo(lost / (200 * 86_400.0) / 2, offset(1e-10));
        assertThat(result.pdmPooled()).isCloseTo(lost / (800 * 86_400.0), offset(1e-10));
        assertThat(result.churn()).isCloseTo(1 / 2.0, EXACT); // one in a day, of two containers
        assertThat(result.hostShutdowns()).isEqualTo(1);
        // the first host is active for the minute before, and until the container runs on the second
        assertThat(result.meanActiveHosts()).isCloseTo(1 + (60 + 2.75) / 86_400, offset(1e-8));
    }

    @Test
    void theNinetyNinthPercentileIsTheNearestRank() {
        Trace trace = Runs.trace(60_000, Runs.constant(10, 10, 10, 10), 1000, MB100);
        // three copies share the store: 3 s each; all memory comes back at its own rate
        RunResult result = run(trace, "4x1000m/8GiB", PLAIN, "ca h000 h003", "cb h001 h003", "cc h002 h003");

        assertThat(result.migrations()).isEqualTo(3);
        assertThat(result.downtimeP50Ms()).isEqualTo(result.downtimeP99Ms());
        assertThat(result.downtimeSumMs()).isCloseTo(3 * 1750, offset(0.1));
    }

    @Test
    void unmetDemandIsWhatIsAboveTheHostsCapacity() {
        Trace trace = Runs.trace(60_000, new int[][] {{100, 50}, {50, 30}}, 1000, MB100);
        RunResult result = run(trace, "1x1000m/8GiB", PLAIN);

        assertThat(result.unmetDemand()).isCloseTo(500.0 / 2300, EXACT);
        assertThat(result.slatah()).isCloseTo(0.5, EXACT);
    }

    @Test
    void slavAndEsvAreTheProducts() {
        Trace trace = Runs.trace(60_000, new int[][] {{90, 90}, {90, 90}, {10, 10}}, 1000, MB100);
        RunResult result = run(trace, "1x1000m/8GiB+1x1000m/8GiB", PLAIN, "ca h000 h001");

        assertThat(result.slatah()).isPositive();
        assertThat(result.pdm()).isPositive();
        assertThat(result.slav()).isEqualTo(result.slatah() * result.pdm());
        assertThat(result.esv()).isEqualTo(result.energyKwh() * result.slav());
    }

    @Test
    void aMigrationWhoseContainerExitsIsRolledBack() {
        // ten gigabytes take 100 s, and the container is gone after 60
        Trace trace = Runs.trace(60_000, new int[][] {{20, 20}, {20, 20}, {-1, 20}}, 1000, 100 * MB100);
        RunResult result = run(trace, "2x1000m/64GiB", PLAIN, "ca h000 h001");

        assertThat(result.migrations()).isEqualTo(1);
        assertThat(result.migrationsCommitted()).isZero();
        assertThat(result.migrationsFailed()).isEqualTo(1);
        assertThat(result.rolledBack()).isEqualTo(1);
        assertThat(result.downtimeSumMs()).isZero();
    }
}
