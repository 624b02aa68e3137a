package org.livemigrate.experiments.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.knowm.xchart.CategoryChart;
import org.livemigrate.experiments.data.Decimals;
import org.livemigrate.experiments.data.Table;
import org.livemigrate.experiments.data.TableBuilder;
import org.livemigrate.experiments.experiment.Description;
import org.livemigrate.experiments.experiment.Experiment;
import org.livemigrate.experiments.experiment.Input;
import org.livemigrate.experiments.experiment.Kind;
import org.livemigrate.experiments.experiment.Part;
import org.livemigrate.experiments.experiment.Run;
import org.livemigrate.experiments.experiment.Summary;
import org.livemigrate.experiments.plot.Charts;
import org.livemigrate.experiments.plot.Figure;

/**
 * The report: "if the controller crashes there are no side effects other than migration not being possible". What {@code
 * controller-outage} plays through, measured on the real processes: a controller is killed before the first migration
 * and in each phase of one, stays away and is started again. The containers are models, so this needs no root.
 */
public final class ControllerCrash implements Experiment {
    private static final Input PROGRAM = new Input("system/bin/live-migrate", "the program", "in the checkout");
    private static final Duration DOWN = Duration.ofSeconds(30);
    private static final String IDLE = "before any";
    private static final List<String> MOMENTS = List.of(IDLE, "precopy", "freeze", "restore");

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("fleet", CrashTrial.fleet());
        parameters.put("controller", "--engine modelled " + String.join(" ", CrashTrial.OPTIONS));
        parameters.put("killed", "by SIGKILL, in these phases of a migration: " + MOMENTS);
        parameters.put("down_s", Long.toString(DOWN.toSeconds()));
        return new Description(
                "controller-crash",
                "When the controller is killed",
                "What does a killed controller leave behind, and how soon does a new one go on?",
                Kind.MEASURED,
                Duration.ofMinutes(5),
                0,
                parameters,
                Set.of(
                        Part.SCHEDULER,
                        Part.PROTOCOL,
                        Part.REST,
                        Part.AGENT,
                        Part.CONTROLLER,
                        Part.CLI,
                        Part.BENCHMARKS),
                List.of(PROGRAM));
    }

    @Override
    public Table run(Run run) throws IOException, InterruptedException {
        TableBuilder table = run.table(
                "killed_in",
                "down_s",
                "containers",
                "fewest_running",
                "most_copies_running",
                "migrations_known_before",
                "migrations_lost",
                "outcome_in_flight",
                "standstill_in_flight_ms",
                "standstill_others_ms",
                "not_running_once_at_end",
                "heard_of_all_ms",
                "first_round_ms",
                "balanced_ms");
        int done = 0;
        for (String moment : MOMENTS) {
            Path directory = Files.createTempDirectory("controller-crash");
            CrashTrial.Result result;
            try (ProcessFleet fleet = CrashTrial.start(run.locate(PROGRAM), directory)) {
                result = CrashTrial.play(fleet, moment.equals(IDLE) ? "" : moment, DOWN);
            }
            remove(directory); // kept, with its logs, where something went wrong
            table.row(
                    moment,
                    DOWN.toSeconds(),
                    CrashTrial.containers(),
                    result.fewestRunning(),
                    result.mostCopies(),
                    result.knownBefore(),
                    result.lost(),
                    result.outcome(),
                    result.standstillInFlightMs(),
                    result.standstillOthersMs(),
                    result.notOnce(),
                    result.readyMs(),
                    result.firstRoundMs(),
                    result.balancedMs());
            run.progress(++done, MOMENTS.size());
        }
        return table.build();
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public Figure plot(Table data) {
        List<String> moments = data.distinct("killed_in");
        CategoryChart chart = Charts.bars(
                "Down for " + data.distinct("down_s").get(0) + " s", "killed in this phase of a migration", "time [s]");
        series(chart, data, moments, "heard of all", "heard_of_all_ms");
        series(chart, data, moments, "first round", "first_round_ms");
        series(chart, data, moments, "balanced", "balanced_ms");
        series(chart, data, moments, "standstill of the one under way", "standstill_in_flight_ms");
        Charts.legendBelow(chart);
        return new Figure(
                "Bars by the phase of a migration in which the controller was killed: how long after its start the new one"
                        + " had heard of all, made its first round and had the fleet balanced, and the longest standstill"
                        + " of the container that was under way.",
                List.of(chart),
                1,
                900,
                440);
    }

    private static void series(CategoryChart chart, Table data, List<String> moments, String name, String column) {
        chart.addSeries(
                name,
                moments,
                moments.stream()
                        .map(moment -> data.where("killed_in", moment).only().number(column) / 1000)
                        .toList());
    }

    @Override
    public Summary summarize(Table data) {
        List<String> inFlight = new ArrayList<>();
        data.where(row -> !row.text("outcome_in_flight").isEmpty())
                .rows()
                .forEach(row -> inFlight.add(
                        "killed in " + row.text("killed_in") + " the migration ends " + row.text("outcome_in_flight")
                                + " and its container has stood still for at most "
                                + seconds(row.number("standstill_in_flight_ms"))));
        long missing = data.rows()
                .mapToLong(row -> row.whole("containers") - row.whole("fewest_running"))
                .max()
                .orElseThrow();
        return new Summary(
                "In " + data.size() + " crashes of " + data.distinct("down_s").get(0) + " s at most "
                        + most(data, "most_copies_running") + " copy of a container ran at any time, at most " + missing
                        + " of " + data.distinct("containers").get(0) + " did not run for a while, "
                        + whole(data, "migrations_lost") + " of " + whole(data, "migrations_known_before")
                        + " migrations were lost and " + whole(data, "not_running_once_at_end")
                        + " containers do not run exactly once at the end, and those that nobody moved never stood still"
                        + " (longest " + most(data, "standstill_others_ms") + " ms); "
                        + String.join("; ", inFlight)
                        + "; a new controller has heard of everything within " + range(data, "heard_of_all_ms")
                        + ", makes its first round after " + range(data, "first_round_ms")
                        + " and has the fleet balanced after " + range(data, "balanced_ms") + ".",
                "Well for what is left behind, in these few crashes: controller, agents, broker, journal and messages are"
                        + " the real ones, each a process, and the containers, their checkpoints and the store's speed are"
                        + " modelled; that the container under way waits for the controller in some phases is a side"
                        + " effect which the report does not name; the times include the start of a Java process on the"
                        + " machine in the manifest.");
    }

    private static long most(Table data, String column) {
        return data.rows().mapToLong(row -> row.whole(column)).max().orElseThrow();
    }

    private static String whole(Table data, String column) {
        return Decimals.text(data.sum(column), 0);
    }

    private static String range(Table data, String column) {
        return seconds(data.rows().mapToDouble(row -> row.number(column)).min().orElseThrow()) + " to "
                + seconds(
                        data.rows().mapToDouble(row -> row.number(column)).max().orElseThrow());
    }

    private static String seconds(double ms) {
        return Decimals.text(ms / 1000, 1) + " s";
    }
}
