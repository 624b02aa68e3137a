package org.livemigrate.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.livemigrate.cli.console.ExitStatus;
import org.livemigrate.cli.console.InputException;
import org.livemigrate.cli.console.Version;
import org.livemigrate.cli.demo.DemoCommand;
import org.livemigrate.cli.demo.SessionCommand;
import org.livemigrate.cli.doctor.DoctorCommand;
import org.livemigrate.cli.fleet.CordonCommand;
import org.livemigrate.cli.fleet.DrainCommand;
import org.livemigrate.cli.fleet.EventsCommand;
import org.livemigrate.cli.fleet.MigrationsCommand;
import org.livemigrate.cli.fleet.MoveCommand;
import org.livemigrate.cli.fleet.NodesCommand;
import org.livemigrate.cli.fleet.PsCommand;
import org.livemigrate.cli.fleet.RecordCommand;
import org.livemigrate.cli.plan.PlanCommand;
import org.livemigrate.cli.serve.AgentCommand;
import org.livemigrate.cli.serve.ControllerCommand;
import org.livemigrate.cli.serve.YamlDefaults;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code live-migrate} command: it only composes scheduler, agent and controller. */
@Command(
        name = "live-migrate",
        description = "Moves running containers off overloaded hosts, by itself.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            SessionCommand.class,
            PlanCommand.class,
            ControllerCommand.class,
            AgentCommand.class,
            NodesCommand.class,
            PsCommand.class,
            MigrationsCommand.class,
            MoveCommand.class,
            CordonCommand.class,
            DrainCommand.class,
            EventsCommand.class,
            RecordCommand.class,
            DoctorCommand.class
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  sudo live-migrate demo",
            "  live-migrate plan --snapshot fleet.json --policy greedy --target 71 --json",
            "",
            "Exit status: 0 done, 1 the goal was not met, 2 bad input, 3 a prerequisite is missing."
        })
public final class LiveMigrate {

    private LiveMigrate() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments));
    }

    private static int run(String[] arguments) {
        if (System.getProperty("livemigrate.hostname") == null) {
            System.setProperty(
                    "livemigrate.hostname", hostName(System.getenv("HOSTNAME"), Path.of("/proc/sys/kernel/hostname")));
        }
        CommandLine command = commandLine();
        try {
            YamlDefaults.apply(command, List.of(arguments));
        } catch (InputException e) {
            command.getErr().println("live-migrate: " + e.getMessage());
            return ExitStatus.BAD_INPUT;
        }
        return command.execute(arguments);
    }

    /** The whole command, as tests run it. */
    public static CommandLine commandLine() {
        return new CommandLine(new LiveMigrate())
                .setExecutionExceptionHandler(new ExitStatus())
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    /**
     * This machine's name; empty when it has none of its own, since all such would be one host of a fleet.
     *
     * @param variable of the environment, null when it is not set
     * @param kernel where the kernel tells the name, which no resolver need know
     */
    static String hostName(String variable, Path kernel) {
        String name = variable == null ? "" : variable.strip();
        if (name.isEmpty()) {
            try {
                name = Files.exists(kernel)
                        ? Files.readString(kernel).strip()
                        : InetAddress.getLocalHost().getHostName();
            } catch (IOException e) {
                return "";
            }
        }
        boolean anybodys = name.equals("localhost") || name.startsWith("localhost.") || name.equals("(none)");
        return anybodys ? "" : name;
    }
}
