package org.livemigrate.experiments.interval;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
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
    private static final List<Integer> INTERVALS_S = List.of(60, 300, 600, 1800, 3600);
    private static final List<Integer> TARGETS_PERCENT = List.of(60, 70, 80, 90);
    private static final String FAILURES = "saturation=95,for=5m,detect=2m,repair=30m";
    private static final String NONE = "none";
    private static final String BARE = "greedy";
    private static final String GUARDED = "greedy with guards";

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>(BalancedFleet.described(
                PlanetLab.namedAsLive(List.of(DAY)),
                BalancedFleet.hosts(BalancedFleet.HOSTS),
                INTERVALS_S.stream().map(s -> s * 1000L).toList(),
                TARGETS_PERCENT.stream().map(Fraction::percent).toList(),
                GuardSettings.LIVE));
        parameters.put("failures_for_the_cascades", FAILURES);
        return new Description(
                "interval-and-target",
                "The scheduling interval and the target",
                "What do the scheduling interval and the target load cost in migrations and bytes, and what do they bring"
                        + " in demand that is met and cascades that do not happen?",
                Kind.SIMULATED,
                Duration.ofSeconds(90),
                0,
                parameters,
                Set.of(Part.SCHEDULER, Part.SIMULATOR),
                List.of(PlanetLab.INPUT));
    }

    @Override
    public Table run(Run run) throws IOException, InterruptedException {
        Trace trace = PlanetLab.dayAsLive(run, DAY);
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

    @Override
    public Figure plot(Table data) {
        double none = 100 * data.where("policy", NONE).only().number("unmet_demand_fraction");
        List<XYChart> panels = new ArrayList<>();
        for (String policy : List.of(BARE, GUARDED)) {
            Table rows = data.where("policy", policy);
            XYChart unmet = panel(rows, policy, "unmet demand [%]", row -> 100 * row.number("unmet_demand_fraction"));
            Charts.level(unmet, "no migration", 1, 60, none);
            panels.add(unmet);
            panels.add(panel(rows, policy, "migrations in a day", row -> row.number("migrations_done")));
            panels.add(panel(
                    rows,
                    policy + ", where saturated hosts fail",
                    "host failures in a day",
                    row -> row.number("host_failures_where_hosts_fail")));
        }
        return new Figure(
                "Lines over the scheduling interval, one per target: unmet demand, migrations in a day, and host failures"
                        + " in a day where saturated hosts fail, for greedy alone and with guards; all axes are logarithmic,"
                        + " so that a point at nought is not drawn.",
                panels,
                3,
                560,
                420);
    }

    private static XYChart panel(Table rows, String title, String yTitle, ToDoubleFunction<Table.Row> value) {
        XYChart chart = Charts.lines(title, "scheduling interval [min]", yTitle);
        Charts.logarithmic(chart, true, true);
        for (String target : rows.distinct("target_fraction")) {
            Table line = rows.where("target_fraction", target);
            // a logarithmic axis has no zero
            Table drawn = line.where(row -> value.applyAsDouble(row) > 0);
            if (drawn.size() > 0) {
                chart.addSeries(
                        "target " + Decimals.percent(Double.parseDouble(target), 0),
                        drawn.rows()
                                .mapToDouble(r -> r.number("interval_s") / 60)
                                .toArray(),
                        drawn.rows().mapToDouble(value).toArray());
            }
        }
        return chart;
    }

    @Override
    public Summary summarize(Table data) {
        Table.Row none = data.where("policy", NONE).only();
        Table bare = data.where("policy", BARE);
        Table guarded = data.where("policy", GUARDED);
        Table.Row worst = max(bare);
        Table.Row bestBare = min(bare);
        Table.Row bestGuarded = min(guarded);
        double unmetNone = none.number("unmet_demand_fraction");
        long worse = bare.rows()
                .filter(r -> r.number("unmet_demand_fraction") > unmetNone)
                .count();
        long worseGuarded = guarded.rows()
                .filter(r -> r.number("unmet_demand_fraction") > unmetNone)
                .count();
        return new Summary(
                "Without migration " + percent(none) + " of the demand is unmet; greedy alone makes that worse in "
                        + worse + " of " + bare.size() + " settings (worst: " + percent(worst) + " with "
                        + worst.text("migrations_done") + " migrations at " + setting(worst)
                        + ") and is best at "
                        + setting(bestBare) + " with " + percent(bestBare) + " and "
                        + bestBare.text("migrations_done") + " migrations, while with guards it is worse in "
                        + worseGuarded + " of " + guarded.size() + " and best at " + setting(bestGuarded) + " with "
                        + percent(bestGuarded) + " and " + bestGuarded.text("migrations_done")
                        + "; where saturated hosts fail, " + failures(data.where("policy", NONE))
                        + " without migration, and every 1, 5 and 60 min at a target of 80 % "
                        + failures(at(bare, 60)) + ", " + failures(at(bare, 300)) + " and " + failures(at(bare, 3600))
                        + " with greedy alone, " + failures(at(guarded, 60)) + ", " + failures(at(guarded, 300))
                        + " and "
                        + failures(at(guarded, 3600)) + " with guards.",
                "Moderately: that many migrations at once do harm is to be expected where they load both ends and share one"
                        + " store, but how much depends on the model's dirty rate and overheads, which are assumptions"
                        + " until they are measured; it is one day of one trace, whose samples are five minutes apart, so that an"
                        + " interval of one minute sees the same demand five times; the time to decide is measured in"
                        + " decision-latency, and the statistics' way through the network is not in it.");
    }

    private static Table at(Table rows, int intervalSeconds) {
        return rows.where("target_fraction", "0.80").where("interval_s", Integer.toString(intervalSeconds));
    }

    private static String failures(Table rows) {
        Table.Row row = rows.only();
        return row.text("host_failures_where_hosts_fail") + " hosts fail (" + row.text("cascades_where_hosts_fail")
                + " cascades)";
    }

    private static Table.Row min(Table rows) {
        return rows.rows()
                .min(Comparator.comparingDouble(r -> r.number("unmet_demand_fraction")))
                .orElseThrow();
    }

    private static Table.Row max(Table rows) {
        return rows.rows()
                .max(Comparator.comparingDouble(r -> r.number("unmet_demand_fraction")))
                .orElseThrow();
    }

    private static String percent(Table.Row row) {
        return Decimals.percent(row.number("unmet_demand_fraction"), 3);
    }

    private static String setting(Table.Row row) {
        return "a target of " + Decimals.percent(row.number("target_fraction"), 0) + " every "
                + Decimals.text(row.number("interval_s") / 60, 0) + " min";
    }
}
