package org.livemigrate.experiments.cache;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
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
import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.simulator.engine.FailureModel;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Trace;

/**
 * A faster cache layer near the hosts, which the report leaves to future work, as the cost model can say it: a restore
 * reads its checkpoint so many times as fast as from the shared store. Writing still goes to the store, and the
 * fixed time of a restore stays.
 */
public final class CacheNearHosts implements Experiment {
    private static final List<Integer> FASTER = List.of(1, 2, 5, 10, 100);
    private static final Fraction TARGET = Fraction.percent(80);
    private static final long INTERVAL_MS = Demand.LIVE_SAMPLES_MS;

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>(BalancedFleet.described(
                PlanetLab.namedAsLive(PlanetLab.THREE_DAYS),
                BalancedFleet.hosts(BalancedFleet.HOSTS),
                List.of(INTERVAL_MS),
                List.of(TARGET),
                GuardSettings.LIVE));
        parameters.put("policy", "greedy with guards");
        parameters.put("calibration", Calibration.DEFAULT.toString());
        parameters.put("restore_rate_times_the_stores", FASTER.toString());
        return new Description(
                "cache-near-hosts",
                "A cache near the hosts",
                "What would restores from a faster cache near the hosts bring?",
                Kind.SIMULATED,
                Duration.ofSeconds(8),
                0,
                parameters,
                Set.of(Part.SCHEDULER, Part.SIMULATOR),
                List.of(PlanetLab.INPUT));
    }

    private static Calibration cached(int faster) {
        Calibration base = Calibration.DEFAULT;
        return base.withRates(base.storeBytesPerSecond(), base.restoreBytesPerSecond() * faster);
    }

    @Override
    public Table run(Run run) throws IOException, InterruptedException {
        TableBuilder table = run.table(
                "day",
                "restore_rate_factor",
                "migrations",
                "downtime_p50_ms",
                "downtime_p99_ms",
                "downtime_sum_ms",
                "fixed_ms",
                "overload_time_fraction",
                "unmet_demand_fraction",
                "run_digest");
        int done = 0;
        for (String day : PlanetLab.THREE_DAYS) {
            Trace trace = PlanetLab.dayAsLive(run, day);
            for (int faster : FASTER) {
                Calibration calibration = cached(faster);
                RunResult result = Simulations.play(
                        BalancedFleet.scenario(
                                trace,
                                BalancedFleet.hosts(BalancedFleet.HOSTS),
                                INTERVAL_MS,
                                FailureModel.NONE,
                                calibration),
                        BalancedFleet.guarded("greedy", TARGET, GuardSettings.LIVE),
                        TARGET,
                        RunListener.NONE);
                table.row(
                        day,
                        faster,
                        result.migrationsCommitted(),
                        Decimals.fixed(result.downtimeP50Ms(), 1),
                        Decimals.fixed(result.downtimeP99Ms(), 1),
                        Decimals.fixed(result.downtimeSumMs(), 0),
                        Decimals.fixed(calibration.freezeFixedMs() + calibration.restoreFixedMs(), 1),
                        Decimals.fixed(result.slatah(), 6),
                        Decimals.fixed(result.unmetDemand(), 6),
                        result.digest());
                run.progress(++done, (long) PlanetLab.THREE_DAYS.size() * FASTER.size());
            }
        }
        return table.build();
    }

    @Override
    public Figure plot(Table data) {
        XYChart chart = Charts.lines(
                "Mean of " + data.distinct("day").size() + " days, containers of 512 MiB",
                "restore rate, times the shared store's",
                "downtime [s]");
        chart.getStyler().setXAxisLogarithmic(true);
        List<String> factors = data.distinct("restore_rate_factor");
        double[] xs = factors.stream().mapToDouble(Double::parseDouble).toArray();
        for (String quantile : List.of("p50", "p99")) {
            chart.addSeries(
                    quantile.equals("p50") ? "median" : "99th percentile",
                    xs,
                    factors.stream()
                            .mapToDouble(f ->
                                    data.where("restore_rate_factor", f).mean("downtime_" + quantile + "_ms") / 1000)
                            .toArray());
        }
        Charts.level(chart, "fixed part", xs[0], xs[xs.length - 1], data.mean("fixed_ms") / 1000);
        Charts.fromZero(chart);
        return new Figure(
                "Lines over how much faster a restore reads: median and 99th percentile of the downtime, and the fixed part"
                        + " that no cache can take away.",
                List.of(chart),
                1,
                760,
                440);
    }

    /** Of the means over the days, the largest less the smallest. */
    private static double spread(Table data) {
        DoubleSummaryStatistics unmet = data.distinct("restore_rate_factor").stream()
                .mapToDouble(factor -> data.where("restore_rate_factor", factor).mean("unmet_demand_fraction"))
                .summaryStatistics();
        return unmet.getMax() - unmet.getMin();
    }

    @Override
    public Summary summarize(Table data) {
        List<String> parts = new ArrayList<>();
        for (String factor : data.distinct("restore_rate_factor")) {
            Table rows = data.where("restore_rate_factor", factor);
            parts.add(Decimals.text(rows.mean("downtime_p50_ms") / 1000, 2) + " s and "
                    + Decimals.text(rows.mean("downtime_p99_ms") / 1000, 2) + " s, with "
                    + Decimals.percent(rows.mean("unmet_demand_fraction"), 3) + " of demand unmet, at " + factor
                    + " times the store's rate");
        }
        return new Summary(
                "Median and 99th percentile of the downtime are, as means over "
                        + data.distinct("day").size()
                        + " days, " + String.join("; ", parts) + "; "
                        + Decimals.text(data.mean("fixed_ms") / 1000, 2)
                        + " s of it are fixed, and what is unmet changes by "
                        + Decimals.text(100 * spread(data), 4)
                        + " of a percent of demand between the slowest and the fastest.",
                "Little for the seconds: migrations are modelled with rates and fixed times derived from the report's table,"
                        + " every read is taken to be a hit, and how much of the fixed time is the store's latency is not"
                        + " known; the direction holds while reading a checkpoint is a large part of the downtime, which lazy"
                        + " restore would take out of it as well.");
    }
}
