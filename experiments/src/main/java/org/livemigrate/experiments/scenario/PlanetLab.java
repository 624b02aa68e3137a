package org.livemigrate.experiments.scenario;

import java.io.IOException;
import java.util.List;
import org.livemigrate.experiments.experiment.Input;
import org.livemigrate.experiments.experiment.Run;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.planetlab.PlanetLabParser;

/** PlanetLab's CPU traces (Park and Pai 2006, as Beloglazov and Buyya use them): 1,052 and more VMs, a sample each 300 s. */
public final class PlanetLab {
    public static final Input INPUT = new Input("shared/traces/planetlab/planetlab.tar.gz", "the PlanetLab CPU traces");

    /** The days that there are. */
    public static final List<String> DAYS = List.of("20110303", "20110306", "20110309", "20110322", "20110325");

    /** Three of them, from few VMs to many, for what is played many times. */
    public static final List<String> THREE_DAYS = List.of("20110303", "20110309", "20110322");

    private PlanetLab() {}

    /** One day's trace. */
    public static Trace day(Run run, String day) throws IOException {
        return PlanetLabParser.parse(run.locate(INPUT), day);
    }

    /** One day's trace where it stands for a live fleet: looked at every {@link Demand#LIVE_SAMPLES_MS}. */
    public static Trace dayAsLive(Run run, String day) throws IOException {
        return Demand.sampledEvery(day(run, day), Demand.LIVE_SAMPLES_MS);
    }

    /** Those days as {@link #dayAsLive} gives them, for a manifest. */
    public static String namedAsLive(List<String> days) {
        return named(days) + ", sampled every minute";
    }

    /** Those days, for a manifest. */
    public static String named(List<String> days) {
        return "PlanetLab " + String.join(", ", days);
    }
}
