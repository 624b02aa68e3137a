package org.livemigrate.experiments.fleetsize;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
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
import org.livemigrate.simulator.engine.FailureModel;
import org.livemigrate.simulator.engine.Membership;
import org.livemigrate.simulator.engine.Scenario;
import org.livemigrate.simulator.engine.Telling;
import org.livemigrate.simulator.fleet.FleetSpec;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Trace;

/**
 * A fleet that grows and shrinks under load, which the report leaves to future work, and its claim that a new host needs
 * to do nothing but send heartbeats: the scheduler knows of the fleet only what hosts tell, as live.
 */
public final class ChangingFleet implements Experiment {
    private static final List<String> DAYS = List.of("20110303", "20110322");
    private static final int MOST = 60;
    private static final int FEWEST = 45;
    private static final int LEAVE_H = 2;
    /** Hosts come when they come, between two rounds and two heartbeats: each at a second of this minute, drawn. */
    private static final Duration JOIN = Duration.ofHours(12);

    private static final Fraction TARGET = Fraction.percent(80);
    private static final long INTERVAL_MS = Demand.LIVE_SAMPLES_MS;
    private static final String TELLING = "live,every=60s";
    private static final String LARGE = MOST + " hosts";
    private static final String SMALL = FEWEST + " hosts";
    private static final String GROWS = FEWEST + ", later " + MOST;
    private static final String BREATHES = MOST + ", " + FEWEST + ", " + MOST;
    private static final List<String> FLEETS = List.of(LARGE, SMALL, GROWS, BREATHES);

    @Override
    public Description description() {
        Map<String, String> parameters = new LinkedHashMap<>(BalancedFleet.described(
                PlanetLab.namedAsLive(DAYS),
                "of 4000 millicores and 32 GiB: " + FLEETS,
                List.of(INTERVAL_MS),
                List.of(TARGET),
                GuardSettings.LIVE));
        parameters.put("policy", "greedy with guards");
        parameters.put("telling", TELLING);
        parameters.put("hosts_leave", "at " + LEAVE_H + ":00, drained first");
        parameters.put(
                "hosts_join",
                "each at a second after 12:00 drawn from 1 to 59, seeded by the day, by their heartbeats alone");
        return new Description(
                "changing-fleet",
                "Hosts that join and leave",
                "What happens when hosts join by a heartbeat alone or leave under load, and what does a smaller fleet save?",
                Kind.SIMULATED,
                Duration.ofSeconds(20),
                1,
                parameters,
                Set.of(Part.SCHEDULER, Part.PROTOCOL, Part.SIMULATOR),
                List.of(PlanetLab.INPUT));
    }

    /** When each of the hosts that come joins; other seconds on another day. */
    private static Map<String, Duration> joins(String day) {
        SplittableRandom random = new SplittableRandom(Long.parseLong(day));
        Map<String, Duration> joins = new LinkedHashMap<>();
        FleetSpec.parse(BalancedFleet.hosts(MOST)).hosts().stream()
                .skip(FEWEST)
                .forEach(host -> joins.put(host.id(), JOIN.plusSeconds(random.nextInt(1, 60))));
        return joins;
    }

    private static Scenario scenario(Trace trace, String fleet, Map<String, Duration> joins) {
        String hosts = BalancedFleet.hosts(fleet.equals(SMALL) ? FEWEST : MOST);
        Scenario scenario = BalancedFleet.scenario(trace, hosts, INTERVAL_MS, FailureModel.NONE)
                .withTelling(Telling.parse(TELLING));
        if (fleet.equals(LARGE) || fleet.equals(SMALL)) {
            return scenario;
        }
        List<Membership.Change> changes = new ArrayList<>();
        joins.forEach((host, at) -> {
            if (fleet.equals(BREATHES)) {
                changes.add(new Membership.Change(
                        false, host, Duration.ofHours(LEAVE_H).toMillis()));
            }
            changes.add(new Membership.Change(true, host, at.toMillis()));
        });
        return scenario.withMembership(new Membership(changes, Set.of()));
    }

