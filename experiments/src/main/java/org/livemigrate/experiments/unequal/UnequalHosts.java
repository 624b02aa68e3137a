package org.livemigrate.experiments.unequal;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.knowm.xchart.CategoryChart;
import org.livemigrate.experiments.data.Decimals;
import org.livemigrate.experiments.data.Table;
import org.livemigrate.experiments.data.TableBuilder;
import org.livemigrate.experiments.experiment.Description;
import org.livemigrate.experiments.experiment.Experiment;
import org.livemigrate.experiments.experiment.Kind;
import org.livemigrate.experiments.experiment.Part;
import org.livemigrate.experiments.experiment.Run;
import org.livemigrate.experiments.experiment.Summary;
import org.livemigrate.experiments.plot.Charts;
import org.livemigrate.experiments.plot.Figure;
import org.livemigrate.experiments.scenario.BalancedFleet;
import org.livemigrate.experiments.scenario.PlanetLab;
import org.livemigrate.experiments.scenario.Simulations;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.simulator.engine.FailureModel;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Trace;

/**
 * Unequal hosts, which the report leaves to future work: its algorithm adds up percentages, as if a percent of one host
 * were a percent of another. The same 200 cores as equal hosts and as hosts of two sizes, to a greedy that is told
 * percentages and to one that divides demand by capacity.
 */
public final class UnequalHosts implements Experiment {
    /** One fleet in three shapes: how much larger the large hosts are, and the hosts. */
    private static final Map<String, String> FLEETS = new TreeMap<>(Map.of(
            "1:1", "50x4000m/32GiB",
            "1:3", "25x2000m/32GiB+25x6000m/32GiB",
            "1:6", "40x2000m/32GiB+10x12000m/32GiB"));

    private static final Fraction TARGET = Fraction.percent(80);
    private static final long INTERVAL_MS = 300_000;
    /** As live, but for the sustained breach: what is made equal has no history. */
    private static final GuardSettings GUARDS = GuardSettings.LIVE.withBreach(1, 1);

    private static final String NONE = "no scheduler";
    private static final String AS_IF_EQUAL = "percentages";
    private static final String BY_CAPACITY = "demand over capacity";
    private static final List<String> READINGS = List.of(NONE, AS_IF_EQUAL, BY_CAPACITY);

    @Override
    public Description description() {
        Map<String, String> parameters = BalancedFleet.described(
                PlanetLab.named(PlanetLab.DAYS), FLEETS.toString(), List.of(INTERVAL_MS), List.of(TARGET), GUARDS);
        return new Description(
                "unequal-hosts",
                "Unequal hosts",
                "What does it cost to take a percent of a small host for a percent of a large one?",
                Kind.SIMULATED,
                Duration.ofSeconds(2),
                0,
                parameters,
                Set.of(Part.SCHEDULER, Part.SIMULATOR),
                List.of(PlanetLab.INPUT));
    }

    private static Policy policy(String reading) {
        Policy greedy = BalancedFleet.guarded("greedy", TARGET, GUARDS);
        return switch (reading) {
            case NONE -> BalancedFleet.policy("none", TARGET);
            case AS_IF_EQUAL -> new AsIfEqual(greedy);
            case BY_CAPACITY -> greedy;
            default -> throw new IllegalArgumentException(reading);
        };
    }

    @Override
    public Table run(Run run) throws IOException, InterruptedException {
        TableBuilder table = run.table(
                "day",
                "small_to_large",
                "reading",
                "migrations",
                "overload_time_fraction",
                "unmet_demand_fraction",
                "run_digest");
        int all = PlanetLab.DAYS.size() * FLEETS.size() * READINGS.size();
        int done = 0;
        for (String day : PlanetLab.DAYS) {
            Trace trace = PlanetLab.day(run, day);
            for (Map.Entry<String, String> fleet : FLEETS.entrySet()) {
                for (String reading : READINGS) {
                    RunResult result = Simulations.play(
                            BalancedFleet.scenario(trace, fleet.getValue(), INTERVAL_MS, FailureModel.NONE),
                            policy(reading),
                            TARGET,
                            RunListener.NONE);
                    table.row(
                            day,
                            fleet.getKey(),
                            reading,
                            result.migrationsCommitted(),
                            Decimals.fixed(result.slatah(), 6),
                            Decimals.fixed(result.unmetDemand(), 6),
                            result.digest());
                    run.progress(++done, all);
                }
            }
        }
        return table.build();
    }

    @Override
    public Figure plot(Table data) {
        List<CategoryChart> panels = List.of(
                panel(data, "unmet_demand_fraction", 100, "unmet demand [%]"),
                panel(data, "migrations", 1, "migrations in a day"));
        return new Figure(
                "Bars over the shape of the fleet, one per reading: unmet demand and migrations in a day, as means over"
                        + " the days.",
                panels,
                2,
                560,
                440);
    }

    private static CategoryChart panel(Table data, String column, double factor, String yTitle) {
        CategoryChart chart =
                Charts.bars("Mean of " + data.distinct("day").size() + " days", "small host : large host", yTitle);
        List<String> shapes = data.distinct("small_to_large");
        for (String reading : READINGS) {
            chart.addSeries(
                    reading,
                    shapes,
                    shapes.stream()
                            .map(shape -> factor * mean(data, shape, reading, column))
                            .toList());
        }
        Charts.legendBelow(chart);
        return chart;
    }

    private static double mean(Table data, String shape, String reading, String column) {
        return data.where("small_to_large", shape).where("reading", reading).mean(column);
    }

    @Override
    public Summary summarize(Table data) {
        List<String> shapes = new ArrayList<>();
        for (String shape : data.distinct("small_to_large")) {
            List<String> readings = new ArrayList<>();
            for (String reading : READINGS) {
                readings.add(reading + " "
                        + Decimals.percent(mean(data, shape, reading, "unmet_demand_fraction"), 3) + " ("
                        + Decimals.text(mean(data, shape, reading, "migrations"), 0) + ")");
            }
            shapes.add("hosts as " + shape + ": " + String.join(", ", readings) + ", the last the lower of the two on "
                    + betterDays(data, shape) + " of " + data.distinct("day").size());
        }
        return new Summary(
                "Unmet demand (and migrations a day) as means over "
                        + data.distinct("day").size() + " days; " + String.join("; ", shapes) + ".",
                "Fairly: both readings are the same algorithm on the same demand and differ in nothing else, and on equal hosts"
                        + " they agree but for rounding, so that what differs on those days is chance; the sizes are made up,"
                        + " and containers are first dealt out evenly in number, which hits small hosts hardest.");
    }

    /** Days on which the reading by capacity leaves less demand unmet. */
    private static long betterDays(Table data, String shape) {
        Table rows = data.where("small_to_large", shape);
        return rows.distinct("day").stream()
                .filter(day -> mean(rows.where("day", day), shape, BY_CAPACITY, "unmet_demand_fraction")
                        < mean(rows.where("day", day), shape, AS_IF_EQUAL, "unmet_demand_fraction"))
                .count();
    }
}
