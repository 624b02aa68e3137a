package org.livemigrate.cli;

import org.livemigrate.cli.console.ExitStatus;
import org.livemigrate.cli.console.Version;
import org.livemigrate.cli.plan.PlanCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code live-migrate} command: it only composes scheduler, agent and controller. */
@Command(
        name = "live-migrate",
        description = "Moves running containers off overloaded hosts, by itself.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {PlanCommand.class},
        footerHeading = "%nExit status: ",
        footer = "0 done, 1 the goal was not met, 2 bad input, 3 a prerequisite is missing.")
public final class LiveMigrate {

    private LiveMigrate() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The whole command, as tests run it. */
    public static CommandLine commandLine() {
        return new CommandLine(new LiveMigrate())
                .setExecutionExceptionHandler(new ExitStatus())
                .setCaseInsensitiveEnumValuesAllowed(true);
    }
}
