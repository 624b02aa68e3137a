package org.livemigrate.simulator.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;
import static org.assertj.core.data.Percentage.withPercentage;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.scheduler.literature.Switches;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.policy.LiteraturePolicy;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.PolicyParameters;
import org.livemigrate.scheduler.power.PowerModel;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.csv.CsvMapping;
import org.livemigrate.simulator.trace.registry.TraceFormats;

/** Defects that were found in other simulators of this field, in CloudSim 4.0 and CloudSim Plus: we have none of them. */
class KnownDefectsTest {
    private static final long MIB = 1L << 20;
    private static final PolicyParameters EIGHTY = PolicyParameters.target(Fraction.percent(80));

    @Test
    void defect1ResultsDependOnTheOrderInWhichFilesAreListed(@TempDir Path folder) throws IOException {
        Path day = Files.createDirectory(folder.resolve("20110303"));
        Path tar = folder.resolve("backwards.tar.gz");
        try (TarArchiveOutputStream out =
                new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(tar)))) {
            for (int vm = 9; vm >= 0; vm--) {
                byte[] samples = ("9" + vm + "\n1" + vm + "\n5" + vm + "\n").getBytes(StandardCharsets.US_ASCII);
                TarArchiveEntry entry = new TarArchiveEntry("20110303/vm" + vm);
                entry.setSize(samples.length);
                out.putArchiveEntry(entry);
                out.write(samples);
                out.closeArchiveEntry();
                Files.write(day.resolve("vm" + vm), samples);
            }
        }
        assertThat(planetLab(folder.toString())).isEqualTo(planetLab(tar.toString()));
    }

    private static String planetLab(String path) throws IOException {
        Trace trace = Trace.of(
                TraceFormats.read("planetlab:" + path + ":20110303", CsvMapping.parse("plain"), OptionalLong.empty()));
        Scenario scenario = Runs.scenario(trace, "4x3000m/64GiB", 300_000, Runs.PRECOPY);
        return Runs.run(scenario, Policies.create("greedy", EIGHTY), RunListener.NONE)
                .digest();
    }

    @Test
    void defect2MemoryIsIgnoredAfterBoot() {
        // the first host is hot and the second cool, and both are full of memory
        Trace trace = Runs.trace(60_000, Runs.constant(10, 60, 5, 40, 5), 1000, 512 * MIB);
        RunListener neverOverbooked = new RunListener() {
            @Override
            public void onEvent(long nowUs, World world) {
                for (int h = 0; h < world.hosts(); h++) {
                    assertThat(world.hostMemoryBooked(h))
                            .isLessThanOrEqualTo(world.host(h).memoryBytes());
                }
            }
        };
        assertThat(migrations(trace, "2x1000m/1GiB", neverOverbooked)).isZero();
        assertThat(migrations(trace, "2x1000m/2GiB", neverOverbooked)).isPositive();
    }

    private static long migrations(Trace trace, String hosts, RunListener listener) {
        Scenario scenario = Runs.scenario(trace, hosts, 60_000, Runs.PRECOPY);
        return Runs.run(scenario, Policies.create("greedy", EIGHTY), listener).migrations();
    }

    @Test
    void defect3VmsAreLost() {
        for (long seed = 5000; seed < 5060; seed++) {
            Runs.run(InvariantsTest.scenario(seed), new InvariantsTest.RandomPolicy(seed), new RunListener() {
                @Override
                public void onSample(long nowUs, World world) {
                    for (int c = 0; c < world.containers(); c++) {
                        assertThat(world.hostOf(c) >= 0)
                                .as("%s has a host, being there", world.containerId(c))
                                .isEqualTo(world.isPresent(c));
                    }
                }
            });
        }
    }

    @Test
    void defect4TheRobustRegressionIsTheSameAsTheOther() {
        SplittableRandom random = new SplittableRandom(3);
        int[][] percents = new int[60][24];
        for (int[] row : percents) {
            for (int c = 0; c < row.length; c++) {
                row[c] = random.nextInt(60);
            }
        }
        Scenario scenario =
                Runs.scenario(Runs.trace(300_000, percents, 1000, MIB), "8x2000m/8GiB", 300_000, Runs.PRECOPY);
        Switches unweighted = Switches.of(java.util.Set.of("unweighted-regression"));

        RunResult weighted = Runs.run(scenario, new LiteraturePolicy("lr-mmt", EIGHTY), RunListener.NONE);
        RunResult without = Runs.run(scenario, new LiteraturePolicy("lr-mmt", EIGHTY, unweighted), RunListener.NONE);

        assertThat(weighted.migrations()).isPositive();
        assertThat(weighted.digest()).isNotEqualTo(without.digest());
    }

    @Test
    void defect5SlatahIsPooledWhereThePaperAveragesAndNobodySaysWhich() {
        // one host is active for two samples and saturated in one, the other active for four and never
        Trace trace = Runs.trace(60_000, new int[][] {{100, 10}, {50, 10}, {-1, 10}, {-1, 10}}, 1000, MIB);
        RunResult result =
                Runs.run(Runs.scenario(trace, "2x1000m/8GiB", 60_000, Runs.PRECOPY), Runs.once(), RunListener.NONE);

        assertThat(result.slatah()).isCloseTo((1 / 2.0 + 0) / 2, offset(1e-12));
        assertThat(result.slatahPooled()).isCloseTo(1 / 6.0, offset(1e-12));
    }

    @Test
    void defect6APowerModelThrowsAbove95PercentAndReadsOneStepHighAt50() {
        assertThat(PowerModel.ML110_G5.watts(0.5)).isEqualTo(116);
        assertThat(PowerModel.ML110_G4.watts(0.5)).isEqualTo(102);
        assertThat(PowerModel.ML110_G5.watts(0.96)).isCloseTo(133 + 0.6 * 2, offset(1e-9));
        assertThat(PowerModel.ML110_G5.watts(1.0)).isEqualTo(135);
        assertThat(PowerModel.ML110_G5.watts(1.7)).isEqualTo(135);
    }

    @Test
    void defect7EnergyDependsOnTheSamplingInterval() {
        int[][] coarse = {{10, 80}, {90, 30}, {0, 55}};
        int[][] fine = new int[15][];
        for (int k = 0; k < fine.length; k++) {
            fine[k] = coarse[k / 5];
        }
        assertThat(energy(300_000, coarse)).isCloseTo(energy(60_000, fine), withPercentage(1e-10));
    }

    private static double energy(long stepMs, int[][] percents) {
        Trace trace = Runs.trace(stepMs, percents, 1000, MIB);
        return Runs.run(
                        Runs.scenario(trace, "2x1000m/8GiB", 300_000, Runs.PRECOPY),
                        Runs.once("ca h000 h001"),
                        RunListener.NONE)
                .energyKwh();
    }
}
