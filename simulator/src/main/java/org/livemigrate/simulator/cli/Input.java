package org.livemigrate.simulator.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.livemigrate.simulator.compare.ZeroExits;
import org.livemigrate.simulator.engine.Standing;
import org.livemigrate.simulator.fleet.FleetSpec;
import org.livemigrate.simulator.recorded.RecordedWorkload;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.Workload;
import org.livemigrate.simulator.trace.csv.CsvMapping;
import org.livemigrate.simulator.trace.generate.Generator;
import org.livemigrate.simulator.trace.generate.GeneratorSpec;
import org.livemigrate.simulator.trace.registry.TraceFormats;
import org.livemigrate.simulator.whatif.Forecast;
import org.livemigrate.simulator.whatif.SnapshotSource;
import org.livemigrate.simulator.whatif.SnapshotWorkload;

/**
 * What is simulated: demand, hosts, and for a live fleet where everything stands.
 *
 * @param cordoned hosts that receive nothing
 */
record Input(Workload workload, FleetSpec fleet, Map<String, Standing> standing, Set<String> cordoned) {
    static final String RECORDING = "recording:";
    private static final String DEFAULT_HOSTS = "20";

    static Input of(SimulateOptions options) throws IOException, InterruptedException {
        SimulateOptions.Source source = options.source;
        if (source.snapshot != null) {
            SnapshotWorkload live = SnapshotWorkload.of(
                    SnapshotSource.read(source.snapshot, options.tokenFile),
                    Forecast.parse(options.forecast),
                    Durations.parseMs("--horizon", options.horizon));
            return new Input(live.trace(), hosts(options, live.fleet()), live.standing(), live.cordoned());
        }
        if (source.trace != null && source.trace.startsWith(RECORDING)) {
            RecordedWorkload recorded = RecordedWorkload.read(Path.of(source.trace.substring(RECORDING.length())));
            return new Input(
                    recorded.trace(), hosts(options, recorded.fleet()), recorded.standing(), recorded.cordoned());
        }
        return new Input(
                demand(options),
                FleetSpec.parse(options.hosts == null ? DEFAULT_HOSTS : options.hosts),
                Map.of(),
                Set.of());
    }

    /** The live fleet's own hosts, unless others are asked for: what would it be on those? */
    private static FleetSpec hosts(SimulateOptions options, FleetSpec own) {
        return options.hosts == null ? own : FleetSpec.parse(options.hosts);
    }

    private static Workload demand(SimulateOptions options) throws IOException {
        // not picocli's to demand, because it would also demand it of the subcommands
        if (options.source.trace == null && options.source.generate == null) {
            throw new IllegalArgumentException("say --trace FORMAT:PATH, --snapshot URL|FILE, or --generate SPEC for a"
                    + " workload without any.");
        }
        OptionalLong step = options.step == null
                ? OptionalLong.empty()
                : OptionalLong.of(Durations.parseMs("--step", options.step));
        if (step.isPresent() && step.getAsLong() == 0) {
            throw new IllegalArgumentException("--step " + options.step + ": a grid needs a step above 0.");
        }
        Workload workload = options.source.trace != null
                ? TraceFormats.read(options.source.trace, CsvMapping.parse(options.columns), step)
                : new Generator(GeneratorSpec.parse(options.source.generate));
        if (options.isOn(SimulateOptions.ZERO_EXITS)) {
            return ZeroExits.of(Trace.of(workload));
        }
        long runs = (long) options.policies.size() * options.targets.size();
        long cells = (long) workload.series().size() * workload.samples();
        // several runs over something small share one copy; a month of a data centre is made as it goes
        return runs > 1 && cells <= 200_000_000 || options.repeat > 1 && cells <= 200_000_000
                ? Trace.of(workload)
                : workload;
    }
}
