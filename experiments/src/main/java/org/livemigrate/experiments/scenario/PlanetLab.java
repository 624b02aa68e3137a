package org.livemigrate.experiments.scenario;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.livemigrate.experiments.experiment.Input;
import org.livemigrate.experiments.experiment.Run;
import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.cost.PreCopyRule;
import org.livemigrate.simulator.engine.FailureModel;
import org.livemigrate.simulator.engine.MigrationModel;
import org.livemigrate.simulator.engine.Placement;
import org.livemigrate.simulator.engine.Scenario;
import org.livemigrate.simulator.fleet.FleetSpec;
import org.livemigrate.simulator.metrics.HostMeters;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.planetlab.PlanetLabParser;

/**
 * PlanetLab's CPU traces (Park and Pai 2006, as Beloglazov and Buyya use them) on a fleet that has to be balanced: about
 * a thousand containers of one core, 50 hosts of four. CloudSim's 800 hosts would leave nothing to balance.
 */
public final class PlanetLab {
    public static final Input INPUT = new Input("shared/traces/planetlab/planetlab.tar.gz", "the PlanetLab CPU traces");

    /** The days that there are. */
    public static final List<String> DAYS = List.of("20110303", "20110306", "20110309", "20110322", "20110325");

    /** Hosts of four cores; at this size the busiest fleets of the five days stay below their capacity. */
    public static final String HOSTS = "50x4000m/32GiB";

    private static final int HISTORY_SAMPLES = 30;

    private PlanetLab() {}

    /** One day's trace. */
    public static Trace day(Run run, String day) throws IOException {
        return PlanetLabParser.parse(run.locate(INPUT), day);
    }

    /** That trace on the fleet, dealt out in turn, with migrations by pre-copy through one shared store. */
    public static Scenario scenario(Trace trace, long intervalMs) {
        return scenario(trace, HOSTS, intervalMs, FailureModel.NONE);
    }

    /** The same on other hosts, which may fail. */
    public static Scenario scenario(Trace trace, String hosts, long intervalMs, FailureModel failures) {
        FleetSpec fleet = FleetSpec.parse(hosts);
        return new Scenario(
                fleet,
                trace,
                fleet.sizes().of(trace.series()),
                intervalMs,
                true,
                false,
                Placement.ROUND_ROBIN,
                MigrationModel.preCopy(Calibration.DEFAULT, PreCopyRule.DEFAULT),
                Integer.MAX_VALUE,
                HISTORY_SAMPLES,
                HostMeters.CloudSimReading.NONE,
                failures);
    }

    /** What a manifest should tell of it. */
    public static Map<String, String> parameters() {
        return Map.of(
                "hosts", HOSTS,
                "container", "1000 millicores, 512 MiB",
                "placement", "round robin",
                "memory", "enforced",
                "migrations", "pre-copy, default calibration, one shared store");
    }
}
