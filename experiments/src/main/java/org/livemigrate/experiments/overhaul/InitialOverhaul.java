package org.livemigrate.experiments.overhaul;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.livemigrate.experiments.scenario.BalancedFleet;
import org.livemigrate.experiments.scenario.PlanetLab;
import org.livemigrate.experiments.scenario.Simulations;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.engine.Scenario;
import org.livemigrate.simulator.engine.World;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Trace;

/**
 * The report's section 2.1.1: dealing all containers out anew before the greedy scheduler takes over. What that costs
 * while it goes on, and what it saves later, against greedy from the start.
 */
public final class InitialOverhaul implements Experiment {
    private static final Fraction TARGET = Fraction.percent(80);
    private static final long INTERVAL_MS = 300_000;
    private static final Duration OVERHAUL = Duration.ofHours(6);
    private static final Duration ONE_ROUND = Duration.ofMillis(INTERVAL_MS + 1);
    /** An overhaul is not about hosts above target: a sustained breach would hold it back. */
    private static final GuardSettings OVERHAULS_GUARDS = GuardSettings.LIVE.withBreach(1, 1);

    private static final String NONE = "none";
    private static final String GREEDY = "greedy";
    private static final String BUDGETED = "overhaul in rounds";
    private static final String AT_ONCE = "overhaul at once";
    private static final List<String> VARIANTS = List.of(NONE, GREEDY, BUDGETED, AT_ONCE);
    private static final String EARLY = "first 6 h";
    private static final String LATE = "last 18 h";

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>(BalancedFleet.described(
                PlanetLab.named(PlanetLab.DAYS),
                BalancedFleet.hosts(BalancedFleet.HOSTS),
                List.of(INTERVAL_MS),
                List.of(TARGET),
                GuardSettings.LIVE));
        parameters.put("guards_of_the_overhaul_in_rounds", OVERHAULS_GUARDS.toString());
        parameters.put("overhaul_hours", Long.toString(OVERHAUL.toHours()));
        return new Description(
                "initial-overhaul",
                "The initial overhaul: cost and gain",
                "What does dealing all containers out anew cost, and what does it save later?",
                Kind.SIMULATED,
                Duration.ofSeconds(30),
                0,
                parameters,
                Set.of(Part.SCHEDULER, Part.SIMULATOR),
                List.of(PlanetLab.INPUT));
    }

    private static Policy policy(String variant, Instant start) {
        Policy greedy = BalancedFleet.guarded("greedy", TARGET, GuardSettings.LIVE);
        return switch (variant) {
            case NONE -> BalancedFleet.policy("none", TARGET);
            case GREEDY -> greedy;
            case BUDGETED ->
                new OverhaulFirst(
                        BalancedFleet.guarded("initial", TARGET, OVERHAULS_GUARDS), start.plus(OVERHAUL), greedy);
            case AT_ONCE -> new OverhaulFirst(BalancedFleet.policy("initial", TARGET), start.plus(ONE_ROUND), greedy);
            default -> throw new IllegalArgumentException(variant);
        };
    }

    /** Splits a run's course at the end of the overhaul. */
    private static final class Halves implements RunListener {
        private final long splitUs = OVERHAUL.toMillis() * 1000;
        private final long[] migrations = new long[2];
        private final double[] bytes = new double[2];
        private final double[] downtimeMs = new double[2];
        private double unmetUntilSplit;
        private double unmetInAll;

        @Override
        public void onSample(long nowUs, World world) {
            unmetInAll = world.hostMeters().unmetMillicoreSeconds();
            if (nowUs <= splitUs) {
                unmetUntilSplit = unmetInAll;
            }
        }

        @Override
        public void onMigration(MigrationRecord migration) {
            int half = migration.endedUs() <= splitUs ? 0 : 1;
            if (migration.committed()) {
                migrations[half]++;
                bytes[half] += migration.bytes();
                downtimeMs[half] += migration.downtimeUs() / 1000.0;
            }
        }
    }

    @Override
    public Table run(Run run) throws IOException, InterruptedException {
        TableBuilder table = run.table(
                "day",
                "variant",
                "part_of_day",
                "migrations",
                "bytes_moved",
                "downtime_sum_ms",
                "unmet_demand_core_hours",
                "run_digest");
        int done = 0;
        for (String day : PlanetLab.DAYS) {
            Trace trace = PlanetLab.day(run, day);
            Scenario scenario = BalancedFleet.scenario(trace, INTERVAL_MS);
            for (String variant : VARIANTS) {
                Halves halves = new Halves();
                RunResult result = Simulations.play(
                        scenario, policy(variant, Instant.ofEpochMilli(trace.startEpochMs())), TARGET, halves);
                for (int half = 0; half < 2; half++) {
                    double lost = half == 0 ? halves.unmetUntilSplit : halves.unmetInAll - halves.unmetUntilSplit;
                    table.row(
                            day,
                            variant,
                            half == 0 ? EARLY : LATE,
                            halves.migrations[half],
                            Decimals.fixed(halves.bytes[half], 0),
                            Decimals.fixed(halves.downtimeMs[half], 0),
                            Decimals.fixed(lost / 3_600_000, 4),
                            result.digest());
                }
                run.progress(++done, (long) PlanetLab.DAYS.size() * VARIANTS.size());
            }
        }
        return table.build();
    }

    @Override
    public Figure plot(Table data) {
        List<CategoryChart> panels = new ArrayList<>();
        panels.add(panel(data, "migrations", "migrations"));
        panels.add(panel(data, "unmet_demand_core_hours", "unmet demand [core hours]"));
        return new Figure(
                "Bars for four ways to start: migrations and unmet demand, in the first six hours and in the rest of the"
                        + " day, added up over five days.",
                panels,
                1,
                900,
                380);
    }

    private static CategoryChart panel(Table data, String column, String yTitle) {
        CategoryChart chart = Charts.bars(
                "Sum of all days", "how the day begins (all but none go on with greedy and guards)", yTitle);
        for (String part : List.of(EARLY, LATE)) {
            chart.addSeries(
                    part,
                    VARIANTS,
                    VARIANTS.stream().map(v -> total(data, v, part, column)).toList());
        }
        return chart;
    }

    private static double total(Table data, String variant, String part, String column) {
        return data.where("variant", variant).where("part_of_day", part).sum(column);
    }

    private static double total(Table data, String variant, String column) {
        return data.where("variant", variant).sum(column);
    }

    @Override
    public Summary summarize(Table data) {
        return new Summary(
                "Over " + data.distinct("day").size() + " days greedy with guards makes "
                        + whole(total(data, GREEDY, "migrations")) + " migrations and leaves "
                        + hours(total(data, GREEDY, "unmet_demand_core_hours")) + " of demand unmet ("
                        + hours(total(data, NONE, "unmet_demand_core_hours")) + " without any migration); "
                        + against(data, BUDGETED, "an overhaul in rounds") + "; "
                        + against(data, AT_ONCE, "one at once") + ".",
                "Moderately: PlanetLab's containers keep no level for long, which is when a placement for today's demand"
                        + " is worth least, and the containers start dealt out evenly in number; a fleet that starts badly"
                        + " skewed and has steady loads would gain more.");
    }

    private static String against(Table data, String variant, String words) {
        double early = total(data, variant, EARLY, "migrations") - total(data, GREEDY, EARLY, "migrations");
        double late = total(data, variant, LATE, "migrations") - total(data, GREEDY, LATE, "migrations");
        double lostEarly = total(data, variant, EARLY, "unmet_demand_core_hours")
                - total(data, GREEDY, EARLY, "unmet_demand_core_hours");
        double lostLate = total(data, variant, LATE, "unmet_demand_core_hours")
                - total(data, GREEDY, LATE, "unmet_demand_core_hours");
        return words + " changes that by " + signed(early) + " migrations and " + signedHours(lostEarly)
                + " of unmet demand in the first six hours, and by " + signed(late) + " and " + signedHours(lostLate)
                + " after them";
    }

    private static String whole(double value) {
        return Decimals.text(value, 0);
    }

    private static String hours(double value) {
        return Decimals.text(value, 1) + " core hours";
    }

    private static String signed(double value) {
        return (value > 0 ? "+" : "") + Decimals.text(value, 0);
    }

    private static String signedHours(double value) {
        return (value > 0 ? "+" : "") + Decimals.text(value, 1) + " core hours";
    }
}
