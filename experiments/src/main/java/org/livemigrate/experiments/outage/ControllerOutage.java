package org.livemigrate.experiments.outage;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;
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
import org.livemigrate.simulator.engine.World;
import org.livemigrate.simulator.trace.Trace;

/**
 * The report: "if the controller crashes there are no side effects other than migration not being possible". A day on
 * which it is down for an hour or for six: what runs, what is overloaded meanwhile, and how soon that is made good.
 */
public final class ControllerOutage implements Experiment {
    private static final Fraction TARGET = Fraction.percent(80);
    private static final long INTERVAL_MS = Demand.LIVE_SAMPLES_MS;
    private static final int BIN_MIN = 10;
    private static final int CRASH_H = 8;
    private static final String NONE = "no scheduler";
    private static final String ALWAYS = "never down";
    private static final String SHORT = "down 1 h";
    private static final String LONG = "down 6 h";
    private static final Map<String, Integer> HOURS_DOWN = new LinkedHashMap<>();

    static {
        HOURS_DOWN.put(NONE, 24);
        HOURS_DOWN.put(ALWAYS, 0);
        HOURS_DOWN.put(SHORT, 1);
        HOURS_DOWN.put(LONG, 6);
    }

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>(BalancedFleet.described(
                PlanetLab.namedAsLive(PlanetLab.THREE_DAYS),
                BalancedFleet.hosts(BalancedFleet.HOSTS),
                List.of(INTERVAL_MS),
                List.of(TARGET),
                GuardSettings.LIVE));
        parameters.put("policy", "greedy with guards");
        parameters.put("crash", "at " + CRASH_H + ":00, for 1 or 6 hours; samples and ended migrations are forgotten");
        return new Description(
                "controller-outage",
                "When the controller is down",
                "Does a crash of the controller have any effect but that nothing migrates?",
                Kind.SIMULATED,
                Duration.ofSeconds(2),
                0,
                parameters,
                Set.of(Part.SCHEDULER, Part.SIMULATOR),
                List.of(PlanetLab.INPUT));
    }

    private static Policy policy(String variant, Instant start) {
        Policy nothing = BalancedFleet.policy("none", TARGET);
        Policy greedy = BalancedFleet.guarded("greedy", TARGET, GuardSettings.LIVE);
        Instant crash = start.plus(Duration.ofHours(CRASH_H));
        return switch (variant) {
            case NONE -> nothing;
            case ALWAYS -> greedy;
            default -> new OutOfOrder(greedy, nothing, crash, crash.plus(Duration.ofHours(HOURS_DOWN.get(variant))));
        };
    }

    /** A run's course, in equal parts of the day. */
    private static final class Course implements RunListener {
        private final int[] samples;
        private final long[] overTarget;
        private final long[] fewestRunning;
        private final double[] unmetUntil;
        private final long[] migrations;
        private long hosts;
        private World world;

        Course(int bins) {
            samples = new int[bins];
            overTarget = new long[bins];
            fewestRunning = new long[bins];
            unmetUntil = new double[bins];
            migrations = new long[bins];
        }

        private static int bin(long nowUs) {
            return (int) (nowUs / (BIN_MIN * 60_000_000L));
        }

        @Override
        public void onSample(long nowUs, World world) {
            int bin = bin(nowUs);
            this.world = world;
            if (bin > 0 && samples[bin] == 0) {
                unmetUntil[bin - 1] = unmet(); // what the part before left until now
            }
            hosts = world.hosts();
            for (int h = 0; h < world.hosts(); h++) {
                if (TARGET.isExceededBy(
                        world.hostMeters().demand(h), world.host(h).capacityMillicores())) {
                    overTarget[bin]++;
                }
            }
            long running = 0;
            for (int c = 0; c < world.containers(); c++) {
                running += world.isPresent(c) && world.hostOf(c) >= 0 ? 1 : 0;
            }
            fewestRunning[bin] = samples[bin] == 0 ? running : Math.min(fewestRunning[bin], running);
            samples[bin]++;
        }

        private double unmet() {
            return world.hostMeters().unmetMillicoreSeconds();
        }

        /** The last part ends with the run, after its last sample. */
        void end() {
            unmetUntil[unmetUntil.length - 1] = unmet();
        }

        @Override
        public void onMigration(MigrationRecord migration) {
            int bin = bin(migration.endedUs());
            if (migration.committed() && bin < migrations.length) {
                migrations[bin]++;
            }
        }
    }

    @Override
    public Table run(Run run) throws IOException, InterruptedException {
        TableBuilder table = run.table(
                "day",
                "variant",
                "begins_min",
                "hosts_over_target_fraction",
                "unmet_demand_core_hours",
                "migrations",
                "containers",
                "fewest_containers_running");
        int done = 0;
        for (String day : PlanetLab.THREE_DAYS) {
            Trace trace = PlanetLab.dayAsLive(run, day);
            int bins = (int) (trace.samples() * trace.stepMs() / (BIN_MIN * 60_000L));
            for (String variant : HOURS_DOWN.keySet()) {
                Course course = new Course(bins);
                Simulations.play(
                        BalancedFleet.scenario(trace, INTERVAL_MS),
                        policy(variant, Instant.ofEpochMilli(trace.startEpochMs())),
                        TARGET,
                        course);
                course.end();
                for (int bin = 0; bin < bins; bin++) {
                    double unmet = course.unmetUntil[bin] - (bin == 0 ? 0 : course.unmetUntil[bin - 1]);
                    table.row(
                            day,
                            variant,
                            bin * BIN_MIN,
                            Decimals.fixed(course.overTarget[bin] / (double) (course.samples[bin] * course.hosts), 4),
                            Decimals.fixed(unmet / 3_600_000, 4),
                            course.migrations[bin],
                            trace.series().size(),
                            course.fewestRunning[bin]);
                }
                run.progress(++done, (long) PlanetLab.THREE_DAYS.size() * HOURS_DOWN.size());
            }
        }
        return table.build();
    }

    @Override
    public Figure plot(Table data) {
        XYChart chart = Charts.lines(
                "Mean of " + data.distinct("day").size() + " days; the crash is at " + CRASH_H + ":00",
                "hour of the day",
                "hosts above target [%]");
        for (String variant : HOURS_DOWN.keySet()) {
            Table rows = data.where("variant", variant);
            List<String> begins = rows.distinct("begins_min");
            chart.addSeries(
                            variant,
                            begins.stream()
                                    .mapToDouble(b -> Double.parseDouble(b) / 60)
                                    .toArray(),
                            begins.stream()
                                    .mapToDouble(b ->
                                            100 * rows.where("begins_min", b).mean("hosts_over_target_fraction"))
                                    .toArray())
                    .setMarker(SeriesMarkers.NONE);
        }
        Charts.fromZero(chart);
        return new Figure(
                "Lines over the hours of the day: the share of hosts above target without a scheduler, with one, and with"
                        + " one that is down for one hour and for six.",
                List.of(chart),
                1,
                900,
                440);
    }

    @Override
    public Summary summarize(Table data) {
        List<String> parts = new ArrayList<>();
        for (String variant : List.of(SHORT, LONG)) {
            int hours = HOURS_DOWN.get(variant);
            Table down = between(data, 60 * CRASH_H, 60 * (CRASH_H + hours));
            parts.add("down for " + hours + " h, " + over(down, variant) + " of the hosts are above target ("
                    + over(down, ALWAYS) + " were it not down, " + over(down, NONE) + " without any scheduler) and "
                    + unmet(down, variant) + " core hours of demand a day unmet (" + unmet(down, ALWAYS)
                    + "), " + catchUp(data, variant, 60 * (CRASH_H + hours))
                    + " min after its return they are first no more than without the outage, and "
                    + rest(data, variant, hours) + " (" + rest(data, ALWAYS, hours) + ") over the rest of the day");
        }
        long lost = data.rows()
                .mapToLong(r -> r.whole("containers") - r.whole("fewest_containers_running"))
                .max()
                .orElseThrow();
        return new Summary(
                "At most " + lost + " containers were missing at any time; " + String.join("; ", parts) + ".",
                "Well for overload, as means over " + data.distinct("day").size()
                        + " days; that containers live on without a controller is how the simulator is made and so no"
                        + " finding here (the fault tests of the live system kill a controller at every step of real"
                        + " migrations), and migrations that were under way end here as if nothing had happened, where live"
                        + " they are finished or rolled back at its return.");
    }

    private static Table between(Table data, int fromMin, int untilMin) {
        return data.where(r -> r.whole("begins_min") >= fromMin && r.whole("begins_min") < untilMin);
    }

    private static String over(Table rows, String variant) {
        return Decimals.percent(rows.where("variant", variant).mean("hosts_over_target_fraction"), 2);
    }

    private static String rest(Table data, String variant, int hours) {
        return over(between(data, 60 * (CRASH_H + hours), Integer.MAX_VALUE), variant);
    }

    private static String unmet(Table rows, String variant) {
        double sum = rows.where("variant", variant).sum("unmet_demand_core_hours");
        return Decimals.text(sum / rows.distinct("day").size(), 2);
    }

    /** Minutes until the first part of the day, at this resolution, that is no worse than without the outage. */
    private static long catchUp(Table data, String variant, int returnMin) {
        for (String begins : data.distinct("begins_min")) {
            Table at = data.where("begins_min", begins);
            if (Integer.parseInt(begins) >= returnMin
                    && at.where("variant", variant).mean("hosts_over_target_fraction")
                            <= at.where("variant", ALWAYS).mean("hosts_over_target_fraction")) {
                return Integer.parseInt(begins) - returnMin;
            }
        }
        return 24 * 60 - returnMin;
    }
}
