package org.livemigrate.simulator.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.literature.Switches;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.simulator.compare.ZeroExits;
import org.livemigrate.simulator.engine.FailureModel;
import org.livemigrate.simulator.engine.MigrationModel;
import org.livemigrate.simulator.engine.Placement;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.engine.Scenario;
import org.livemigrate.simulator.fleet.FleetSpec;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.report.OutputDirectory;
import org.livemigrate.simulator.report.Reports;
import org.livemigrate.simulator.sweep.GuardSpec;
import org.livemigrate.simulator.sweep.RunPlan;
import org.livemigrate.simulator.sweep.Shard;
import org.livemigrate.simulator.sweep.Sweep;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.Workload;
import org.livemigrate.simulator.trace.csv.CsvMapping;
import org.livemigrate.simulator.trace.generate.Generator;
import org.livemigrate.simulator.trace.generate.GeneratorSpec;
import org.livemigrate.simulator.trace.registry.TraceFormats;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code simulate}. Exit status: 0 done, 2 bad input, 3 a prerequisite is missing. */
@Command(
        name = "simulate",
        subcommands = Merge.class,
        mixinStandardHelpOptions = true,
        version = "live-migrate simulate 0.1.0",
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Replays CPU traces through the live system's own scheduler, in virtual time.",
        footer = {
            "",
            "Examples:",
            "  simulate --generate containers=200,days=1 --hosts 40 --policy none,greedy",
            "  simulate --trace planetlab:DIR:20110303 --hosts planetlab --policy none,greedy --target 80 --json"
        })
public final class Simulate implements Callable<Integer> {
    @Mixin
    private SimulateOptions options = new SimulateOptions();

    @Spec
    private CommandSpec spec;

    /** Runs the command and exits with its status. */
    public static void main(String[] args) {
        System.exit(run(commandLine(), args));
    }

    /** Runs the command with a config file's options, where one is named; gives the exit status. */
    public static int run(CommandLine line, String... args) {
        try {
            return line.execute(
                    ConfigFile.expand(args, line.getCommandSpec().optionsMap().keySet()));
        } catch (IllegalArgumentException e) {
            line.getErr().println("simulate: " + e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
    }

    /** The command, for the launcher and for tests. */
    public static CommandLine commandLine() {
        CommandLine line = new CommandLine(new Simulate());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof IllegalArgumentException || failure instanceof IOException) {
                command.getErr().println("simulate: " + failure.getMessage());
                return CommandLine.ExitCode.USAGE;
            }
            throw failure;
        });
        line.setParameterExceptionHandler((failure, args) -> {
            failure.getCommandLine().getErr().println("simulate: " + failure.getMessage());
            return CommandLine.ExitCode.USAGE;
        });
        return line;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Workload workload = workload();
        FleetSpec fleet = FleetSpec.parse(options.hosts);
        List<RunPlan> runs = Shard.parse(options.shard).of(runs(workload, fleet));
        OutputDirectory output = options.out == null ? null : OutputDirectory.create(options.out);
        PrintWriter err = spec.commandLine().getErr();
        ProgressLine progress =
                new ProgressLine(err, options.quiet, Boolean.getBoolean("livemigrate.terminal"), System::nanoTime);
        Sweep sweep = new Sweep(
                workload,
                options.threads > 0
                        ? options.threads
                        : options.repeat > 1 ? 1 : Runtime.getRuntime().availableProcessors(),
                options.repeat,
                Durations.parseMs("--warm-up", options.warmUp),
                progress,
                run -> output == null ? RunListener.NONE : output.listener(run, options.series));
        List<RunResult> results = sweep.run(runs);
        progress.finish();
        Reports.Document document = new Reports.Document(1, workload.name(), fleet.name(), options.shard, results);
        if (output != null) {
            output.finish(document);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (options.json) {
            out.println(Reports.json(document));
        } else {
            out.println(Reports.table(results));
            if (output != null) {
                out.println("Written: " + options.out);
            }
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private Workload workload() throws IOException {
        // not picocli's to demand, because it would also demand it of the subcommand
        if (options.source.trace == null && options.source.generate == null) {
            throw new IllegalArgumentException(
                    "say --trace FORMAT:PATH, or --generate SPEC for a workload without any.");
        }
        OptionalLong step = options.step == null
                ? OptionalLong.empty()
                : OptionalLong.of(Durations.parseMs("--step", options.step));
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

    private List<RunPlan> runs(Workload workload, FleetSpec fleet) throws IOException {
        List<RunPlan> runs = new ArrayList<>();
        Fraction headroom = Fraction.parsePercent(options.headroom);
        GuardSettings guards = GuardSpec.parse(options.guards);
        Switches switches = Switches.of(options.policySwitches());
        List<String> intervals = options.intervals.isEmpty() ? List.of(workload.stepMs() + "ms") : options.intervals;
        for (String interval : intervals) {
            long intervalMs = Durations.parseMs("--interval", interval);
            Scenario plain = scenario(workload, fleet, intervalMs, 0);
            Scenario withHistory = scenario(workload, fleet, intervalMs, options.history);
            for (String target : options.targets) {
                for (String policy : options.policies) {
                    for (long seed : Seeds.parse(options.seeds)) {
                        runs.add(new RunPlan(
                                runs.size(),
                                looksBack(policy, guards) ? withHistory : plain,
                                policy,
                                Fraction.parsePercent(target),
                                headroom,
                                seed,
                                switches,
                                guards));
                    }
                }
            }
        }
        return runs;
    }

    /** Past samples cost time, and few policies look at them: the adaptive detectors and the correlation, the local
     * search, and guards. */
    private static boolean looksBack(String policy, GuardSettings guards) {
        return !guards.equals(GuardSettings.OFF) || policy.matches("(mad|iqr|lr)-.*|.*-mc|local-search");
    }

    private Scenario scenario(Workload workload, FleetSpec fleet, long intervalMs, int history) throws IOException {
        boolean literature = options.migrations == null
                ? fleet.planetLab()
                : options.migrations == SimulateOptions.MigrationsName.LITERATURE;
        Placement placement = options.placement != null
                ? options.placement
                : fleet.planetLab() ? Placement.BEST_FIT : Placement.ROUND_ROBIN;
        return new Scenario(
                fleet,
                workload,
                fleet.sizes().of(workload.series()),
                intervalMs,
                options.memory == SimulateOptions.Memory.ENFORCED,
                options.idleHosts == SimulateOptions.Switch.ON,
                placement,
                literature
                        ? MigrationModel.literature()
                        : MigrationModel.preCopy(CalibrationFile.read(options.calibration), options.preCopyRule()),
                options.maxInFlight(literature),
                history,
                options.reading(),
                FailureModel.parse(options.failures));
    }
}
