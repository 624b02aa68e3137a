package org.livemigrate.experiments.placement;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.knowm.xchart.CategoryChart;
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
import org.livemigrate.scheduler.plan.Migration;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.plan.PlanListener;
import org.livemigrate.scheduler.plan.SearchMove;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.PolicyParameters;

/**
 * The report's figure 2.1: a placement before, during and after the scheduler's work, drawn from the search's own
 * steps and from the plan that they are collapsed into.
 */
public final class PlacementExample implements Experiment {
    private static final Fraction TARGET = Fraction.percent(71);
    private static final long CAPACITY_MILLICORES = 1000;
    private static final String BEFORE = "before";
    private static final String DURING = "during";
    private static final String AFTER = "after";

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("policy", "greedy");
        parameters.put("target_fraction", Decimals.text(TARGET.toDouble(), 2));
        parameters.put("headroom_fraction", "0");
        parameters.put("capacity_millicores", Long.toString(CAPACITY_MILLICORES));
        return new Description(
                "placement-example",
                "The placement example: before, during, after",
                "What does the report's greedy algorithm do to the placement of its figure 2.1?",
                Kind.MODELLED,
                Duration.ofSeconds(1),
                0,
                parameters,
                Set.of(Part.SCHEDULER),
                List.of());
    }

    private static ClusterSnapshot fleet() {
        return ClusterSnapshot.builder()
                .host("v1", CAPACITY_MILLICORES)
                .host("v2", CAPACITY_MILLICORES)
                .host("v3", CAPACITY_MILLICORES)
                .container("c1", "v1", 600)
                .container("c2", "v1", 50)
                .container("c3", "v1", 200)
                .container("c4", "v1", 50)
                .container("c6", "v2", 680)
                .container("c5", "v3", 250)
                .container("c7", "v3", 250)
                .build();
    }

    @Override
    public Table run(Run run) {
        ClusterSnapshot snapshot = fleet();
        List<SearchMove> search = new ArrayList<>();
        PlanListener recorder = new PlanListener() {
            @Override
            public void onSearchMove(SearchMove move) {
                search.add(move);
            }
        };
        MigrationPlan plan = Policies.create(
                        "greedy", PolicyParameters.target(TARGET).withListener(recorder))
                .plan(snapshot);

        TableBuilder table = run.table(
                "step",
                "stage",
                "host",
                "container",
                "cpu_millicores",
                "capacity_millicores",
                "target_fraction",
                "moved_container",
                "moved_from",
                "moved_to");
        Map<String, String> hostOf = placement(snapshot);
        add(table, snapshot, hostOf, 0, BEFORE, List.of("", "", ""));
        for (SearchMove move : search) {
            move(hostOf, move.container(), move.from(), move.to());
            add(table, snapshot, hostOf, move.step(), DURING, List.of(move.container(), move.from(), move.to()));
        }
        Map<String, String> planned = placement(snapshot);
        int step = search.size();
        for (Migration migration : plan.migrations()) {
            move(planned, migration.container(), migration.from(), migration.to());
            add(
                    table,
                    snapshot,
                    planned,
                    ++step,
                    AFTER,
                    List.of(migration.container(), migration.from(), migration.to()));
        }
        if (!planned.equals(hostOf)) {
            throw new IllegalStateException("The plan leads to " + planned + ", the search ended at " + hostOf + ".");
        }
        return table.build();
    }

    private static Map<String, String> placement(ClusterSnapshot snapshot) {
        Map<String, String> hostOf = new LinkedHashMap<>();
        for (int c = 0; c < snapshot.containerCount(); c++) {
            hostOf.put(snapshot.containerId(c), snapshot.hostId(snapshot.hostOf(c)));
        }
        return hostOf;
    }

    private static void move(Map<String, String> hostOf, String container, String from, String to) {
        String stands = hostOf.replace(container, to);
        if (!from.equals(stands)) {
            throw new IllegalStateException("A move takes " + container + " from " + from + ", it is on " + stands);
        }
    }

    private static void add(
            TableBuilder table,
            ClusterSnapshot snapshot,
            Map<String, String> hostOf,
            int step,
            String stage,
            List<String> moved) {
        hostOf.forEach((container, host) -> table.row(
                step,
                stage,
                host,
                container,
                snapshot.cpuMillicores(snapshot.containerIndex(container)),
                CAPACITY_MILLICORES,
                Decimals.fixed(TARGET.toDouble(), 2),
                moved.get(0),
                moved.get(1),
                moved.get(2)));
    }

    @Override
    public Figure plot(Table data) {
        List<String> hosts = data.distinct("host").stream().sorted().toList();
        List<String> containers = data.distinct("container").stream().sorted().toList();
        List<CategoryChart> panels = new ArrayList<>();
        // the last step of the search is the placement that the plan leads to: drawn once, as the plan's
        List<String> searched = data.where("stage", DURING).distinct("step");
        List<String> steps = new ArrayList<>(data.where("stage", BEFORE).distinct("step"));
        steps.addAll(searched.subList(0, searched.size() - 1));
        steps.add(last(data.where("stage", AFTER)));
        for (String step : steps) {
            Table rows = data.where("step", step);
            CategoryChart chart = Charts.bars(title(rows), "host", "CPU demand / capacity [%]");
            chart.getStyler().setStacked(true);
            chart.getStyler().setYAxisMin(0.0).setYAxisMax(100.0);
            for (String container : containers) {
                Table.Row row = rows.where("container", container).only();
                chart.addSeries(
                        container,
                        hosts,
                        hosts.stream()
                                .map(h -> h.equals(row.text("host"))
                                        ? 100 * row.number("cpu_millicores") / row.number("capacity_millicores")
                                        : 0.0)
                                .toList());
            }
            Charts.level(chart, 100 * rows.rows().findFirst().orElseThrow().number("target_fraction"));
            Charts.legendBelow(chart);
            panels.add(chart);
        }
        return new Figure(
                "Stacked bars: the CPU demand of each container on the hosts v1, v2 and v3, before the search, after"
                        + " its first step and after the plan; a dashed line marks the target.",
                panels,
                panels.size(),
                440,
                460);
    }

    private static String title(Table rows) {
        Table.Row row = rows.rows().findFirst().orElseThrow();
        String move = row.text("moved_container") + ": " + row.text("moved_from") + " → " + row.text("moved_to");
        return switch (row.text("stage")) {
            case BEFORE -> "Before (dashed: the target)";
            case DURING -> "During: the search moves " + move;
            default -> "After the plan: " + move;
        };
    }

    @Override
    public Summary summarize(Table data) {
        Table before = data.where("stage", BEFORE);
        Table planned = data.where("stage", AFTER);
        Table after = planned.where("step", last(planned));
        Table.Row migration = after.rows().findFirst().orElseThrow();
        long searchMoves = data.where("stage", DURING).distinct("step").size();
        long migrations = planned.distinct("step").size();
        double target = migration.number("target_fraction");
        return new Summary(
                "The search makes " + searchMoves + " moves, which collapse into " + migrations
                        + " migration (container "
                        + migration.text("moved_container") + " from " + migration.text("moved_from") + " to "
                        + migration.text("moved_to") + "), and takes the hosts' loads from " + loads(before) + " to "
                        + loads(after) + ", with " + above(after) + " above the target of "
                        + Decimals.percent(target, 0) + " where " + above(before) + " was before.",
                "This is certain for this placement and says nothing about others: the algorithm is deterministic, its"
                        + " loads are compared in integers, and the plan was checked to lead where the search ended.");
    }

    private static String last(Table steps) {
        List<String> all = steps.distinct("step");
        return all.get(all.size() - 1);
    }

    private static String loads(Table stage) {
        return stage.distinct("host").stream()
                        .sorted()
                        .map(host -> Decimals.text(100 * load(stage, host), 0))
                        .collect(Collectors.joining(" / "))
                + " %";
    }

    private static String above(Table stage) {
        long count = stage.distinct("host").stream()
                .filter(host -> load(stage, host)
                        > stage.rows().findFirst().orElseThrow().number("target_fraction"))
                .count();
        return count == 0 ? "none" : Long.toString(count);
    }

    private static double load(Table stage, String host) {
        Table on = stage.where("host", host);
        return on.sum("cpu_millicores") / on.rows().findFirst().orElseThrow().number("capacity_millicores");
    }
}
