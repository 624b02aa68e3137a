package org.livemigrate.experiments.diffs;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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
import org.livemigrate.experiments.scenario.PlanetLab;
import org.livemigrate.protocol.stats.DiffThreshold;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.scheduler.policy.PolicyParameters;
import org.livemigrate.simulator.trace.Trace;
import org.livemigrate.simulator.trace.Workload;

/**
 * The report's future work "a threshold on diffs": what agents need not send when small changes of CPU use are not told,
 * against what a controller that knows only what it was told decides worse.
 */
public final class DiffThresholds implements Experiment {
    private static final String DAY = "20110303";
    private static final List<Integer> THRESHOLDS_MILLICORES = List.of(0, 5, 10, 25, 50, 100, 200, 400);
    private static final Fraction TARGET = Fraction.percent(80);

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("trace", "PlanetLab " + DAY);
        parameters.put("hosts", ToldFleet.HOSTS + " of " + ToldFleet.CAPACITY_MILLICORES + " millicores");
        parameters.put("placement", "dealt out in turn, the same for every sample");
        parameters.put("threshold_millicores", THRESHOLDS_MILLICORES.toString());
        parameters.put("policy", "greedy");
        parameters.put("target_percent", TARGET.toPercentString());
        parameters.put("headroom_fraction", "0.10");
        return new Description(
                "diff-threshold",
                "A threshold on differences",
                "How much less do agents send when small changes are not told, and how much worse does the scheduler"
                        + " decide?",
                Kind.MODELLED,
                Duration.ofSeconds(3),
                0,
                parameters,
                Set.of(Part.SCHEDULER, Part.PROTOCOL, Part.SIMULATOR),
                List.of(PlanetLab.INPUT));
    }

    @Override
    public Table run(Run run) throws IOException, InterruptedException {
        Trace trace = PlanetLab.day(run, DAY);
        TableBuilder table = run.table(
                "threshold_millicores",
                "samples",
                "messages",
                "container_entries",
                "json_bytes",
                "overloaded_host_samples",
                "overloads_missed",
                "false_alarms",
                "hosts_over_target_after_plan",
                "hosts_over_target_after_plan_on_truth",
                "migrations_planned",
                "migrations_planned_on_truth");
        Policy greedy =
                Policies.create("greedy", PolicyParameters.target(TARGET).withHeadroom(PolicyParameters.LIVE_HEADROOM));
        long done = 0;
        long rows = (long) THRESHOLDS_MILLICORES.size() * trace.samples();
        for (int threshold : THRESHOLDS_MILLICORES) {
            ToldFleet fleet = new ToldFleet(trace.series(), new DiffThreshold(threshold, 0), greedy, TARGET);
            Workload.Cursor cursor = trace.cursor();
            long at = trace.startEpochMs();
            for (byte[] row = cursor.next(); row != null; row = cursor.next()) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("stopped before the end");
                }
                fleet.sample(row, Instant.ofEpochMilli(at));
                at += trace.stepMs();
                run.progress(++done, rows);
            }
            ToldFleet.Counts counts = fleet.counts();
            table.row(
                    threshold,
                    trace.samples(),
                    counts.messages,
                    counts.entries,
                    counts.jsonBytes,
                    counts.overloaded,
                    counts.missed,
                    counts.falseAlarms,
                    counts.overAfterPlan,
                    counts.overAfterPlanOnTruth,
                    counts.migrations,
                    counts.migrationsOnTruth);
        }
        return table.build();
    }

    private static double share(Table.Row row, String part, String whole) {
        return row.number(part) / row.number(whole);
    }

    @Override
    public Figure plot(Table data) {
        Table.Row all = data.where("threshold_millicores", "0").only();
        double[] x = data.numbers("threshold_millicores");
        XYChart sent = Charts.lines("What is sent", "threshold [millicores]", "share of what is sent without [%]");
        for (String column : List.of("messages", "container_entries", "json_bytes")) {
            sent.addSeries(
                    column.replace('_', ' '),
                    x,
                    data.rows()
                            .mapToDouble(r -> 100 * r.number(column) / all.number(column))
                            .toArray());
        }
        sent.getStyler().setYAxisMin(0.0);
        XYChart quality =
                Charts.lines("What is decided", "threshold [millicores]", "share of overloaded host samples [%]");
        quality.addSeries(
                "missed",
                x,
                data.rows()
                        .mapToDouble(r -> 100 * share(r, "overloads_missed", "overloaded_host_samples"))
                        .toArray());
        quality.addSeries(
                "false alarms",
                x,
                data.rows()
                        .mapToDouble(r -> 100 * share(r, "false_alarms", "overloaded_host_samples"))
                        .toArray());
        quality.addSeries(
                "left after the plan",
                x,
                data.rows()
                        .mapToDouble(r -> 100 * share(r, "hosts_over_target_after_plan", "overloaded_host_samples"))
                        .toArray());
        quality.getStyler().setYAxisMin(0.0);
        List<XYChart> panels = new ArrayList<>(List.of(sent, quality));
        return new Figure(
                "Lines over the threshold: on the left messages, entries and bytes sent, on the right overloads missed,"
                        + " false alarms and overloads left after the plan.",
                panels,
                2,
                640,
                420);
    }

    @Override
    public Summary summarize(Table data) {
        Table.Row all = data.where("threshold_millicores", "0").only();
        StringBuilder answer = new StringBuilder();
        for (String threshold : List.of("10", "25", "100")) {
            Table.Row row = data.where("threshold_millicores", threshold).only();
            answer.append(answer.length() == 0 ? "A threshold of " : "; one of ")
                    .append(threshold)
                    .append(" millicores saves ")
                    .append(Decimals.percent(1 - row.number("json_bytes") / all.number("json_bytes"), 1))
                    .append(" of the bytes and ")
                    .append(Decimals.percent(1 - row.number("messages") / all.number("messages"), 1))
                    .append(" of the messages, misses ")
                    .append(Decimals.percent(share(row, "overloads_missed", "overloaded_host_samples"), 1))
                    .append(" of ")
                    .append(row.text("overloaded_host_samples"))
                    .append(" overloaded host samples and leaves ")
                    .append(row.text("hosts_over_target_after_plan"))
                    .append(" of them after the plan (")
                    .append(row.text("hosts_over_target_after_plan_on_truth"))
                    .append(" with full knowledge)");
        }
        return new Summary(
                answer + ".",
                "Well for this day: the codec and the policy are the live system's own, but samples are five minutes apart"
                        + " and whole percents, so that no change is below 10 millicores, where a live agent samples every"
                        + " few seconds and sees smaller changes; every sample is decided on the same placement, so that errors"
                        + " cannot add up over migrations.");
    }
}
