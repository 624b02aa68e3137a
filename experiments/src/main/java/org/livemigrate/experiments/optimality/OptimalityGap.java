package org.livemigrate.experiments.optimality;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.policy.LiteraturePolicy;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.PolicyParameters;
import org.livemigrate.scheduler.synthetic.PastHour;

/**
 * How far the policies stay from the best that a placement can do: the load of the most loaded host against a proven
 * optimum on small fleets, and against the fractional bound on large ones. The target given to the policies is the
 * tightest that can be reached: the optimum itself where it is known, the bound where not.
 */
public final class OptimalityGap implements Experiment {
    private static final List<String> OURS = List.of("none", "greedy", "initial", "local-search");
    private static final List<String> LITERATURE = LiteraturePolicy.NAMES;

    /** A detector decides how far they come; lines of its selectors would lie on each other. */
    private static final List<String> PLOTTED = Stream.concat(
                    OURS.stream(), LITERATURE.stream().filter(name -> name.endsWith("-mmt")))
            .toList();

    private static final List<Integer> SMALL_HOSTS = List.of(3, 4, 5);
    private static final List<Integer> LARGE_HOSTS = List.of(10, 30, 100, 300);
    private static final List<Integer> PER_HOST = List.of(2, 3, 4, 6, 8);
    private static final int LARGE_PER_HOST = 8;
    private static final int SEEDS = 10;
    private static final String SMALL = "small";
    private static final String LARGE = "large";

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("policies", Policies.names().toString());
        parameters.put("small_hosts", SMALL_HOSTS.toString());
        parameters.put("small_containers_per_host", PER_HOST.toString());
        parameters.put("large_hosts", LARGE_HOSTS.toString());
        parameters.put("large_containers_per_host", Integer.toString(LARGE_PER_HOST));
        parameters.put("container_millicores", "1 to 100 times " + SkewedFleet.UNIT_MILLICORES);
        parameters.put("seeds", "1 to " + SEEDS);
        parameters.put("headroom_fraction", "0");
        parameters.put("solver", "Choco, bin packing, at most " + BestPlacement.MAX_NODES + " nodes");
        return new Description(
                "optimality-gap",
                "How far from the best placement?",
                "How close do the policies bring the most loaded host to the lowest load that any placement allows?",
                Kind.MODELLED,
                Duration.ofSeconds(2),
                1,
                parameters,
                Set.of(Part.SCHEDULER),
                List.of());
    }

    @Override
    public Table run(Run run) throws InterruptedException {
        TableBuilder table = run.table(
                "fleet",
                "hosts",
                "containers_per_host",
                "seed",
                "policy",
                "capacity_millicores",
                "bound_millicores",
                "optimum_millicores",
                "highest_load_millicores",
                "migrations",
                "truncated");
        int all = (SMALL_HOSTS.size() * PER_HOST.size() + LARGE_HOSTS.size()) * SEEDS;
        int done = 0;
        for (int hosts : SMALL_HOSTS) {
            for (int perHost : PER_HOST) {
                for (int seed = 1; seed <= SEEDS; seed++) {
                    add(table, SMALL, new SkewedFleet(hosts, perHost, seed));
                    run.progress(++done, all);
                }
            }
        }
        for (int hosts : LARGE_HOSTS) {
            for (int seed = 1; seed <= SEEDS; seed++) {
                add(table, LARGE, new SkewedFleet(hosts, LARGE_PER_HOST, seed));
                run.progress(++done, all);
            }
        }
        return table.build();
    }

    private static void add(TableBuilder table, String fleet, SkewedFleet spec) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("stopped before the end");
        }
        ClusterSnapshot snapshot = spec.snapshot();
        // its detectors look back; local search would plan for what it foresees, and the optimum is of this moment
        ClusterSnapshot withHistory = PastHour.before(snapshot, spec.seed());
        long bound = BestPlacement.fractionalBound(snapshot);
        OptionalLong optimum = fleet.equals(SMALL) ? BestPlacement.provenOptimum(snapshot) : OptionalLong.empty();
        Fraction target =
                new Fraction(Math.min(optimum.orElse(bound), spec.capacityMillicores()), spec.capacityMillicores());
        for (String name : Policies.names()) {
            MigrationPlan plan = Policies.create(
                            name, PolicyParameters.target(target).withSeed(spec.seed()))
                    .plan(LITERATURE.contains(name) ? withHistory : snapshot);
            long highest = 0;
            for (int h = 0; h < snapshot.hostCount(); h++) {
                highest = Math.max(highest, plan.loadAfter().cpuMillicores(h));
            }
            table.row(
                    fleet,
                    spec.hosts(),
                    spec.containersPerHost(),
                    spec.seed(),
                    name,
                    spec.capacityMillicores(),
                    bound,
                    optimum.isPresent() ? Long.toString(optimum.getAsLong()) : "",
                    highest,
                    plan.migrations().size(),
                    plan.truncated());
        }
    }

    /** What the fleet's best is taken to be, as a fraction of capacity. */
    private static double gap(Table.Row row) {
        String optimum = row.text("optimum_millicores");
        double best = optimum.isEmpty() ? row.number("bound_millicores") : Double.parseDouble(optimum);
        return (row.number("highest_load_millicores") - best) / row.number("capacity_millicores");
    }

    private static double meanGap(Table rows) {
        return rows.rows().mapToDouble(OptimalityGap::gap).average().orElseThrow();
    }

    private static Table proven(Table data) {
        return data.where("fleet", SMALL)
                .where(r -> !r.text("optimum_millicores").isEmpty());
    }

    @Override
    public Figure plot(Table data) {
        List<XYChart> panels = new ArrayList<>();
        panels.add(panel(
                proven(data),
                "Small fleets, against the proven optimum",
                "containers_per_host",
                "containers per host"));
        XYChart large = panel(data.where("fleet", LARGE), "Large fleets, against ceil(sum / hosts)", "hosts", "hosts");
        large.getStyler().setXAxisLogarithmic(true);
        panels.add(large);
        return new Figure(
                "Lines, one per policy, of the literature's those that choose by migration time: the mean distance of the most loaded host from the best possible, over containers"
                        + " per host on small fleets and over the number of hosts on large ones.",
                panels,
                2,
                640,
                440);
    }

    private static XYChart panel(Table data, String title, String column, String xTitle) {
        XYChart chart = Charts.lines(title, xTitle, "highest load above the best [% of capacity]");
        for (String policy : PLOTTED) {
            Table rows = data.where("policy", policy);
            List<String> xs = rows.distinct(column);
            chart.addSeries(
                    policy,
                    xs.stream().mapToDouble(Double::parseDouble).toArray(),
                    xs.stream()
                            .mapToDouble(x -> 100 * meanGap(rows.where(column, x)))
                            .toArray());
        }
        chart.getStyler().setYAxisMin(0.0);
        return chart;
    }

    @Override
    public Summary summarize(Table data) {
        Table proven = proven(data);
        Table oneEach = proven.where("policy", OURS.get(0));
        long instances = data.where("fleet", SMALL).where("policy", OURS.get(0)).size();
        long tight = oneEach.where(r -> r.text("optimum_millicores").equals(r.text("bound_millicores")))
                .size();
        Table large = data.where("fleet", LARGE);
        return new Summary(
                "Load of the most loaded host above the proven optimum on small fleets, as a mean (worst; optimal in how"
                        + " many of " + oneEach.size() + "; migrations): " + all(proven, OptimalityGap::small)
                        + "; above ceil(sum / hosts) on large ones: " + all(large, OptimalityGap::large) + ".",
                "Very, for these fleets (equal hosts, no memory limit, no constraints): " + oneEach.size() + " of "
                        + instances + " optima are proven, where bounds meet or by Choco's search within its limit of"
                        + " nodes, and ceil(sum / hosts) is the optimum in " + tight
                        + "; the target is the tightest that can be reached, harder than one would set, and the most loaded"
                        + " host is not what the policies minimise: greedy stops at the target, the literature's at what they"
                        + " take for overload, and also empty hosts, and local search weighs overload against what migrations"
                        + " cost.");
    }

    /** Each of ours, and of the literature's the closest and the farthest. */
    private static String all(Table rows, Function<Table, String> tell) {
        Map<String, Double> gaps = LITERATURE.stream()
                .collect(Collectors.toMap(name -> name, name -> meanGap(rows.where("policy", name))));
        Comparator<String> byGap = Comparator.<String>comparingDouble(gaps::get).thenComparing(name -> name);
        return Stream.concat(
                                OURS.stream(),
                                Stream.of(Collections.min(LITERATURE, byGap), Collections.max(LITERATURE, byGap)))
                        .map(name -> name + " " + tell.apply(rows.where("policy", name)))
                        .collect(Collectors.joining(", "))
                + ", the last two the closest and the farthest of the literature's " + LITERATURE.size();
    }

    private static String large(Table rows) {
        return Decimals.percent(meanGap(rows), 2) + " (" + Decimals.text(rows.mean("migrations"), 0) + ")";
    }

    private static String small(Table rows) {
        return Decimals.percent(meanGap(rows), 1) + " ("
                + Decimals.percent(
                        rows.rows().mapToDouble(OptimalityGap::gap).max().orElseThrow(), 1)
                + "; " + rows.rows().filter(r -> gap(r) == 0).count() + "; " + Decimals.text(rows.mean("migrations"), 1)
                + ")";
    }
}
