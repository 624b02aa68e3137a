package org.livemigrate.experiments.latency;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.engine.Scenario;
import org.livemigrate.simulator.sweep.TimedPolicy;
import org.livemigrate.simulator.trace.Trace;

/**
 * How long a decision takes, which the report gives as one of the reasons for its interval. Wall time is no two times
 * the same, so it has an experiment of its own, beside interval-and-target, whose bytes repeat.
 */
public final class DecisionLatency implements Experiment {
    private static final String DAY = "20110303";
    private static final List<Integer> INTERVALS_S = List.of(300, 1800);
    private static final List<Integer> TARGETS_PERCENT = List.of(70, 80, 90);
    private static final double LIVE_INTERVAL_MS = 60_000;
    private static final List<String> POLICIES = List.of("greedy", "local-search");

    @Override
    public Description description() {
        return new Description(
                "decision-latency",
                "How long a decision takes",
                "How long does a decision take, against a scheduling interval of a minute?",
                Kind.MEASURED,
                Duration.ofSeconds(40),
                0,
                BalancedFleet.described(
                        PlanetLab.named(List.of(DAY)) + ", sampled every minute",
                        BalancedFleet.hosts(BalancedFleet.HOSTS),
                        INTERVALS_S.stream().map(s -> s * 1000L).toList(),
                        TARGETS_PERCENT.stream().map(Fraction::percent).toList(),
                        GuardSettings.LIVE),
                Set.of(Part.SCHEDULER, Part.SIMULATOR),
                List.of(PlanetLab.INPUT));
    }

    @Override
    public Table run(Run run) throws IOException, InterruptedException {
        Trace trace = Demand.sampledEvery(PlanetLab.day(run, DAY), Demand.LIVE_SAMPLES_MS);
        TableBuilder table = run.table(
                "policy", "target_fraction", "interval_s", "containers", "decisions", "p50_ms", "p99_ms", "longest_ms");
        int all = POLICIES.size() * (1 + TARGETS_PERCENT.size() * INTERVALS_S.size());
        int done = 0;
        for (String policy : POLICIES) {
            // the first run lets the compiler see the code
            timed(trace, policy, Fraction.percent(TARGETS_PERCENT.get(0)), INTERVALS_S.get(0));
            run.progress(++done, all);
            for (int percent : TARGETS_PERCENT) {
                for (int interval : INTERVALS_S) {
                    Fraction target = Fraction.percent(percent);
                    double[] ms = timed(trace, policy, target, interval);
                    table.row(
                            policy,
                            Decimals.fixed(target.toDouble(), 2),
                            interval,
                            trace.series().size(),
                            trace.samples() * trace.stepMs() / 1000 / interval,
                            Decimals.fixed(ms[0], 3),
                            Decimals.fixed(ms[1], 3),
                            Decimals.fixed(ms[2], 3));
                    run.progress(++done, all);
                }
            }
        }
        return table.build();
    }

    /** Median, 99th percentile and longest, guards included. */
    private static double[] timed(Trace trace, String policy, Fraction target, int intervalSeconds)
            throws InterruptedException {
        Scenario scenario = BalancedFleet.scenario(trace, intervalSeconds * 1000L);
        TimedPolicy timed = new TimedPolicy(BalancedFleet.guarded(policy, target, GuardSettings.LIVE));
        Simulations.play(scenario, timed, target, RunListener.NONE);
        return timed.quantilesMs(0.5, 0.99, 1);
    }

    @Override
    public Figure plot(Table data) {
        List<XYChart> panels = new ArrayList<>();
        for (String policy : POLICIES) {
            Table rows = data.where("policy", policy);
            XYChart chart = Charts.lines(policy + " with guards", "target [%]", "99th percentile of a decision [ms]");
            for (String interval : rows.distinct("interval_s")) {
                Table line = rows.where("interval_s", interval);
                chart.addSeries(
                        "every " + Decimals.text(Double.parseDouble(interval) / 60, 0) + " min",
                        line.rows()
                                .mapToDouble(r -> 100 * r.number("target_fraction"))
                                .toArray(),
                        line.numbers("p99_ms"));
            }
            chart.getStyler().setYAxisMin(0.0);
            Charts.legendBelow(chart);
            panels.add(chart);
        }
        return new Figure(
                "Lines over the target, one per scheduling interval: the 99th percentile of the time that a decision takes,"
                        + " for greedy and for local search, with guards.",
                panels,
                2,
                560,
                420);
    }

    @Override
    public Summary summarize(Table data) {
        List<String> parts = new ArrayList<>();
        for (String policy : POLICIES) {
            Table rows = data.where("policy", policy);
            double longest = max(rows, "longest_ms");
            parts.add(policy + " with guards takes between " + Decimals.text(min(rows, "p50_ms"), 2) + " and "
                    + Decimals.text(max(rows, "p50_ms"), 2) + " ms in the median, at most "
                    + Decimals.text(max(rows, "p99_ms"), 2) + " ms in the 99th percentile and "
                    + Decimals.text(longest, 1) + " ms at longest, which is "
                    + Decimals.percent(longest / LIVE_INTERVAL_MS, 3) + " of the live interval of a minute");
        }
        return new Summary(
                "For " + String.join(" and ", data.distinct("containers")) + " containers on " + BalancedFleet.HOSTS
                        + " hosts, " + String.join("; ", parts) + ".",
                "Well enough for the conclusion, since nothing is near the interval: the times are one run's, on the machine"
                        + " in the manifest, beside whatever else ran there, and larger fleets take longer (benchmarks/"
                        + "README.md has fleets up to 20,000 containers).");
    }

    private static double max(Table rows, String column) {
        return rows.rows().mapToDouble(r -> r.number(column)).max().orElseThrow();
    }

    private static double min(Table rows, String column) {
        return rows.rows().mapToDouble(r -> r.number(column)).min().orElseThrow();
    }
}
