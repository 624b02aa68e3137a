package org.livemigrate.simulator.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.literature.Switches;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.simulator.engine.Contention;
import org.livemigrate.simulator.engine.DestinationChoice;
import org.livemigrate.simulator.engine.FailureModel;
import org.livemigrate.simulator.engine.Membership;
import org.livemigrate.simulator.engine.MigrationModel;
import org.livemigrate.simulator.engine.Placement;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.engine.Scenario;
import org.livemigrate.simulator.engine.Telling;
import org.livemigrate.simulator.fleet.FleetSpec;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.reference.References;
import org.livemigrate.simulator.report.Listeners;
import org.livemigrate.simulator.report.OutputDirectory;
import org.livemigrate.simulator.report.PlannedMoves;
import org.livemigrate.simulator.report.Reports;
import org.livemigrate.simulator.sweep.GuardSpec;
import org.livemigrate.simulator.sweep.RunPlan;
import org.livemigrate.simulator.sweep.Shard;
import org.livemigrate.simulator.sweep.Sweep;
import org.livemigrate.simulator.trace.Workload;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code simulate}. Exit status: 0 done, 2 bad input, 3 a prerequisite is missing. */
@Command(
        name = "simulate",
        subcommands = {Merge.class, ReplayCommand.class},
        mixinStandardHelpOptions = true,
        version = "live-migrate simulate 0.1.0",
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = "Replays CPU traces through the live system's own scheduler, in virtual time.",
        footer = {
            "",
            "Examples:",
            "  simulate --generate containers=200,days=1 --hosts 40 --policy none,greedy",
            "  simulate --trace recording:monday.jsonl.gz --policy none,greedy --interval 1m",
            "  simulate --snapshot http://10.0.0.10:7070 --token-file /etc/live-migrate/token --policy"
                    + " none,greedy,lr-mmt",
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
        if (options.plot && options.out == null) {
            throw new IllegalArgumentException("--plot writes to the directory of --out: name one.");
        }
        InVain.refuseBySource(spec, options);
        Input input = Input.of(options);
        Workload workload = input.workload();
        FleetSpec fleet = input.fleet();
        MigrationModel migrations = migrations(fleet);
        List<RunPlan> all = runs(input, migrations);
        RunPlan.requireDistinct(all);
        List<RunPlan> runs = Shard.parse(options.shard).of(all);
        boolean live = options.source.snapshot != null;
        PlannedMoves moves = new PlannedMoves(input.standing());
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
                run -> listener(run, output, live ? moves : null));
        List<RunResult> results = sweep.run(runs);
        progress.finish();
        Reports.Document document = new Reports.Document(
                1,
                workload.name(),
                fleet.name(),
                options.shard,
                SweepDigest.of(spec, options.source, workload, migrations),
                results,
                live ? moves.all() : null);
        if (output != null) {
            output.finish(document);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (options.json) {
            out.println(Reports.json(document));
        } else {
            out.println(Reports.table(results));
            if (live) {
                out.println(moves.text());
            }
            if (output != null) {
                out.println("Written: " + options.out);
            }
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }

    private RunListener listener(RunPlan run, OutputDirectory output, PlannedMoves moves) {
        List<RunListener> listeners = new ArrayList<>();
        if (output != null) {
            listeners.add(output.listener(run, options.series));
        }
        if (options.plot) {
            listeners.add(output.plot(run));
        }
        if (moves != null) {
            listeners.add(moves.of(run));
        }
        return listeners.isEmpty() ? RunListener.NONE : new Listeners(listeners);
    }

    private List<RunPlan> runs(Input input, MigrationModel migrations) {
        Workload workload = input.workload();
        List<RunPlan> runs = new ArrayList<>();
        Fraction headroom = Fraction.parsePercent(options.headroom);
        GuardSettings guards = GuardSpec.parse(options.guards, migrations.calibration());
        Switches switches = Switches.of(options.policySwitches());
        List<String> intervals = options.intervals.isEmpty() ? List.of(workload.stepMs() + "ms") : options.intervals;
        List<String> tellings = options.tellings.isEmpty() ? List.of("direct") : options.tellings;
        for (String interval : intervals) {
            for (String telling : tellings) {
                long intervalMs = Durations.parseMs("--interval", interval);
                Scenario plain = scenario(input, migrations, intervalMs, 0).withTelling(Telling.parse(telling));
                Scenario withHistory =
                        scenario(input, migrations, intervalMs, options.history).withTelling(Telling.parse(telling));
                for (String target : options.targets) {
                    for (String policy : referencesFirst(options.policies)) {
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
        }
        return runs;
    }

    private static List<String> referencesFirst(List<String> policies) {
        return policies.stream()
                .sorted(Comparator.comparing(policy -> !References.NAMES.contains(policy)))
                .toList();
    }

    /** Past samples cost time, and few policies look at them: the adaptive detectors and the correlation, the local
     * search, and guards. */
    private static boolean looksBack(String policy, GuardSettings guards) {
        return !guards.equals(GuardSettings.OFF) || policy.matches("(mad|iqr|lr)-.*|.*-mc|local-search");
    }

    private boolean isLiterature(FleetSpec fleet) {
        return options.migrations == null
                ? fleet.planetLab()
                : options.migrations == SimulateOptions.MigrationsName.LITERATURE;
    }

    private MigrationModel migrations(FleetSpec fleet) throws IOException {
        if (isLiterature(fleet)) {
            InVain.refuseByLiterature(spec);
            return MigrationModel.literature();
        }
        return MigrationModel.preCopy(CalibrationFile.read(options.calibration), options.preCopyRule());
    }

    private Scenario scenario(Input input, MigrationModel migrations, long intervalMs, int history) {
        Workload workload = input.workload();
        FleetSpec fleet = input.fleet();
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
                migrations,
                options.maxInFlight(isLiterature(fleet)),
                history,
                options.reading(),
                FailureModel.parse(options.failures),
                Telling.DIRECT,
                options.contention == SimulateOptions.ContentionName.MAX_MIN
                        ? Contention.MAX_MIN
                        : Contention.PROPORTIONAL,
                Membership.parse(options.membership).withCordoned(input.cordoned()),
                input.standing(),
                DestinationChoice.BY_PLAN);
    }
}
