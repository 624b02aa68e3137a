package org.livemigrate.cli.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import org.livemigrate.agent.doctor.Finding;
import org.livemigrate.cli.console.ExitStatus;
import org.livemigrate.cli.console.FleetDisplay;
import org.livemigrate.cli.console.PrerequisiteException;
import org.livemigrate.cli.console.Progress;
import org.livemigrate.cli.fleet.FleetApi;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.json.Json;
import org.livemigrate.protocol.migration.MigrationOutcome;
import org.livemigrate.protocol.migration.MigrationView;
import org.livemigrate.rest.UnreachableException;
import org.livemigrate.scheduler.model.Fraction;

/**
 * The demo once its nodes exist: starts controller and agents, loads the nodes unevenly, lets the scheduler work, and
 * judges the result by what the containers themselves tell.
 */
final class DemoSession {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PATIENCE_WITH_EMULATED = Duration.ofMinutes(15);
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final DemoSpec spec;
    private final FleetApi fleet;
    private final FleetProcesses processes;
    private final TickReader ticks;
    private final Clock clock;
    private final PrintStream out;
    private final Progress progress;
    private final double target;
    private final Duration patience;

    DemoSession(
            DemoSpec spec, FleetApi fleet, FleetProcesses processes, TickReader ticks, Clock clock, PrintStream out) {
        this.spec = spec;
        this.fleet = fleet;
        this.processes = processes;
        this.ticks = ticks;
        this.clock = clock;
        this.out = out;
        this.progress = new Progress(System.err);
        this.patience = spec.hostsRun() ? PATIENCE_WITH_EMULATED : PATIENCE;
        this.target = Fraction.parsePercent(spec.target()).toDouble();
    }

    /** @return the exit status */
    int run() throws IOException, InterruptedException {
        Instant began = clock.instant();
        progress.step(
                "starting the controller with its broker, and " + spec.nodes().size() + " agents");
        processes.startController();
        await("the controller to answer", patience, this::controllerAnswers);
        if (!spec.hostsRun()) {
            for (DemoNode node : spec.nodes()) {
                processes.startAgent(node);
            }
        }
        await(
                "every agent's heartbeat",
                patience,
                () -> ready().size() == spec.nodes().size());
        if (!spec.hostsRun()) { // those have looked at themselves, and have neither our library nor our token
            examine(spec.nodes().get(0));
        }

        List<CreateContainer> workload = Workload.on(spec.nodes());
        List<ContainerFacts> containers = new ArrayList<>();
        for (CreateContainer create : workload) {
            progress.step("container " + (containers.size() + 1) + " of " + workload.size() + ": " + create.name()
                    + " on " + create.host() + ", " + create.cpuLimitMillicores() + " millicores");
            containers.add(fleet.create(create, patience));
        }
        progress.step("waiting for statistics of all of them");
        await("statistics of every container", patience, () -> settled(workload));

        out.println("Scheduling interval shortened to " + spec.intervalSeconds() + " s (default: 1 minute); target "
                + spec.target() + " %; runtime: " + spec.runtime());
        Watch watch = new Watch(target, Duration.ofSeconds(6));
        watch.begin(ready());
        Instant watchBegan = clock.instant();
        fleet.resumeScheduling();
        boolean balanced = watch(watch);

        List<MigrationView> migrations = fleet.migrations().stream()
                .sorted(Comparator.comparing(MigrationView::startedAt))
                .toList();
        Evidence evidence = new Evidence(ticks, watchBegan);
        evidence.examine(
                containers,
                spec.nodes(),
                migrations,
                (number, name) -> progress.step(
                        "asking ticker " + number + " of " + containers.size() + " what it felt: " + name));
        DemoReport report = report(began, balanced, watch, migrations, evidence);
        print(report);
        if (spec.reportFile() != null) {
            Files.writeString(
                    Path.of(spec.reportFile()),
                    Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(report) + "\n");
            progress.step("report written to " + spec.reportFile());
        }
        if (spec.keep()) {
            keep();
        }
        return report.balanced() && report.proved() ? ExitStatus.DONE : ExitStatus.GOAL_NOT_MET;
    }

    /** What limits this demo is said before it is felt; the nodes are alike, and each agent looks at its own too. */
    private void examine(DemoNode node) throws IOException, InterruptedException {
        List<Finding> findings = processes.examine(node);
        long there = findings.stream()
                .filter(finding -> finding.state() == Finding.State.OK)
                .count();
        progress.step(
                findings.isEmpty()
                        ? "the doctor could not be asked; see " + processes.log("doctor")
                        : "the doctor finds " + there + " of " + findings.size() + " prerequisites on " + node.id());
        findings.stream()
                .filter(finding -> finding.state() != Finding.State.OK)
                .forEach(finding -> progress.step("  " + finding));
    }

    private boolean watch(Watch watch) throws InterruptedException {
        FleetDisplay display = new FleetDisplay(out);
        long deadline =
                System.nanoTime() + Duration.ofSeconds(spec.timeoutSeconds()).toNanos();
        boolean reached = false;
        while (!reached && System.nanoTime() < deadline) {
            List<NodeView> nodes = fleet.nodes();
            List<MigrationView> migrations = fleet.migrations();
            reached = watch.look(nodes, migrations, System.nanoTime());
            display.show(
                    "",
                    nodes,
                    target,
                    migrations.stream().filter(m -> m.outcome() == null).toList());
            requireAlive();
            if (!reached) {
                Thread.sleep(LOOK_EVERY.toMillis());
            }
        }
        display.settle();
        if (!reached) {
            progress.step("balance was not reached within " + spec.timeoutSeconds() + " s");
        }
        return reached;
    }