    @Override
    public Table run(Run run) throws IOException, InterruptedException {
        TableBuilder table = run.table(
                "day",
                "fleet",
                "energy_kwh",
                "overload_time_fraction",
                "unmet_demand_fraction",
                "migrations",
                "mean_active_hosts",
                "empty_after_s",
                "joiners_known",
                "known_after_least_s",
                "known_after_median_s",
                "known_after_most_s",
                "first_container_after_s",
                "joiners_used",
                "containers_on_joiners_after_2h",
                "run_digest");
        int done = 0;
        for (String day : DAYS) {
            Trace trace = PlanetLab.dayAsLive(run, day);
            Map<String, Duration> joins = joins(day);
            for (String fleet : FLEETS) {
                Scenario scenario = scenario(trace, fleet, joins);
                Comings comings = new Comings(joins, Duration.ofHours(LEAVE_H));
                RunResult result = Simulations.play(
                        scenario, BalancedFleet.guarded("greedy", TARGET, GuardSettings.LIVE), TARGET, comings);
                boolean grows = fleet.equals(GROWS) || fleet.equals(BREATHES);
                List<Long> known = comings.knownAfterUs();
                table.row(
                        day,
                        fleet,
                        Decimals.fixed(result.energyKwh(), 3),
                        Decimals.fixed(result.slatah(), 6),
                        Decimals.fixed(result.unmetDemand(), 6),
                        result.migrationsCommitted(),
                        Decimals.fixed(result.meanActiveHosts(), 2),
                        fleet.equals(BREATHES) ? seconds(comings.emptyAfterUs()) : "",
                        grows ? Integer.toString(known.size()) : "",
                        grows ? seconds(known.get(0)) : "",
                        grows ? seconds(known.get(known.size() / 2)) : "",
                        grows ? seconds(known.get(known.size() - 1)) : "",
                        grows ? seconds(comings.firstContainerAfterUs()) : "",
                        grows ? Integer.toString(comings.used()) : "",
                        grows ? Integer.toString(comings.containersAfterTwoHours()) : "",
                        result.digest());
                run.progress(++done, (long) DAYS.size() * FLEETS.size());
            }
        }
        return table.build();
    }

    /** Empty when it never came to that. */
    private static String seconds(long us) {
        return us < 0 ? "" : Long.toString(us / 1_000_000);
    }

    @Override
    public Figure plot(Table data) {
        List<CategoryChart> panels = List.of(
                panel(data, "energy_kwh", 1, "energy [kWh]"),
                panel(data, "unmet_demand_fraction", 100, "unmet demand [%]"),
                panel(data, "overload_time_fraction", 100, "time at 100 % CPU [%]"),
                panel(data, "migrations", 1, "migrations in a day"));
        return new Figure(
                "Bars for four fleets, large, small, growing, and shrinking and growing again: energy, unmet demand, time"
                        + " at full load and migrations, one bar per day.",
                panels,
                2,
                600,
                380);
    }

    private static CategoryChart panel(Table data, String column, double factor, String yTitle) {
        CategoryChart chart = Charts.bars("", "fleet", yTitle);
        for (String day : data.distinct("day")) {
            chart.addSeries(
                    "PlanetLab " + day,
                    FLEETS,
                    FLEETS.stream()
                            .map(fleet -> factor
                                    * data.where("day", day)
                                            .where("fleet", fleet)
                                            .only()
                                            .number(column))
                            .toList());
        }
        Charts.legendBelow(chart);
        return chart;
    }

    @Override
    public Summary summarize(Table data) {
        List<String> fleets = new ArrayList<>();
        for (String fleet : FLEETS) {
            Table rows = data.where("fleet", fleet);
            fleets.add(Decimals.text(rows.mean("energy_kwh"), 1) + " kWh, "
                    + Decimals.percent(rows.mean("unmet_demand_fraction"), 3) + " of demand unmet and "
                    + Decimals.text(rows.mean("migrations"), 0) + " migrations (" + fleet + ")");
        }
        Table joined = data.where(r -> !r.text("joiners_known").isEmpty());
        Table left = data.where(r -> !r.text("empty_after_s").isEmpty());
        return new Summary(
                "As means over " + data.distinct("day").size() + " days: " + String.join("; ", fleets)
                        + "; of " + (MOST - FEWEST) + " hosts that join, " + range(joined, "joiners_known")
                        + " are in the scheduler's picture at a round, after a median of "
                        + range(joined, "known_after_median_s") + " s (least "
                        + range(joined, "known_after_least_s") + ", most " + range(joined, "known_after_most_s")
                        + "), the first container is on one of them after "
                        + range(
                                data.where(
                                        r -> !r.text("first_container_after_s").isEmpty()),
                                "first_container_after_s")
                        + " s, and " + range(joined, "joiners_used")
                        + " ever get one; those that leave are empty after "
                        + range(left, "empty_after_s") + " s.",
                "Well for joining, where scheduler, fleet picture and messages are the live ones and the host does nothing"
                        + " but send heartbeats and samples; energy is by the SPECpower model of one old server, an empty"
                        + " host draws nothing, and greedy only sheds what is above target, so a host that joins gets no more"
                        + " than that.");
    }

    private static String range(Table rows, String column) {
        if (rows.size() == 0) {
            return "no";
        }
        double least = rows.rows().mapToDouble(r -> r.number(column)).min().orElseThrow();
        double most = rows.rows().mapToDouble(r -> r.number(column)).max().orElseThrow();
        return least == most ? Decimals.text(least, 0) : Decimals.text(least, 0) + " to " + Decimals.text(most, 0);
    }
}
