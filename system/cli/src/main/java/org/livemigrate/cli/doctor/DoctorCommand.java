package org.livemigrate.cli.doctor;

import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.livemigrate.agent.doctor.Doctor;
import org.livemigrate.agent.doctor.Finding;
import org.livemigrate.agent.doctor.Finding.Severity;
import org.livemigrate.agent.doctor.Finding.State;
import org.livemigrate.agent.runtime.SystemProcessRunner;
import org.livemigrate.cli.console.ExitStatus;
import org.livemigrate.cli.console.InputException;
import org.livemigrate.protocol.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Looks at this host's prerequisites. */
@Command(
        name = "doctor",
        description = "Looks at each prerequisite of this host: found against needed, and what mends it.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footerHeading = "%nExample:%n",
        footer = {
            "  sudo live-migrate doctor --controller http://10.0.0.10:7070",
            "",
            "Exit status: 0 migrations are possible (what is missing only limits them), 2 bad input, 3 something that is",
            "needed is missing. What could not be looked at changes no exit status."
        })
public final class DoctorCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--runtime",
            paramLabel = "NAME",
            defaultValue = "podman",
            description = "as the agent's: podman or modelled; default ${DEFAULT-VALUE}")
    private String runtime;

    @Option(
            names = "--store",
            paramLabel = "DIR",
            defaultValue = "/var/lib/live-migrate/store",
            description = "as the agent's; default ${DEFAULT-VALUE}")
    private Path store;

    @Option(
            names = "--controller",
            paramLabel = "URI",
            defaultValue = "${env:LIVE_MIGRATE_CONTROLLER}",
            description = "to look at controller, broker and clock too; default: $LIVE_MIGRATE_CONTROLLER")
    private URI controller;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            defaultValue = "${env:LIVE_MIGRATE_TOKEN_FILE:-/etc/live-migrate/token}",
            description = "the fleet's token; default: $LIVE_MIGRATE_TOKEN_FILE, else /etc/live-migrate/token")
    private Path tokenFile;

    @Option(names = "--json", description = "print the findings as a JSON array")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        if (!List.of("podman", "modelled").contains(runtime)) {
            throw new InputException("--runtime " + runtime + ": write podman or modelled.");
        }
        if (controller != null && (controller.getHost() == null || !"http".equals(controller.getScheme()))) {
            throw new InputException("--controller " + controller + ": write it as http://HOST:PORT.");
        }
        Doctor.Settings settings = new Doctor.Settings(runtime, store, controller, tokenFile);
        List<Finding> findings =
                new Doctor(settings, new SystemProcessRunner(), Path.of("/"), Clock.systemUTC()).examine();
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? Json.mapper().writeValueAsString(findings) : report(findings));
        out.flush();
        return findings.stream().anyMatch(Finding::blocks) ? ExitStatus.PREREQUISITE_MISSING : ExitStatus.DONE;
    }

    /** A line for each, with what is needed and what mends it below those that are not there. */
    static String report(List<Finding> findings) {
        StringBuilder text = new StringBuilder();
        for (Finding finding : findings) {
            text.append(String.format(Locale.ROOT, "%-8s %-15s %s%n", mark(finding), finding.check(), finding.found()));
            if (finding.state() != State.OK) {
                text.append(String.format(Locale.ROOT, "%24s needed: %s%n", "", finding.needed()));
                text.append(String.format(Locale.ROOT, "%24s mend:   %s%n", "", finding.remedy()));
            }
        }
        long blocking = findings.stream().filter(Finding::blocks).count();
        long limiting = findings.stream()
                .filter(f -> f.state() == State.MISSING && !f.blocks())
                .count();
        text.append(
                blocking > 0
                        ? "No container can be migrated from or to this host: " + blocking + " missing."
                        : "Containers can be migrated from and to this host"
                                + (limiting == 0 ? "." : ", within limits: " + limiting + "."));
        return text.toString();
    }

    private static String mark(Finding finding) {
        return switch (finding.state()) {
            case OK -> "ok";
            case UNKNOWN -> "?";
            case MISSING -> finding.severity() == Severity.NEEDED ? "MISSING" : "limits";
        };
    }
}
