package org.livemigrate.experiments.interval;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.knowm.xchart.XYChart;
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
import org.livemigrate.experiments.scenario.Demand;
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
 * The report's scheduling interval, "chosen through experimentation" and given as one minute, over the target load, with
 * and without the guards that stand before the live system's policy.
 */
public final class IntervalAndTarget implements Experiment {
    private static final String DAY = "20110303";

    /**
     * Hosts are sampled as often as the shortest interval comes round, for all intervals alike: guards count samples, and
     * rounds between two samples would see the same picture twice.
     */
    private static final int SAMPLED_S = 15;

    private static final List<Integer> INTERVALS_S = List.of(SAMPLED_S, 30, 60, 300, 600, 1800, 3600);
    private static final List<Integer> TARGETS_PERCENT = List.of(60, 70, 80, 90);

    /** What the answer tells of the guards: shorter than the report's interval, its own, and longer. */
    private static final List<Integer> TOLD_INTERVALS_S = List.of(SAMPLED_S, 60, 300);

    private static final String TOLD_TARGET = "0.80";
    private static final String FAILURES = "saturation=95,for=5m,detect=2m,repair=30m";
    private static final String NONE = "none";
    private static final String BARE = "greedy";
    private static final String GUARDED = "greedy with guards";

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>(BalancedFleet.described(
                PlanetLab.named(List.of(DAY)) + ", sampled every " + SAMPLED_S + " s",
                BalancedFleet.hosts(BalancedFleet.HOSTS),
                INTERVALS_S.stream().map(s -> s * 1000L).toList(),
                TARGETS_PERCENT.stream().map(Fraction::percent).toList(),
                GuardSettings.LIVE));
        parameters.put("failures_for_the_cascades", FAILURES);
        return new Description(
                "interval-and-target",
                "The scheduling interval and the target",
                "What do the scheduling interval and the target load cost in migrations and bytes, and what do they bring"
                        + " in overload, demand that is met and cascades that do not happen?",
                Kind.SIMULATED,
                Duration.ofSeconds(90),
                0,
                parameters,
                Set.of(Part.SCHEDULER, Part.SIMULATOR),
                List.of(PlanetLab.INPUT));
    }

    @Override
    public Table run(Run run) throws IOException, InterruptedException {
        Trace trace = Demand.sampledEvery(PlanetLab.day(run, DAY), SAMPLED_S * 1000L);
        TableBuilder table = run.table(
                "policy",
                "target_fraction",
                "interval_s",
                "migrations_begun",
                "migrations_done",
                "bytes_moved",
                "overload_time_fraction",
                "unmet_demand_fraction",
                "downtime_sum_ms",
                "energy_kwh",
                "run_digest",
                "host_failures_where_hosts_fail",
                "cascades_where_hosts_fail",
                "largest_cascade_where_hosts_fail",
                "run_digest_where_hosts_fail");
        int runs = 1 + 2 * TARGETS_PERCENT.size() * INTERVALS_S.size();
        int done = 0;
        Fraction first = Fraction.percent(TARGETS_PERCENT.get(0));
        add(table, trace, BalancedFleet.policy(NONE, first), NONE, first, INTERVALS_S.get(0));
        run.progress(++done, runs);
        for (int percent : TARGETS_PERCENT) {
            Fraction target = Fraction.percent(percent);
            for (int interval : INTERVALS_S) {
                add(table, trace, BalancedFleet.policy(BARE, target), BARE, target, interval);
                run.progress(++done, runs);
                add(table, trace, BalancedFleet.guarded(BARE, target, GuardSettings.LIVE), GUARDED, target, interval);
                run.progress(++done, runs);
            }
        }
        return table.build();
    }

    private static void add(
            TableBuilder table, Trace trace, Policy policy, String label, Fraction target, int intervalSeconds)
            throws InterruptedException {
        long intervalMs = intervalSeconds * 1000L;
        RunResult result =
                Simulations.play(BalancedFleet.scenario(trace, intervalMs), policy, target, RunListener.NONE);
        RunResult failing = Simulations.play(
                BalancedFleet.scenario(
                        trace, BalancedFleet.hosts(BalancedFleet.HOSTS), intervalMs, FailureModel.parse(FAILURES)),
                policy,
                target,
                RunListener.NONE);
        table.row(
                label,
                Decimals.fixed(target.toDouble(), 2),
                intervalSeconds,
                result.migrations(),
                result.migrationsCommitted(),
                Decimals.fixed(result.bytesMoved(), 0),
                Decimals.fixed(result.slatah(), 6),
                Decimals.fixed(result.unmetDemand(), 6),
                Decimals.fixed(result.downtimeSumMs(), 0),
                Decimals.fixed(result.energyKwh(), 3),
                result.digest(),
                failing.hostFailures(),
                failing.cascades(),
                failing.cascadeLargest(),
                failing.digest());
    }

    /**
     * What a row of panels shows.
     *
     * @param name with its unit
     */
    private record Measure(String name, ToDoubleFunction<Table.Row> value) {}

    private static final List<Measure> MEASURES = List.of(
            new Measure("overload time [%]", row -> 100 * row.number("overload_time_fraction")),
            new Measure("unmet demand [%]", row -> 100 * row.number("unmet_demand_fraction")),
            new Measure("migrations in a day", row -> row.number("migrations_done")),
            new Measure("moved in a day [GB]", row -> row.number("bytes_moved") / 1e9),
            new Measure("host failures in a day", row -> row.number("host_failures_where_hosts_fail")),
            new Measure("cascades in a day", row -> row.number("cascades_where_hosts_fail")));

    @Override
    public Figure plot(Table data) {
        List<XYChart> panels = new ArrayList<>();
        for (Measure measure : MEASURES) {
            for (String policy : List.of(BARE, GUARDED)) {
                panels.add(panel(data, policy, measure));
            }
        }
        return new Figure(
                "Lines over the scheduling interval, one per target, for greedy alone on the left and with guards on the"
                        + " right: overload time, unmet demand, migrations and gigabytes moved in a day, and, where saturated hosts"
                        + " fail, host failures and cascades in a day; dashed without migration. Both panels of a row have the"
                        + " same axis, which is logarithmic, or linear where a value is nought.",
                panels,
                2,
                640,
                340);
    }

    private static XYChart panel(Table data, String policy, Measure measure) {
        XYChart chart = Charts.lines(policy, "scheduling interval [min]", measure.name());
        Table migrating = data.where(row -> !row.text("policy").equals(NONE));
        double none = measure.value().applyAsDouble(data.where("policy", NONE).only());
        double least = migrating.rows().mapToDouble(measure.value()).min().orElseThrow();
        double most = Math.max(
                none, migrating.rows().mapToDouble(measure.value()).max().orElseThrow());
        // a logarithmic axis has no zero
        boolean isLogarithmic = least > 0;
        Charts.logarithmic(chart, true, isLogarithmic);
        chart.getStyler()
                .setYAxisMin(isLogarithmic ? Math.pow(10, Math.floor(Math.log10(least))) : 0.0)
                .setYAxisMax(isLogarithmic ? Math.pow(10, Math.ceil(Math.log10(most))) : most);
        Table rows = data.where("policy", policy);
        for (String target : rows.distinct("target_fraction")) {
            Table line = rows.where("target_fraction", target);
            chart.addSeries(
                    "target " + Decimals.percent(Double.parseDouble(target), 0),
                    minutes(line),
                    line.rows().mapToDouble(measure.value()).toArray());
        }
        if (none > 0) {
            double[] minutes = minutes(rows);
            Charts.level(
                    chart,
                    "no migration",
                    Arrays.stream(minutes).min().orElseThrow(),
                    Arrays.stream(minutes).max().orElseThrow(),
                    none);
        }
        return chart;
    }

    private static double[] minutes(Table rows) {
        return rows.rows().mapToDouble(row -> row.number("interval_s") / 60).toArray();
    }

    @Override
    public Summary summarize(Table data) {
        Table.Row none = data.where("policy", NONE).only();
        Table bare = data.where("policy", BARE);
        Table guarded = data.where("policy", GUARDED);
        return new Summary(
                "Without migration hosts are overloaded for " + percent(none, "overload_time_fraction")
                        + " of the time, " + percent(none, "unmet_demand_fraction")
                        + " of the demand is unmet and, where saturated hosts fail, there are " + cascades(none)
                        + "; greedy alone overloads them longer in " + worse(bare, none) + " settings (for "
                        + percent(longest(bare), "overload_time_fraction") + " at " + setting(longest(bare))
                        + ") and least at " + setting(shortest(bare)) + " " + told(shortest(bare))
                        + ", with guards longer in " + worse(guarded, none) + " and least at "
                        + setting(shortest(guarded)) + " " + told(shortest(guarded)) + "; the guards at a target of "
                        + Decimals.percent(Double.parseDouble(TOLD_TARGET), 0) + " come to, "
                        + TOLD_INTERVALS_S.stream()
                                .map(interval -> at(guarded, interval))
                                .map(row -> every(row) + " " + told(row))
                                .collect(Collectors.joining(", "))
                        + ".",
                "Moderately: it is one day of one trace with a sample each five minutes, so that a shorter interval shows how"
                        + " soon the same demand is dealt with and how migrations pile up, but not whether a closer look"
                        + " catches shorter spikes; how much harm migrations do depends on the model's dirty rate and"
                        + " overheads, which are assumptions; the time to decide is measured in decision-latency, and the"
                        + " statistics' way through the network is not in it.");
    }

    private static String worse(Table rows, Table.Row none) {
        double overload = none.number("overload_time_fraction");
        return rows.where(row -> row.number("overload_time_fraction") > overload)
                        .size() + " of " + rows.size();
    }

    private static Table.Row shortest(Table rows) {
        return rows.rows()
                .min(Comparator.comparingDouble(row -> row.number("overload_time_fraction")))
                .orElseThrow();
    }

    private static Table.Row longest(Table rows) {
        return rows.rows()
                .max(Comparator.comparingDouble(row -> row.number("overload_time_fraction")))
                .orElseThrow();
    }

    private static Table.Row at(Table rows, int intervalSeconds) {
        return rows.where("target_fraction", TOLD_TARGET)
                .where("interval_s", Integer.toString(intervalSeconds))
                .only();
    }

    private static String told(Table.Row row) {
        return "(" + percent(row, "overload_time_fraction") + " overloaded, " + row.text("migrations_done")
                + " migrations, " + Decimals.text(row.number("bytes_moved") / 1e9, 0) + " GB, " + cascades(row) + ")";
    }

    private static String cascades(Table.Row row) {
        return row.text("cascades_where_hosts_fail") + " cascades";
    }

    private static String percent(Table.Row row, String column) {
        return Decimals.percent(row.number(column), 2);
    }

    private static String setting(Table.Row row) {
        return Decimals.percent(row.number("target_fraction"), 0) + " " + every(row);
    }

    private static String every(Table.Row row) {
        long seconds = row.whole("interval_s");
        return "every " + (seconds < 60 ? seconds + " s" : seconds / 60 + " min");
    }
}
