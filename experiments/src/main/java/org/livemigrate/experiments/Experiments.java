package org.livemigrate.experiments;

import org.livemigrate.experiments.command.CheckCommand;
import org.livemigrate.experiments.command.ExitStatus;
import org.livemigrate.experiments.command.ListCommand;
import org.livemigrate.experiments.command.ReportCommand;
import org.livemigrate.experiments.command.RunCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code experiments} command: one command regenerates every table and figure. */
@Command(
        name = "experiments",
        description = "Runs the experiments and keeps what they find in results/.",
        mixinStandardHelpOptions = true,
        version = "experiments (of Live Container Migration)",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {ListCommand.class, RunCommand.class, CheckCommand.class, ReportCommand.class},
        footerHeading = "%nExamples:%n",
        footer = {
            "  experiments list                    what there is, and what each asks",
            "  experiments run placement-example   one experiment",
            "  experiments run --all               all that this machine can run",
            "  experiments check --all             do the same bytes come out again?",
            "  experiments report                  one page with all results",
            "",
            "Exit status: 0 done, 1 the goal was not met, 2 bad input,",
            "             3 a prerequisite is missing."
        })
public final class Experiments {
    private Experiments() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The whole command, as tests run it. */
    public static CommandLine commandLine() {
        return new CommandLine(new Experiments()).setExecutionExceptionHandler(new ExitStatus());
    }
}
