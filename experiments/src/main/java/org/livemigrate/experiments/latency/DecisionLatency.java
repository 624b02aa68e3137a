package org.livemigrate.experiments.latency;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.simulator.engine.FailureModel;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.sweep.TimedPolicy;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.generate.Generator;
import org.livemigrate.simulator.trace.generate.GeneratorSpec;

/**
 * How long a decision takes, which the report gives as one of the reasons for its interval of a minute: as a share of
 * that interval and of shorter ones, over the size of the fleet. Wall time is no two times the same, so it has an
 * experiment of its own, beside interval-and-target, whose bytes repeat.
 */
public final class DecisionLatency implements Experiment {
    private static final String DAY = "20110303";
    private static final String PLANETLAB = "PlanetLab";
    private static final String GENERATED = "generated";
    private static final String MADE = "days=0.07,step=5s,profile=bursty,mean=12,seed=1,containers=";
    private static final List<Integer> SIZES = List.of(1_000, 5_000, 20_000);
    /** Of the generated fleets, as in cascading-failure. */
    private static final int HOSTS_PER_THOUSAND = 65;

    /** As often as live. */
    private static final long SAMPLES_MS = 5_000;

    private static final List<Integer> INTERVALS_S = List.of(5, 10, 60);
    private static final List<Integer> TARGETS_PERCENT = List.of(60, 80);
    private static final int ROUNDS = 60;
    private static final String BARE = "greedy";
    private static final String GUARDED = "greedy with guards";
    private static final String SEARCH = "local search with guards";
    private static final List<String> POLICIES = List.of(BARE, GUARDED, SEARCH);

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>(BalancedFleet.described(
                PlanetLab.named(List.of(DAY)) + " and " + MADE + SIZES + ", sampled every 5 s",
                BalancedFleet.hosts(BalancedFleet.HOSTS) + " and " + HOSTS_PER_THOUSAND + " a thousand containers",
                INTERVALS_S.stream().map(s -> s * 1000L).toList(),
                TARGETS_PERCENT.stream().map(Fraction::percent).toList(),
                GuardSettings.LIVE));
        parameters.put("policies", POLICIES.toString());
        parameters.put("rounds", "the first " + ROUNDS + " of each run");
        return new Description(
                "decision-latency",
                "How long a decision takes",
                "What part of the scheduling interval does a decision take, at 5, 10 and 60 s, over the size of the fleet?",
                Kind.MEASURED,
                Duration.ofSeconds(25),
                1,
                parameters,
                Set.of(Part.SCHEDULER, Part.SIMULATOR),
                List.of(PlanetLab.INPUT));
    }

    private static Policy policy(String label, Fraction target) {
        return switch (label) {
            case BARE -> BalancedFleet.policy(BARE, target);
            case GUARDED -> BalancedFleet.guarded(BARE, target, GuardSettings.LIVE);
            case SEARCH -> BalancedFleet.guarded("local-search", target, GuardSettings.LIVE);
            default -> throw new IllegalArgumentException(label);
        };
    }

    @Override
    public Table run(Run run) throws IOException, InterruptedException {
        TableBuilder table = run.table(
                "demand",
                "containers",
                "hosts",
                "policy",
                "target_fraction",
                "interval_s",
                "decisions",
                "p50_ms",
                "p95_ms",
                "longest_ms",
                "p50_of_interval_fraction",
                "p95_of_interval_fraction",
                "longest_of_interval_fraction");
        Trace day = PlanetLab.day(run, DAY);
        int settings = POLICIES.size() * TARGETS_PERCENT.size() * INTERVALS_S.size();
        long all = settings
                * (day.series().size() + SIZES.stream().mapToLong(n -> n).sum());
        long done = 0;
        Trace small = Demand.sampledEvery(day, SAMPLES_MS);
        for (String policy : POLICIES) {
            // the first run of each lets the compiler see the code
            timed(small, BalancedFleet.HOSTS, policy, Fraction.percent(TARGETS_PERCENT.get(0)), INTERVALS_S.get(0));
        }
        done = measure(run, table, PLANETLAB, small, BalancedFleet.HOSTS, done, all);
        for (int size : SIZES) {
            Trace trace = Trace.of(new Generator(GeneratorSpec.parse(MADE + size)));
            done = measure(run, table, GENERATED, trace, size * HOSTS_PER_THOUSAND / 1000, done, all);
        }
        return table.build();
    }

    private static long measure(
            Run run, TableBuilder table, String demand, Trace trace, int hosts, long before, long all)
            throws InterruptedException {
        long done = before;
        for (String policy : POLICIES) {
            for (int percent : TARGETS_PERCENT) {
                for (int interval : INTERVALS_S) {
                    Fraction target = Fraction.percent(percent);
                    double[] ms = timed(trace, hosts, policy, target, interval);
                    table.row(
                            demand,
                            trace.series().size(),
                            hosts,
                            policy,
                            Decimals.fixed(target.toDouble(), 2),
                            interval,
                            ROUNDS,
                            Decimals.fixed(ms[0], 3),
                            Decimals.fixed(ms[1], 3),
                            Decimals.fixed(ms[2], 3),
                            Decimals.fixed(ms[0] / 1000 / interval, 6),
                            Decimals.fixed(ms[1] / 1000 / interval, 6),
                            Decimals.fixed(ms[2] / 1000 / interval, 6));
                    done += trace.series().size();
                    run.progress(done, all);
                }
            }
        }
        return done;
    }

    /** Median, 95th percentile and longest, guards included. */
    private static double[] timed(Trace trace, int hosts, String policy, Fraction target, int intervalSeconds)
            throws InterruptedException {
        long intervalMs = intervalSeconds * 1000L;
        // the first round is an interval after the first sample, and none is at the end
        Trace part = Demand.first(trace, (int) ((ROUNDS + 1) * intervalMs / SAMPLES_MS));
        TimedPolicy timed = new TimedPolicy(policy(policy, target));
        Simulations.play(
                BalancedFleet.scenario(part, BalancedFleet.hosts(hosts), intervalMs, FailureModel.NONE),
                timed,
                target,
                RunListener.NONE);
        return timed.quantilesMs(0.5, 0.95, 1);
    }

    @Override
    public Figure plot(Table data) {
        List<XYChart> panels = new ArrayList<>();
        for (String policy : POLICIES) {
            Table rows = data.where("policy", policy).where("demand", GENERATED);
            XYChart chart = Charts.lines(policy, "containers", "95th percentile of a decision, of the interval [%]");
            Charts.logarithmic(chart, true, true);
            for (String interval : rows.distinct("interval_s")) {
                List<String> sizes = rows.distinct("containers");
                chart.addSeries(
                        "every " + interval + " s",
                        sizes.stream().mapToDouble(Double::parseDouble).toArray(),
                        sizes.stream()
                                .mapToDouble(size -> 100
                                        * max(
                                                rows.where("containers", size).where("interval_s", interval),
                                                "p95_of_interval_fraction"))
                                .toArray());
            }
            Charts.level(chart, "the interval", SIZES.get(0), SIZES.get(SIZES.size() - 1), 100);
            Charts.legendBelow(chart);
            panels.add(chart);
        }
        return new Figure(
                "Lines over the number of containers, one per scheduling interval, on logarithmic axes: the 95th"
                        + " percentile of a decision as a share of the interval, for greedy alone, greedy with guards and"
                        + " local search with guards, at the worse of both targets, and the interval itself.",
                panels,
                3,
                560,
                420);
    }

    @Override
    public Summary summarize(Table data) {
        List<String> parts = new ArrayList<>();
        for (String policy : POLICIES) {
            Table rows = data.where("policy", policy);
            List<String> shares = new ArrayList<>();
            for (String interval : rows.distinct("interval_s")) {
                Table at = rows.where("interval_s", interval);
                shares.add(Decimals.percent(max(at, "p95_of_interval_fraction"), 2) + " of " + interval + " s (median "
                        + Decimals.percent(max(at, "p50_of_interval_fraction"), 2) + ", longest "
                        + Decimals.percent(max(at, "longest_of_interval_fraction"), 1) + ")");
            }
            parts.add(policy + " " + String.join(", ", shares));
        }
        long over =
                data.where(r -> r.number("longest_of_interval_fraction") > 1).size();
        Table recorded = data.where("demand", PLANETLAB);
        return new Summary(
                "At the worst of all fleets, up to " + SIZES.get(SIZES.size() - 1)
                        + " containers, and of both targets the 95th percentile of a decision takes: "
                        + String.join("; ", parts) + "; in " + over
                        + " of " + data.size() + " settings one decision takes longer than the interval, and for the "
                        + String.join(" and ", recorded.distinct("containers"))
                        + " containers of the recorded day the 95th percentile is at most "
                        + Decimals.percent(max(recorded.where("interval_s", "60"), "p95_of_interval_fraction"), 3)
                        + " of a minute and "
                        + Decimals.percent(max(recorded.where("interval_s", "5"), "p95_of_interval_fraction"), 2)
                        + " of 5 s.",
                "Well for the order of magnitude, and not for the longest: the times are one run's, " + ROUNDS
                        + " rounds a setting, in wall time on the machine in the manifest, beside whatever else ran there, so"
                        + " that some waited for a processor; the time to sample, to tell and to collect is not in"
                        + " them.");
    }

    private static double max(Table rows, String column) {
        return rows.rows().mapToDouble(r -> r.number(column)).max().orElseThrow();
    }
}
