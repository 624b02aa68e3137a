package org.livemigrate.experiments.destination;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
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
import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.simulator.engine.DestinationChoice;
import org.livemigrate.simulator.engine.DestinationChoice.Moment;
import org.livemigrate.simulator.engine.FailureModel;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.engine.Scenario;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.generate.Generator;
import org.livemigrate.simulator.trace.generate.GeneratorSpec;

/**
 * The report: since a checkpoint lies in a store that all hosts share, "restoring decisions can be made lazily". The
 * destination as planned, chosen anew when the move begins, and chosen when the checkpoint is whole, by one rule, over
 * the store's rate (and so the time between plan and arrival) and the burstiness of demand.
 */
public final class LateDestination implements Experiment {
    private static final String DAY = "20110303";
    private static final String MADE = "containers=1000,days=1,step=60s,profile=bursty,mean=12,seed=1";
    private static final String PLANETLAB = "PlanetLab";
    private static final String GENERATED = "generated";
    private static final Map<String, Integer> HOSTS = new LinkedHashMap<>();
    private static final List<Integer> BURSTINESS_PERCENT = List.of(50, 100, 150);
    private static final List<Integer> SLOWER = List.of(1, 4, 16, 64);
    private static final int AS_IT_IS = 1;
    /** At which burstiness is varied in the plot. */
    private static final int SLOW = 16;

    private static final Fraction TARGET = Fraction.percent(80);
    private static final long INTERVAL_MS = Demand.LIVE_SAMPLES_MS;
    private static final String FAILURES = "saturation=off,mtbf=24h,detect=2m,repair=30m";
    private static final String BARE = "greedy";
    private static final String GUARDED = "greedy with guards";
    private static final Map<Moment, String> CHOICES = new LinkedHashMap<>();