    private DemoReport report(
            Instant began, boolean balanced, Watch watch, List<MigrationView> migrations, Evidence evidence) {
        List<DemoReport.Migration> judged =
                migrations.stream().map(evidence::judge).toList();
        boolean proved = evidence.probes().stream().allMatch(DemoReport.Probe::holds)
                && judged.stream().allMatch(m -> m.outcome() != MigrationOutcome.FAILED);
        return new DemoReport(
                spec.runtime(),
                balanced,
                proved,
                target,
                Duration.ofSeconds(spec.intervalSeconds()).toMillis(),
                began,
                progress.elapsed().toMillis(),
                spec.nodes().stream()
                        .map(node -> new DemoReport.Node(
                                node.id(),
                                node.capacityMillicores(),
                                watch.loadBefore(node.id()),
                                watch.loadAfter(node.id())))
                        .toList(),
                judged,
                evidence.probes());
    }

    private void print(DemoReport report) {
        boolean modelled = report.runtime().equals("modelled");
        out.println();
        out.println(modelled ? "Migrations (modelled: no container was moved, times are a model's)" : "Migrations");
        for (DemoReport.Migration m : report.migrations()) {
            out.printf(
                    Locale.ROOT,
                    "  %s  %s -> %s  %s  %.1f MB%n      why: %s%n      phases [ms]: %s%n      downtime felt by its ticker:"
                            + " %.0f ms (p99 gap before: %.0f ms; as the API saw it: %s ms)%n",
                    m.container(),
                    m.from(),
                    m.to(),
                    m.outcome().word(),
                    m.bytes() / 1e6,
                    m.reason(),
                    m.phasesMs(),
                    m.downtimeFeltMs(),
                    m.gapP99BeforeMs(),
                    m.downtimeApiMs());
            if (m.problem() != null) {
                out.println("      problem: " + m.problem());
            }
        }
        out.println("Proof of life");
        for (DemoReport.Probe p : report.probes()) {
            out.printf(
                    Locale.ROOT,
                    "  %-14s %-10s moved %d times, count %d -> %d, lost %d, repeated %d, restarted %s: %s%n",
                    p.container(),
                    p.host() == null ? "(nowhere)" : "on " + p.host(),
                    p.migrations(),
                    p.ticksBefore(),
                    p.ticksAfter(),
                    p.ticksLost(),
                    p.ticksRepeated(),
                    p.restarted() ? "yes" : "no",
                    p.holds() ? "holds" : "DOES NOT HOLD");
        }
        out.println("Load");
        for (DemoReport.Node n : report.nodes()) {
            out.printf(
                    Locale.ROOT,
                    "  %s  %s -> %s of %d millicores%n",
                    n.id(),
                    FleetDisplay.percent(n.loadBefore()),
                    FleetDisplay.percent(n.loadAfter()),
                    n.capacityMillicores());
        }
        out.println(
                report.balanced() && report.proved()
                        ? "Balanced, and every container lived through it."
                        : "NOT done: " + (report.balanced() ? "" : "balance was not reached. ")
                                + (report.proved() ? "" : "a proof of life does not hold."));
        out.flush();
    }

    private void keep() throws InterruptedException {
        out.println("Everything stays up until you press Ctrl-C. The controller: http://" + spec.controllerAddress()
                + ":" + spec.controllerPort() + ", its token: " + spec.runDirectory() + "/token");
        out.flush();
        while (processes.dead().isEmpty()) {
            Thread.sleep(1_000);
        }
    }

    private boolean settled(List<CreateContainer> workload) {
        List<NodeView> nodes = ready();
        for (DemoNode node : spec.nodes()) {
            List<CreateContainer> own =
                    workload.stream().filter(c -> node.id().equals(c.host())).toList();
            long asked =
                    own.stream().mapToLong(CreateContainer::cpuLimitMillicores).sum();
            // a container uses its limit once it has been sampled for a whole interval; a tenth is left for noise
            boolean reached = nodes.stream()
                    .anyMatch(view -> view.facts().id().equals(node.id())
                            && view.containers() == own.size()
                            && view.usedMillicores() >= asked * 0.9);
            if (!reached) {
                return false;
            }
        }
        return true;
    }

    private List<NodeView> ready() {
        return fleet.nodes().stream()
                .filter(node -> node.state().equals("ready"))
                .toList();
    }

    private boolean controllerAnswers() {
        try {
            fleet.nodes();
            return true;
        } catch (UnreachableException notYet) {
            return false;
        }
    }

    private void await(String what, Duration timeout, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (!condition.getAsBoolean()) {
            requireAlive();
            if (System.nanoTime() > deadline) {
                throw new PrerequisiteException("Waited " + timeout.toSeconds() + " s in vain for " + what
                        + ". The logs are in " + spec.runDirectory() + ".");
            }
            Thread.sleep(100);
        }
    }

    private void requireAlive() {
        List<String> dead = processes.dead();
        if (!dead.isEmpty()) {
            throw new PrerequisiteException("A process of the demo has ended: " + String.join(", ", dead) + ".");
        }
    }
}
