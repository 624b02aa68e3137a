package org.livemigrate.experiments.cascade;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
import org.livemigrate.simulator.engine.Scenario;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.generate.Generator;
import org.livemigrate.simulator.trace.generate.GeneratorSpec;

/**
 * The report's aim: to keep a saturated host from failing, its containers from falling on the others, and those from
 * failing in turn. How often that happens without a scheduler and with greedy and local search, bare and behind guards,
 * over the spare capacity of the fleet and over the burstiness of demand, recorded and generated; with hosts
 * sampled as often as live, and as seldom as the trace.
 */
public final class CascadingFailure implements Experiment {
    private static final List<Integer> HOSTS = List.of(50, 55, 60, 70);
    private static final List<Integer> BURSTINESS_PERCENT = List.of(0, 50, 100, 150);
    private static final int AS_RECORDED = 100;
    private static final int HOSTS_OF_BURSTS = 60;
    private static final int HOSTS_OF_GENERATED = 65;
    private static final String GENERATED = "containers=1000,days=1,step=60s,profile=bursty,mean=12,seed=";
    private static final List<Integer> SEEDS = List.of(1, 2);
    private static final Fraction TARGET = Fraction.percent(80);
    private static final String FAILURES = "saturation=95,for=5m,detect=2m,repair=30m";
    private static final String NONE = "no scheduler";
    private static final String BARE = "greedy";
    private static final String GUARDED = "greedy with guards";
    private static final String SEARCH = "local search";
    private static final String GUARDED_SEARCH = "local search with guards";
    private static final List<String> POLICIES = List.of(NONE, BARE, GUARDED, SEARCH, GUARDED_SEARCH);
    private static final String PLANETLAB = "PlanetLab";
    private static final String MADE = "generated";
    private static final long LIVE_MS = Demand.LIVE_SAMPLES_MS;
    private static final long TRACES_MS = 300_000;

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>(BalancedFleet.described(
                PlanetLab.named(PlanetLab.DAYS) + "; " + GENERATED + SEEDS,
                HOSTS + " of 4000 millicores and 32 GiB; " + HOSTS_OF_BURSTS + " (PlanetLab) and " + HOSTS_OF_GENERATED
                        + " (generated) over burstiness",
                List.of(LIVE_MS, TRACES_MS),
                List.of(TARGET),
                GuardSettings.LIVE));
        parameters.put("samples", "as often as rounds");
        parameters.put("burstiness_percent", BURSTINESS_PERCENT + ", of each container's deviations from its own mean");
        parameters.put("failures", FAILURES);
        return new Description(
                "cascading-failure",
                "Cascading failure",
                "How often does a saturated host that fails bring others down with it, with and without a scheduler?",
                Kind.SIMULATED,
                Duration.ofSeconds(40),
                SEEDS.get(0),
                parameters,
                Set.of(Part.SCHEDULER, Part.SIMULATOR),
                List.of(PlanetLab.INPUT));
    }

    private static Policy policy(String label) {
        return switch (label) {
            case NONE -> BalancedFleet.policy("none", TARGET);
            case BARE -> BalancedFleet.policy("greedy", TARGET);
            case GUARDED -> BalancedFleet.guarded("greedy", TARGET, GuardSettings.LIVE);
            case SEARCH -> BalancedFleet.policy("local-search", TARGET);
            case GUARDED_SEARCH -> BalancedFleet.guarded("local-search", TARGET, GuardSettings.LIVE);
            default -> throw new IllegalArgumentException(label);
        };
    }

    /** One fleet under one demand, to be played with every policy. */
    private record Case(String demand, String which, int burstinessPercent, int hosts, long sampleMs) {}

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (String day : PlanetLab.DAYS) {
            for (long sampleMs : List.of(LIVE_MS, TRACES_MS)) {
                HOSTS.forEach(hosts -> cases.add(new Case(PLANETLAB, day, AS_RECORDED, hosts, sampleMs)));
            }
            BURSTINESS_PERCENT.stream()
                    .filter(b -> b != AS_RECORDED) // it is among the fleets
                    .forEach(b -> cases.add(new Case(PLANETLAB, day, b, HOSTS_OF_BURSTS, LIVE_MS)));
        }
        for (int seed : SEEDS) {
            BURSTINESS_PERCENT.forEach(
                    b -> cases.add(new Case(MADE, Integer.toString(seed), b, HOSTS_OF_GENERATED, LIVE_MS)));
        }
        return cases;
    }

    @Override
    public Table run(Run run) throws IOException, InterruptedException {
        TableBuilder table = run.table(
                "demand",
                "day_or_seed",
                "burstiness",
                "hosts",
                "mean_load_fraction",
                "sample_and_interval_s",
                "policy",
                "host_failures",
                "host_failures_caused",
                "cascades",
                "largest_cascade_failures",
                "containers_lost",
                "migrations",
                "unmet_demand_fraction",
                "run_digest");
        List<Case> cases = cases();
        int done = 0;
        for (Case one : cases) {
            Trace recorded = one.demand().equals(MADE)
                    ? Trace.of(new Generator(GeneratorSpec.parse(GENERATED + one.which())))
                    : Demand.sampledEvery(PlanetLab.day(run, one.which()), one.sampleMs());
            Trace trace = Demand.burstier(recorded, one.burstinessPercent() / 100.0);
            Scenario scenario = BalancedFleet.scenario(
                    trace, BalancedFleet.hosts(one.hosts()), one.sampleMs(), FailureModel.parse(FAILURES));
            double load = Demand.meanLoad(scenario, trace);
            for (String policy : POLICIES) {
                RunResult result = Simulations.play(scenario, policy(policy), TARGET, RunListener.NONE);
                table.row(
                        one.demand(),
                        one.which(),
                        Decimals.fixed(one.burstinessPercent() / 100.0, 2),
                        one.hosts(),
                        Decimals.fixed(load, 4),
                        one.sampleMs() / 1000,
                        policy,
                        result.hostFailures(),
                        result.hostFailuresCaused(),
                        result.cascades(),
                        result.cascadeLargest(),
                        result.containersLost(),
                        result.migrationsCommitted(),
                        Decimals.fixed(result.unmetDemand(), 6),
                        result.digest());
                run.progress(++done, (long) cases.size() * POLICIES.size());
            }
        }
        return table.build();
    }

    @Override
    public Figure plot(Table data) {
        List<XYChart> panels = List.of(
                panel(overHosts(data, LIVE_MS), "hosts", "Rounds and samples every minute", "hosts"),
                panel(overHosts(data, TRACES_MS), "hosts", "Rounds and samples every five minutes", "hosts"),
                panel(
                        overBursts(data, PLANETLAB),
                        "burstiness",
                        "PlanetLab, " + HOSTS_OF_BURSTS + " hosts",
                        "burstiness, times the recorded"),
                panel(
                        overBursts(data, MADE),
                        "burstiness",
                        "Generated, " + HOSTS_OF_GENERATED + " hosts",
                        "burstiness, times the generated"));
        return new Figure(
                "Lines of failures per day that another failure brought about, one per policy: over the number of hosts, with rounds every minute and"
                        + " every five, and over the burstiness of recorded and of generated demand.",
                panels,
                2,
                790,
                420);
    }

    private static Table overHosts(Table data, long sampleMs) {
        return data.where("demand", PLANETLAB)
                .where("sample_and_interval_s", Long.toString(sampleMs / 1000))
                .where("burstiness", "1.00");
    }

    private static Table overBursts(Table data, String demand) {
        return data.where("demand", demand)
                .where("sample_and_interval_s", Long.toString(LIVE_MS / 1000))
                .where("hosts", Integer.toString(demand.equals(MADE) ? HOSTS_OF_GENERATED : HOSTS_OF_BURSTS));
    }

    /** They grow from one to thousands, so the axis shows their number's length; none is shown as 0. */
    private static XYChart panel(Table data, String over, String title, String xTitle) {
        XYChart chart = Charts.lines(title, xTitle, "caused failures per day, log10(1 + mean)");
        for (String policy : POLICIES) {
            Table rows = data.where("policy", policy);
            double[] xs = rows.rows()
                    .mapToDouble(r -> r.number(over))
                    .distinct()
                    .sorted()
                    .toArray();
            chart.addSeries(
                    policy,
                    xs,
                    IntStream.range(0, xs.length)
                            .mapToDouble(i -> StrictMath.log10(
                                    1 + rows.where(r -> r.number(over) == xs[i]).mean("host_failures_caused")))
                            .toArray());
        }
        Charts.fromZero(chart);
        return chart;
    }

    @Override
    public Summary summarize(Table data) {
        Table everyMinute = overHosts(data, LIVE_MS);
        return new Summary(
                "Failures that another brought about, over "
                        + everyMinute.distinct("day_or_seed").size()
                        + " PlanetLab days with rounds and samples every minute ("
                        + String.join(", ", POLICIES) + "): "
                        + List.of("55", "60").stream()
                                .map(hosts -> everyMinute.where("hosts", hosts))
                                .map(rows -> rows.distinct("hosts").get(0) + " hosts, mean load "
                                        + Decimals.percent(rows.mean("mean_load_fraction"), 0) + ": " + caused(rows))
                                .collect(Collectors.joining("; "))
                        + "; " + HOSTS_OF_BURSTS + " hosts and 1.5 times the recorded deviations from the mean: "
                        + caused(overBursts(data, PLANETLAB).where("burstiness", "1.50"))
                        + "; " + HOSTS_OF_BURSTS + " hosts with rounds and samples every five minutes: "
                        + caused(overHosts(data, TRACES_MS).where("hosts", Integer.toString(HOSTS_OF_BURSTS)))
                        + "; generated bursts on " + HOSTS_OF_GENERATED + " hosts: "
                        + caused(overBursts(data, MADE).where("burstiness", "1.00")) + ".",
                "As far as the failure model goes (a host fails after five minutes above 95 %, is back after half an hour,"
                        + " and its containers start elsewhere after two minutes; a host that has taken in such a"
                        + " container counts as brought down however much later it fails; real hosts mostly slow down"
                        + " first): guards that count samples need them as often as live, and bare greedy does worse with"
                        + " more rounds because nothing bounds how many copies share the store.");
    }

    private static String caused(Table rows) {
        return POLICIES.stream()
                .map(policy -> Decimals.text(rows.where("policy", policy).sum("host_failures_caused"), 0))
                .collect(Collectors.joining(", "));
    }
}
