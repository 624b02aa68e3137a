package org.livemigrate.experiments.overhaul;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
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
import org.livemigrate.experiments.scenario.BalancedFleet;
import org.livemigrate.experiments.scenario.Demand;
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
 * while it goes on, and what it saves later, against greedy from the start; for a fleet that begins even, skewed or packed.
 */
public final class InitialOverhaul implements Experiment {
    private static final Fraction TARGET = Fraction.percent(80);
    private static final long INTERVAL_MS = Demand.LIVE_SAMPLES_MS;
    private static final Duration OVERHAUL = Duration.ofHours(6);
    private static final Duration ONE_ROUND = Duration.ofMillis(INTERVAL_MS + 1);
    /** An overhaul is not about hosts above target: a sustained breach would hold it back. */
    private static final GuardSettings OVERHAULS_GUARDS = GuardSettings.LIVE.withBreach(1, 1);

    private static final String NONE = "none";
    private static final String GREEDY = "greedy";
    private static final String BUDGETED = "overhaul in rounds";
    private static final String AT_ONCE = "overhaul at once";
    private static final List<String> VARIANTS = List.of(NONE, GREEDY, BUDGETED, AT_ONCE);
    private static final List<String> OVERHAULS = List.of(BUDGETED, AT_ONCE);
    private static final String MIGRATIONS = "migrations";
    private static final String UNMET = "unmet_demand_core_hours";
    private static final String EARLY = "first 6 h";
    private static final String LATE = "last 18 h";

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>(BalancedFleet.described(
                PlanetLab.namedAsLive(PlanetLab.DAYS),
                BalancedFleet.hosts(BalancedFleet.HOSTS),
                List.of(INTERVAL_MS),
                List.of(TARGET),
                GuardSettings.LIVE));
        parameters.put(
                "placement",
                "even: round robin; skewed: twice as many on each of the first half of the hosts; packed: first fit to"
                        + " 80 % of what is asked for at first");
        parameters.put("guards_of_the_overhaul_in_rounds", OVERHAULS_GUARDS.toString());
        parameters.put("overhaul_hours", Long.toString(OVERHAUL.toHours()));
        return new Description(
                "initial-overhaul",
                "The initial overhaul: cost and gain",
                "What does dealing all containers out anew cost, and what does it save later?",
                Kind.SIMULATED,
                Duration.ofSeconds(20),
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
        private World world;

        @Override
        public void onSample(long nowUs, World world) {
            this.world = world;
            if (nowUs <= splitUs) {
                unmetUntilSplit = unmetInAll();
            }
        }

        /** Until now; when the run is over, also what came after the last sample. */
        double unmetInAll() {
            return world.hostMeters().unmetMillicoreSeconds();
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
                "start",
                "day",
                "variant",
                "part_of_day",
                MIGRATIONS,
                "bytes_moved",
                "downtime_sum_ms",
                UNMET,
                "run_digest");
        int done = 0;
        for (String day : PlanetLab.DAYS) {
            Trace trace = PlanetLab.dayAsLive(run, day);
            for (Start start : Start.values()) {
                Scenario scenario = start.of(BalancedFleet.scenario(trace, INTERVAL_MS), trace);
                for (String variant : VARIANTS) {
                    Halves halves = new Halves();
                    RunResult result = Simulations.play(
                            scenario, policy(variant, Instant.ofEpochMilli(trace.startEpochMs())), TARGET, halves);
                    for (int half = 0; half < 2; half++) {
                        double lost = half == 0 ? halves.unmetUntilSplit : halves.unmetInAll() - halves.unmetUntilSplit;
                        table.row(
                                start.label(),
                                day,
                                variant,
                                half == 0 ? EARLY : LATE,
                                halves.migrations[half],
                                Decimals.fixed(halves.bytes[half], 0),
                                Decimals.fixed(halves.downtimeMs[half], 0),
                                Decimals.fixed(lost / 3_600_000, 4),
                                result.digest());
                    }
                    run.progress(++done, (long) PlanetLab.DAYS.size() * Start.values().length * VARIANTS.size());
                }
            }
        }
        return table.build();
    }

    @Override
    public Figure plot(Table data) {
        List<CategoryChart> panels = new ArrayList<>();
        for (String start : data.distinct("start")) {
            Table rows = data.where("start", start);
            String title =
                    "Start: " + start + "; sum of " + data.distinct("day").size() + " days";
            panels.add(panel(rows, MIGRATIONS, title, "migrations"));
            panels.add(panel(rows, UNMET, title, "unmet demand [core hours]"));
        }
        return new Figure(
                "Bars for four ways to begin, in a row each for an even, a skewed and a packed start: migrations and unmet"
                        + " demand, in the first six hours and in the rest of the day, added up over five days.",
                panels,
                2,
                700,
                340);
    }

    private static CategoryChart panel(Table data, String column, String title, String yTitle) {
        CategoryChart chart = Charts.bars(title, "how the day begins", yTitle);
        for (String part : List.of(EARLY, LATE)) {
            chart.addSeries(
                    part,
                    VARIANTS,
                    VARIANTS.stream().map(v -> total(data, v, part, column)).toList());
        }
        Charts.legendBelow(chart);
        return chart;
    }

    private static double total(Table data, String variant, String part, String column) {
        return data.where("variant", variant).where("part_of_day", part).sum(column);
    }

    @Override
    public Summary summarize(Table data) {
        List<String> starts = data.distinct("start");
        long saving = 0;
        long paying = 0;
        List<String> cases = new ArrayList<>();
        for (String start : starts) {
            Table rows = data.where("start", start);
            for (String variant : OVERHAULS) {
                saving += more(rows, variant, LATE, UNMET) < 0 ? 1 : 0;
                paying += more(rows, variant, EARLY, UNMET) + more(rows, variant, LATE, UNMET) < 0 ? 1 : 0;
            }
            cases.add(start + " start (" + Decimals.text(unmet(rows, GREEDY), 1) + " unmet with greedy), "
                    + OVERHAULS.stream()
                            .map(variant -> variant + " " + more(rows, variant))
                            .collect(Collectors.joining(", ")));
        }
        int all = starts.size() * OVERHAULS.size();
        return new Summary(
                "Against greedy with guards over " + data.distinct("day").size()
                        + " days, an overhaul saves unmet demand"
                        + " after its six hours in " + saving + " of " + all
                        + " cases, and more than it cost in them in "
                        + paying + " (core hours, first six hours and rest; migrations): " + String.join("; ", cases)
                        + ".",
                "Well for PlanetLab, whose containers keep no level for long, which is when a placement for today's demand"
                        + " is worth least; steadier loads were not tried, and one at once pays for copies that nothing"
                        + " bounds.");
    }

    private static double unmet(Table data, String variant) {
        return total(data, variant, EARLY, UNMET) + total(data, variant, LATE, UNMET);
    }

    private static String more(Table data, String variant) {
        return signed(more(data, variant, EARLY, UNMET), 1) + " and " + signed(more(data, variant, LATE, UNMET), 1)
                + ", " + signed(more(data, variant, EARLY, MIGRATIONS) + more(data, variant, LATE, MIGRATIONS), 0);
    }

    /** How much more than greedy alone. */
    private static double more(Table data, String variant, String part, String column) {
        return total(data, variant, part, column) - total(data, GREEDY, part, column);
    }

    private static String signed(double value, int digits) {
        return (value > 0 ? "+" : "") + Decimals.text(value, digits);
    }
}
