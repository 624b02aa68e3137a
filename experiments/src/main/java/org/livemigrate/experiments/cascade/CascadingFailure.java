package org.livemigrate.experiments.cascade;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
import org.livemigrate.experiments.scenario.PlanetLab;
import org.livemigrate.experiments.scenario.Simulations;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.scheduler.policy.PolicyParameters;
import org.livemigrate.simulator.engine.FailureModel;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Trace;

/**
 * The report's aim: to keep a saturated host from failing, its containers from falling on the others, and those from
 * failing in turn. How often that happens without a scheduler, with greedy, and with greedy and local search
 * behind guards, over the spare capacity of the fleet.
 */
public final class CascadingFailure implements Experiment {
    private static final List<Integer> HOSTS = List.of(40, 45, 50, 55, 60, 70);
    private static final Fraction TARGET = Fraction.percent(80);
    private static final long INTERVAL_MS = 300_000;
    private static final String FAILURES = "saturation=95,for=5m,detect=2m,repair=30m";
    private static final String NONE = "no scheduler";
    private static final String BARE = "greedy";
    private static final String GUARDED = "greedy with guards";
    private static final String SEARCH = "local search with guards";
    private static final List<String> POLICIES = List.of(NONE, BARE, GUARDED, SEARCH);

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("traces", "PlanetLab " + PlanetLab.DAYS);
        parameters.putAll(new TreeMap<>(PlanetLab.parameters()));
        parameters.put("hosts", HOSTS + " of 4000 millicores and 32 GiB");
        parameters.put("failures", FAILURES);
        parameters.put("interval_s", Long.toString(INTERVAL_MS / 1000));
        parameters.put("target_percent", TARGET.toPercentString());
        parameters.put("headroom_fraction", "0.10");
        parameters.put("guards", GuardSettings.LIVE.toString());
        return new Description(
                "cascading-failure",
                "Cascading failure",
                "How often does a saturated host that fails bring others down with it, with and without a scheduler?",
                Kind.SIMULATED,
                Duration.ofMinutes(2),
                0,
                parameters,
                Set.of(Part.SCHEDULER, Part.SIMULATOR),
                List.of(PlanetLab.INPUT));
    }

    private static Policy policy(String label) {
        PolicyParameters parameters = PolicyParameters.target(TARGET).withHeadroom(PolicyParameters.LIVE_HEADROOM);
        Policy greedy = Policies.create("greedy", parameters);
        return switch (label) {
            case NONE -> Policies.create("none", parameters);
            case BARE -> greedy;
            case GUARDED -> GuardSettings.LIVE.guard(greedy, parameters);
            case SEARCH -> GuardSettings.LIVE.guard(Policies.create("local-search", parameters), parameters);
            default -> throw new IllegalArgumentException(label);
        };
    }

    @Override
    public Table run(Run run) throws IOException, InterruptedException {
        TableBuilder table = run.table(
                "day",
                "hosts",
                "policy",
                "host_failures",
                "cascades",
                "largest_cascade_failures",
                "containers_lost",
                "migrations",
                "unmet_demand_fraction",
                "run_digest");
        int all = PlanetLab.DAYS.size() * HOSTS.size() * POLICIES.size();
        int done = 0;
        for (String day : PlanetLab.DAYS) {
            Trace trace = PlanetLab.day(run, day);
            for (int hosts : HOSTS) {
                for (String policy : POLICIES) {
                    RunResult result = Simulations.play(
                            PlanetLab.scenario(
                                    trace, hosts + "x4000m/32GiB", INTERVAL_MS, FailureModel.parse(FAILURES)),
                            policy(policy),
                            TARGET,
                            RunListener.NONE);
                    table.row(
                            day,
                            hosts,
                            policy,
                            result.hostFailures(),
                            result.cascades(),
                            result.cascadeLargest(),
                            result.containersLost(),
                            result.migrationsCommitted(),
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
        List<XYChart> panels = new ArrayList<>();
        panels.add(panel(data, "host_failures", "host failures per day"));
        panels.add(panel(data, "largest_cascade_failures", "failures in the largest cascade of a day"));
        panels.forEach(Charts::legendBelow);
        return new Figure(
                "Lines over the number of hosts, one per policy: host failures per day and those in the largest cascade, as means over the"
                        + " days.",
                panels,
                2,
                560,
                440);
    }

    private static XYChart panel(Table data, String column, String yTitle) {
        XYChart chart = Charts.lines("Mean of " + data.distinct("day").size() + " days", "hosts", yTitle);
        for (String policy : POLICIES) {
            Table rows = data.where("policy", policy);
            List<String> hosts = rows.distinct("hosts");
            chart.addSeries(
                    policy,
                    hosts.stream().mapToDouble(Double::parseDouble).toArray(),
                    hosts.stream()
                            .mapToDouble(h -> rows.where("hosts", h).mean(column))
                            .toArray());
        }
        chart.getStyler().setYAxisMin(0.0);
        return chart;
    }

    @Override
    public Summary summarize(Table data) {
        int days = data.distinct("day").size();
        StringBuilder answer = new StringBuilder("Over " + days + " days");
        for (String hosts : List.of("40", "50", "60")) {
            answer.append(hosts.equals("40") ? ", " : "; ")
                    .append("on ")
                    .append(hosts)
                    .append(" hosts ");
            List<String> parts = new ArrayList<>();
            for (String policy : POLICIES) {
                Table rows = data.where("hosts", hosts).where("policy", policy);
                parts.add(Decimals.text(rows.sum("host_failures"), 0) + " failures in "
                        + Decimals.text(rows.sum("cascades"), 0) + " cascades, the largest of "
                        + Decimals.text(
                                rows.rows()
                                        .mapToDouble(r -> r.number("largest_cascade_failures"))
                                        .max()
                                        .orElseThrow(),
                                0)
                        + " (" + policy + ")");
            }
            answer.append(String.join(", ", parts));
        }
        return new Summary(
                answer + "; a cascade has two failures or more, and a host that is replaced can fail in it again.",
                "For what follows from the failure model only: a host fails when its demand is above 95 % for five minutes,"
                        + " is replaced after half an hour, and its containers start elsewhere after two minutes; real hosts"
                        + " mostly slow down before they fail, and the trace's samples are five minutes apart.");
    }
}