    static {
        HOSTS.put(PLANETLAB, BalancedFleet.HOSTS);
        HOSTS.put(GENERATED, 65);
        CHOICES.put(Moment.PLAN, "with the plan");
        CHOICES.put(Moment.BEGIN, "at the beginning");
        CHOICES.put(Moment.CHECKPOINT, "at the checkpoint");
    }

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>(BalancedFleet.described(
                PlanetLab.namedAsLive(List.of(DAY)) + "; " + MADE,
                "of 4000 millicores and 32 GiB: " + HOSTS,
                List.of(INTERVAL_MS),
                List.of(TARGET),
                GuardSettings.LIVE));
        parameters.put("policies", GUARDED + "; " + BARE + " with the store as it is");
        parameters.put("destination_chosen", CHOICES.values().toString());
        parameters.put("choice", "the planned host unless it would be above target, then the least loaded");
        parameters.put("store_slower_times", SLOWER + ", writing and reading");
        parameters.put("burstiness_percent", BURSTINESS_PERCENT + ", of each container's deviations from its own mean");
        parameters.put("failures_for_the_failed_moves", FAILURES);
        return new Description(
                "late-destination",
                "The destination, chosen late",
                "What is gained when the destination of a move is chosen only when its checkpoint is in the shared store?",
                Kind.SIMULATED,
                Duration.ofSeconds(35),
                1,
                parameters,
                Set.of(Part.SCHEDULER, Part.SIMULATOR),
                List.of(PlanetLab.INPUT));
    }

    private static Calibration slower(int times) {
        Calibration base = Calibration.DEFAULT;
        return base.withRates(base.storeBytesPerSecond() / times, base.restoreBytesPerSecond() / times);
    }

    private static Policy policy(String label) {
        return label.equals(BARE)
                ? BalancedFleet.policy(BARE, TARGET)
                : BalancedFleet.guarded(BARE, TARGET, GuardSettings.LIVE);
    }

    @Override
    public Table run(Run run) throws IOException, InterruptedException {
        TableBuilder table = run.table(
                "demand",
                "burstiness",
                "store_slower_times",
                "policy",
                "destination_chosen",
                "arrivals",
                "arrivals_above_target",
                "redirected",
                "mean_way_s",
                "overload_time_fraction",
                "unmet_demand_fraction",
                "run_digest",
                "begun_where_hosts_fail",
                "failed_where_hosts_fail",
                "run_digest_where_hosts_fail");
        long all = (long) HOSTS.size() * BURSTINESS_PERCENT.size() * (1 + SLOWER.size()) * CHOICES.size();
        int done = 0;
        for (String demand : HOSTS.keySet()) {
            Trace recorded = demand.equals(GENERATED)
                    ? Trace.of(new Generator(GeneratorSpec.parse(MADE)))
                    : PlanetLab.dayAsLive(run, DAY);
            for (int burstiness : BURSTINESS_PERCENT) {
                Trace trace = Demand.burstier(recorded, burstiness / 100.0);
                for (int slower : SLOWER) {
                    Scenario scenario = BalancedFleet.scenario(
                            trace,
                            BalancedFleet.hosts(HOSTS.get(demand)),
                            INTERVAL_MS,
                            FailureModel.NONE,
                            slower(slower));
                    for (String policy : slower == AS_IT_IS ? List.of(BARE, GUARDED) : List.of(GUARDED)) {
                        for (Moment moment : CHOICES.keySet()) {
                            add(table, demand, burstiness, slower, policy, moment, scenario);
                            run.progress(++done, all);
                        }
                    }
                }
            }
        }
        return table.build();
    }

    private static void add(
            TableBuilder table,
            String demand,
            int burstiness,
            int slower,
            String policy,
            Moment moment,
            Scenario scenario)
            throws InterruptedException {
        Scenario chosen = scenario.withDestinations(new DestinationChoice(moment, TARGET));
        Arrivals arrivals = new Arrivals(TARGET);
        RunResult result = Simulations.play(chosen, policy(policy), TARGET, arrivals);
        RunResult failing = Simulations.play(
                chosen.withFailures(FailureModel.parse(FAILURES)), policy(policy), TARGET, RunListener.NONE);
        table.row(
                demand,
                Decimals.fixed(burstiness / 100.0, 2),
                slower,
                policy,
                CHOICES.get(moment),
                arrivals.arrived(),
                arrivals.aboveTarget(),
                arrivals.redirected(),
                Decimals.fixed(arrivals.meanSeconds(), 1),
                Decimals.fixed(result.slatah(), 6),
                Decimals.fixed(result.unmetDemand(), 6),
                result.digest(),
                failing.migrations(),
                failing.migrationsFailed(),
                failing.digest());
    }

    @Override
    public Figure plot(Table data) {
        List<XYChart> panels = new ArrayList<>();
        for (String demand : HOSTS.keySet()) {
            Table rows = data.where("demand", demand).where("policy", GUARDED);
            Table recorded = rows.where("burstiness", "1.00");
            Table slow = rows.where("store_slower_times", Integer.toString(SLOW));
            String above = "arrivals above target [%]";
            XYChart overRate = panel(recorded, "store_slower_times", demand, above, LateDestination::abovePercent);
            XYChart unmet = panel(
                    recorded,
                    "store_slower_times",
                    demand,
                    "unmet demand [%]",
                    one -> 100 * one.mean("unmet_demand_fraction"));
            for (XYChart chart : List.of(overRate, unmet)) {
                chart.setXAxisTitle("the store, times slower");
                Charts.logarithmic(chart, true, false);
            }
            XYChart overBursts = panel(
                    slow,
                    "burstiness",
                    demand + ", store " + SLOW + " times slower",
                    above,
                    LateDestination::abovePercent);
            overBursts.setXAxisTitle("burstiness, times as recorded or generated");
            panels.addAll(List.of(overRate, unmet, overBursts));
        }
        return new Figure(
                "Lines by when the destination is chosen, greedy with guards, recorded demand above and generated below: the"
                        + " share of arrivals on a host above target over how much slower the store is, unmet demand over"
                        + " the same, and the share of such arrivals over burstiness.",
                panels,
                3,
                560,
                420);
    }

    private static XYChart panel(Table rows, String over, String title, String yTitle, Function<Table, Double> value) {
        XYChart chart = Charts.lines(title, over, yTitle);
        for (String choice : CHOICES.values()) {
            Table line = rows.where("destination_chosen", choice);
            chart.addSeries(
                    choice,
                    line.numbers(over),
                    line.distinct(over).stream()
                            .mapToDouble(x -> value.apply(line.where(over, x)))
                            .toArray());
        }
        Charts.fromZero(chart);
        return chart;
    }

    private static double abovePercent(Table rows) {
        return 100 * aboveTarget(rows);
    }

    private static double aboveTarget(Table rows) {
        return rows.sum("arrivals_above_target") / rows.sum("arrivals");
    }

    @Override
    public Summary summarize(Table data) {
        Table guarded = data.where("policy", GUARDED);
        List<String> parts = new ArrayList<>();
        for (String slower : guarded.distinct("store_slower_times")) {
            Table rows = guarded.where("store_slower_times", slower);
            parts.add(byChoice(rows, one -> Decimals.percent(aboveTarget(one), 1)) + " (unmet "
                    + byChoice(rows, one -> Decimals.percent(one.mean("unmet_demand_fraction"), 3))
                    + ") where a move takes " + Decimals.text(rows.mean("mean_way_s"), 0) + " s");
        }
        Table bare = data.where("policy", BARE);
        return new Summary(
                "With the destination chosen with the plan, at the beginning of the move and at the checkpoint, behind"
                        + " guards, the share of arrivals on a host above target is "
                        + String.join("; ", parts) + "; of the moves, where hosts fail at random, "
                        + byChoice(guarded, one -> Decimals.percent(failed(one), 2))
                        + " fail; the choice at the checkpoint leaves more demand unmet than the plan's in "
                        + worse(guarded, Moment.PLAN) + " of " + settings(guarded)
                        + " settings, and than the one at the beginning in " + worse(guarded, Moment.BEGIN)
                        + "; greedy without guards, whose moves queue for "
                        + Decimals.text(bare.mean("mean_way_s") / 60, 0) + " min, leaves "
                        + byChoice(bare, one -> Decimals.percent(one.mean("unmet_demand_fraction"), 1)) + " unmet.",
                "Modelled only, and little for sizes: the live system keeps the plan's destination, which it reserves and"
                        + " arms before the freeze, so a late choice would have to give that up, which costs nothing here;"
                        + " the choice knows every host's demand of the moment and looks at no constraint; it is one day and"
                        + " one seed, and demand changes only every five minutes or every minute, so that within a move of"
                        + " seconds there is little to be late for, and what the second choice at the beginning changes is"
                        + " due to its rule, which counts what is on its way, and not to lateness.");
    }

    private static String byChoice(Table rows, Function<Table, String> text) {
        List<String> texts = new ArrayList<>();
        for (String choice : CHOICES.values()) {
            texts.add(text.apply(rows.where("destination_chosen", choice)));
        }
        return texts.get(0) + ", " + texts.get(1) + " and " + texts.get(2);
    }

    private static double failed(Table rows) {
        return rows.sum("failed_where_hosts_fail") / rows.sum("begun_where_hosts_fail");
    }

    private static long settings(Table rows) {
        return rows.where("destination_chosen", CHOICES.get(Moment.PLAN)).size();
    }

    /** In how many settings the choice at the checkpoint leaves more demand unmet than that. */
    private static long worse(Table rows, Moment than) {
        return rows.where("destination_chosen", CHOICES.get(Moment.CHECKPOINT))
                .rows()
                .filter(late -> late.number("unmet_demand_fraction")
                        > rows.where("destination_chosen", CHOICES.get(than))
                                .where("demand", late.text("demand"))
                                .where("burstiness", late.text("burstiness"))
                                .where("store_slower_times", late.text("store_slower_times"))
                                .only()
                                .number("unmet_demand_fraction"))
                .count();
    }
}
