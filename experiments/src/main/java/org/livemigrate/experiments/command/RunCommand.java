package org.livemigrate.experiments.command;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import org.livemigrate.experiments.experiment.Experiment;
import org.livemigrate.experiments.runner.Outcome;
import org.livemigrate.experiments.runner.Outcome.Status;
import org.livemigrate.experiments.runner.ProgressDisplay;
import org.livemigrate.experiments.runner.Runner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code experiments run}. */
@Command(
        name = "run",
        description = "Runs experiments and puts what they find into results/NAME/.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  experiments run placement-example",
            "  experiments run --all              goes on where an earlier run stopped",
            "  experiments run --all --again      runs also what is up to date",
            "  experiments run --all --results /tmp/results"
        })
public final class RunCommand implements Callable<Integer> {
    @Mixin
    private Places places;

    @Mixin
    private Selection selection;

    @Option(names = "--again", description = "Run also what is up to date.")
    private boolean again;

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description = "Experiments at a time; one per processor when not said. Measured ones always run alone.")
    private int jobs = Runtime.getRuntime().availableProcessors();

    @Override
    public Integer call() throws InterruptedException {
        if (jobs < 1) {
            throw new IllegalArgumentException("--jobs is " + jobs + "; it must be at least 1.");
        }
        List<Experiment> experiments = selection.experiments();
        List<Outcome> outcomes =
                runner(places.home(), places.results(), System.err).run(experiments, again, jobs);
        if (outcomes.stream().anyMatch(o -> o.status() == Status.FAILED)) {
            return ExitStatus.GOAL_NOT_MET;
        }
        boolean needs = outcomes.stream().anyMatch(o -> o.status() == Status.NEEDS);
        return needs && !selection.isAll() ? ExitStatus.PREREQUISITE_MISSING : ExitStatus.DONE;
    }

    static Runner runner(Path home, Path results, PrintStream out) {
        Clock clock = Clock.systemUTC();
        return new Runner(
                home, results, clock, new ProgressDisplay(out, Boolean.getBoolean("livemigrate.terminal"), clock));
    }
}
