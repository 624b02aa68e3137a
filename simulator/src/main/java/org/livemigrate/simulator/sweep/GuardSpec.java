package org.livemigrate.simulator.sweep;

import java.time.Duration;
import java.util.Locale;
import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.fleet.FleetSettings;
import org.livemigrate.scheduler.guard.Budget;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.guard.MigrationCost;
import org.livemigrate.scheduler.model.Fraction;

/**
 * Guards as text: {@code off}, {@code live} (what the live system does unless told otherwise), or either followed by
 * pairs, such as {@code live,breach=3/5,cool-down=10m} or {@code off,round=10}. Keys: {@code breach=N/M},
 * {@code cool-down}, {@code host-cool-down}, {@code round}, {@code in-flight}, {@code in}, {@code out} (0 is no limit),
 * {@code in-flight-load=on|off}, {@code gain} (percent of the source's capacity), {@code cost} (for how long today's
 * demand is expected to stay, or {@code off}: cost against benefit), {@code capability=on|off}. Constraints are always
 * heeded.
 */
public final class GuardSpec {
    private static final Duration HORIZON = GuardSettings.OFF.costHorizon();

    private GuardSpec() {}

    /**
     * Into the store and out of it again, and what is fixed about both and about the migration. Pre-copy rounds are not in it: how
     * many there will be is not known.
     */
    private static MigrationCost cost(Calibration calibration) {
        double secondsPerByte = 1.0 / calibration.storeBytesPerSecond() + 1.0 / calibration.restoreBytesPerSecond();
        return MigrationCost.linear(
                Duration.ofMillis(Math.round(
                        calibration.setupFixedMs() + calibration.freezeFixedMs() + calibration.restoreFixedMs())),
                (long) (1 / secondsPerByte));
    }

    /**
     * Reads it.
     *
     * @param calibration of the run's migrations: what the guard of cost against benefit takes them to cost
     * @throws IllegalArgumentException naming what is not understood
     */
    public static GuardSettings parse(String text, Calibration calibration) {
        GuardSettings settings = GuardSettings.OFF;
        String[] parts = text.split(",", -1);
        for (int i = 0; i < parts.length; i++) {
            String part = parts[i].strip();
            if (i == 0 && part.equals("live")) {
                settings = GuardSettings.LIVE;
            } else if (i > 0 || !part.equals("off")) {
                try {
                    settings = with(settings, part, calibration);
                } catch (NumberFormatException | java.time.format.DateTimeParseException e) {
                    throw new IllegalArgumentException("--guards: '" + part + "': " + e.getMessage(), e);
                }
            }
        }
        return settings;
    }

    private static GuardSettings with(GuardSettings settings, String pair, Calibration calibration) {
        int equals = pair.indexOf('=');
        String key = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        Budget budget = settings.budget();
        return switch (key) {
            case "breach" -> {
                String[] of = value.split("/", -1);
                if (of.length != 2) {
                    throw new IllegalArgumentException("--guards: '" + pair + "' is not like breach=2/3.");
                }
                yield settings.withBreach(Integer.parseInt(of[0]), Integer.parseInt(of[1]));
            }
            case "cool-down" -> settings.withCoolDown(time(value), settings.hostCoolDown());
            case "host-cool-down" -> settings.withCoolDown(settings.containerCoolDown(), time(value));
            case "round" ->
                settings.withBudget(
                        new Budget(limit(value), budget.inFlight(), budget.perHostOut(), budget.perHostIn()));
            case "in-flight" ->
                settings.withBudget(
                        new Budget(budget.perRound(), limit(value), budget.perHostOut(), budget.perHostIn()));
            case "out" ->
                settings.withBudget(new Budget(budget.perRound(), budget.inFlight(), limit(value), budget.perHostIn()));
            case "in" ->
                settings.withBudget(
                        new Budget(budget.perRound(), budget.inFlight(), budget.perHostOut(), limit(value)));
            case "in-flight-load" -> settings.withInFlightLoad(isOn(pair, value));
            case "gain" -> settings.withMinimumGain(Fraction.parsePercent(value));
            case "cost" ->
                value.equals("off")
                        ? settings.withCost(null, HORIZON)
                        : settings.withCost(cost(calibration), time(value));
            case "capability" -> settings.withCapabilityMatch(isOn(pair, value));
            default ->
                throw new IllegalArgumentException(
                        "--guards: '" + pair + "' is neither off nor live nor one of breach=,"
                                + " cool-down=, host-cool-down=, round=, in-flight=, in=, out=, in-flight-load=, gain=,"
                                + " cost=, capability=.");
        };
    }

    private static boolean isOn(String pair, String value) {
        if (!value.equals("on") && !value.equals("off")) {
            throw new IllegalArgumentException("--guards: '" + pair + "' is neither on nor off.");
        }
        return value.equals("on");
    }

    private static Duration time(String text) {
        Duration time = Duration.parse("PT" + text.toUpperCase(Locale.ROOT));
        if (time.compareTo(FleetSettings.DEFAULT.moveRetention()) > 0) {
            throw new IllegalArgumentException("--guards: a cool-down of " + text + " is longer than migrations are"
                    + " remembered, which is one hour, live and here.");
        }
        return time;
    }

    private static int limit(String text) {
        int limit = Integer.parseInt(text);
        return limit == 0 ? Budget.UNLIMITED : limit;
    }
}
