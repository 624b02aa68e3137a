package org.livemigrate.cli.plan;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.HorizontalAlign;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.livemigrate.cli.console.ExitStatus;
import org.livemigrate.cli.console.FleetDisplay;
import org.livemigrate.cli.console.InputException;
import org.livemigrate.cli.fleet.ControllerOptions;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.json.JsonMessages;
import org.livemigrate.protocol.plan.PlanDocument;
import org.livemigrate.protocol.plan.SnapshotDocument;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.model.InvalidClusterException;
import org.livemigrate.scheduler.plan.PlanListener;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.scheduler.policy.PolicyParameters;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;

/** A plan from a file, without a fleet: what a researcher tries first and what a bug report attaches. */
@Command(
        name = "plan",
        description = "Says which containers a policy would move: of a fleet in a file, or of a running one.",
        mixinStandardHelpOptions = true,
        footerHeading = "%nExamples:%n",
        footer = {
            "  live-migrate plan --controller http://10.0.0.10:7070",
            "  live-migrate plan --snapshot fleet.json",
            "  live-migrate plan --snapshot fleet.json --policy greedy --target 71 --json",
            "  cat fleet.json | live-migrate plan --snapshot - --policy initial --headroom 10",
            "",
            "A snapshot: {\"hosts\":[{\"id\":\"v1\",\"capacityMillicores\":1000,\"memoryBytes\":1073741824}],",
            "             \"containers\":[{\"id\":\"c1\",\"host\":\"v1\",\"cpuMillicores\":600,\"memoryBytes\":1048576}]}",
            "Exit status: 0 a plan was made (see overTarget for hosts that stay above target), 2 bad input."
        })
public final class PlanCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--snapshot",
            paramLabel = "FILE",
            description = "the fleet; - reads standard input. Without it a running controller is asked what its next"
                    + " round would do, with its own policy and guards; nothing is changed")
    private Path snapshot;

    @Mixin
    private ControllerOptions controller;

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            defaultValue = "greedy",
            completionCandidates = PolicyNames.class,
            description = "one of: ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}")
    private String policy;

    @Option(
            names = "--target",
            paramLabel = "PERCENT",
            defaultValue = "71",
            description = "load above which a host is overloaded; default ${DEFAULT-VALUE}")
    private String target;

    @Option(
            names = "--headroom",
            paramLabel = "PERCENT",
            defaultValue = "0",
            description = "share of a destination's CPU and memory that stays free; default ${DEFAULT-VALUE}, as in the"
                    + " report (the controller's default is 10)")
    private String headroom;

    @Option(names = "--seed", defaultValue = "0", description = "for policies that draw lots; default ${DEFAULT-VALUE}")
    private long seed;

    @Option(names = "--json", description = "print the plan as JSON")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        PlanDocument plan = snapshot == null
                ? controller.client().post("/v1/plan", null, PlanDocument.class)
                : PlanDocument.of(policy().plan(read().toSnapshot()));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(plan));
        } else {
            print(plan, out);
        }
        out.flush();
        return ExitStatus.DONE;
    }

    private Policy policy() {
        try {
            return Policies.create(
                    policy,
                    new PolicyParameters(
                            Fraction.parsePercent(target), Fraction.parsePercent(headroom), seed, PlanListener.NONE));
        } catch (IllegalArgumentException e) {
            throw new InputException(e.getMessage(), e);
        }
    }

    private SnapshotDocument read() throws IOException {
        String name = snapshot.toString();
        byte[] bytes;
        if (name.equals("-")) {
            name = "standard input";
            bytes = System.in.readAllBytes();
        } else {
            try {
                bytes = Files.readAllBytes(snapshot);
            } catch (NoSuchFileException e) {
                throw new InputException("--snapshot " + name + ": there is no such file.", e);
            } catch (IOException e) {
                throw new InputException("--snapshot " + name + " cannot be read: " + e, e);
            }
        }
        try {
            SnapshotDocument document = Json.mapper().readValue(bytes, SnapshotDocument.class);
            if (document == null) {
                throw new InputException("--snapshot " + name + " holds no JSON object.");
            }
            return document;
        } catch (JacksonException e) {
            if (e.getCause() instanceof InvalidClusterException invalid) {
                throw invalid;
            }
            throw new InputException(
                    "--snapshot " + name + ": " + JsonMessages.describe(e)
                            + " (see 'live-migrate plan --help' for the form)",
                    e);
        }
    }

    private static void print(PlanDocument plan, PrintWriter out) {
        List<String> hosts = new ArrayList<>(plan.loadBefore().keySet());
        out.println(AsciiTable.builder()
                .border(AsciiTable.NO_BORDERS)
                .data(
                        hosts,
                        Arrays.asList(
                                new Column()
                                        .header("host")
                                        .dataAlign(HorizontalAlign.LEFT)
                                        .with(host -> host),
                                new Column()
                                        .header("load before")
                                        .with(host -> FleetDisplay.percent(
                                                plan.loadBefore().get(host))),
                                new Column()
                                        .header("load after")
                                        .with(host -> FleetDisplay.percent(
                                                plan.loadAfter().get(host))),
                                new Column()
                                        .header("")
                                        .with(host -> plan.overTarget().contains(host) ? "stays over target" : "")))
                .asString());
        out.println();
        out.println(plan.migrations().isEmpty() ? "No migrations." : "Migrations, in order:");
        for (int i = 0; i < plan.migrations().size(); i++) {
            PlanDocument.Move move = plan.migrations().get(i);
            out.println("  " + (i + 1) + ". " + move.container() + ": " + move.from() + " -> " + move.to() + "  ("
                    + move.reason() + ")");
        }
        if (!plan.rejections().isEmpty()) {
            out.println("Not done:");
            plan.rejections().forEach(no -> out.println("  " + no.code() + ": " + no.reason()));
        }
        if (plan.truncated()) {
            out.println("The search stopped at its limit; another round may find more.");
        }
    }

    /** For {@code --help}. */
    static final class PolicyNames extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        PolicyNames() {
            super(Policies.names());
        }
    }
}
