package org.livemigrate.simulator.engine;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.livemigrate.protocol.stats.DiffThreshold;
import org.livemigrate.scheduler.fleet.FleetSettings;

/**
 * How the scheduler comes to know of the fleet. {@link #DIRECT}: it sees every sample of every host at once, as the
 * simulators of the literature have it. Otherwise as live: each host samples, tells what moved beyond a threshold in a
 * numbered message, which takes its time and may be lost, and sends heartbeats, which may be lost too; a gap in the
 * numbers makes the controller ask for everything, and a host that is silent for too long leaves the picture.
 *
 * @param name as it was asked for, for tables
 * @param direct whether every sample is seen at once; the rest then says nothing
 * @param threshold how far a container's use must move to be told
 * @param everyMs between two samples of a host; 0 is the workload's step
 * @param delayMs from a host to the controller, and for the controller's question back
 * @param loss share of statistics messages that vanish behind the broker's confirmation
 * @param heartbeatMs between two heartbeats of a host
 * @param heartbeatLoss share of heartbeats that do not arrive
 * @param expiryMs a host silent for this long leaves the picture
 */
public record Telling(
        String name,
        boolean direct,
        DiffThreshold threshold,
        long everyMs,
        long delayMs,
        double loss,
        long heartbeatMs,
        double heartbeatLoss,
        long expiryMs) {
    /** Everything at once. */
    public static final Telling DIRECT = new Telling(
            "direct",
            true,
            DiffThreshold.NONE,
            0,
            0,
            0,
            10_000,
            0,
            FleetSettings.DEFAULT.expiry().toMillis());

    /** What the live system does unless told otherwise: 10 millicores, 4 MiB, 5 s, heartbeats of 10 s, two minutes. */
    public static final Telling LIVE = new Telling(
            "live",
            false,
            DiffThreshold.DEFAULT,
            5_000,
            0,
            0,
            10_000,
            0,
            FleetSettings.DEFAULT.expiry().toMillis());

    private static final String KEYS =
            "threshold=MILLICORES, memory-threshold=MIB, every=, delay=, loss=PERCENT, heartbeat=, heartbeat-loss=PERCENT,"
                    + " expiry=";

    public Telling {
        if (everyMs < 0 || delayMs < 0 || heartbeatMs <= 0 || expiryMs <= heartbeatMs) {
            throw new IllegalArgumentException("--telling: every " + everyMs + " ms, delay " + delayMs
                    + " ms, heartbeat " + heartbeatMs + " ms, expiry " + expiryMs
                    + " ms: none may be below 0, and heartbeats must be above 0 and below the expiry.");
        }
        if (!(loss >= 0 && loss < 1) || !(heartbeatLoss >= 0 && heartbeatLoss < 1)) {
            throw new IllegalArgumentException("--telling: a loss must be at least 0 and below 100 %.");
        }
    }

    /**
     * Reads {@code direct}, {@code live}, or either followed by pairs such as {@code live,threshold=50,loss=1,delay=2s};
     * pairs alone change {@code live}.
     *
     * @throws IllegalArgumentException naming what is not understood
     */
    public static Telling parse(String text) {
        if (text.equals("direct")) {
            return DIRECT;
        }
        Telling telling = LIVE;
        String[] parts = text.split(",", -1);
        for (int i = 0; i < parts.length; i++) {
            if (i > 0 || !parts[i].equals("live")) {
                telling = telling.with(parts[i].strip());
            }
        }
        return telling.named(text);
    }

    private Telling named(String text) {
        return new Telling(text, direct, threshold, everyMs, delayMs, loss, heartbeatMs, heartbeatLoss, expiryMs);
    }

    private Telling with(String pair) {
        int equals = pair.indexOf('=');
        String key = equals < 0 ? pair : pair.substring(0, equals);
        String value = equals < 0 ? "" : pair.substring(equals + 1);
        try {
            return switch (key) {
                case "threshold" -> withThreshold(new DiffThreshold(Long.parseLong(value), threshold.memoryBytes()));
                case "memory-threshold" ->
                    withThreshold(new DiffThreshold(threshold.cpuMillicores(), Long.parseLong(value) << 20));
                case "every" ->
                    new Telling(name, false, threshold, ms(value), delayMs, loss, heartbeatMs, heartbeatLoss, expiryMs);
                case "delay" ->
                    new Telling(name, false, threshold, everyMs, ms(value), loss, heartbeatMs, heartbeatLoss, expiryMs);
                case "loss" ->
                    new Telling(
                            name,
                            false,
                            threshold,
                            everyMs,
                            delayMs,
                            share(value),
                            heartbeatMs,
                            heartbeatLoss,
                            expiryMs);
                case "heartbeat" ->
                    new Telling(name, false, threshold, everyMs, delayMs, loss, ms(value), heartbeatLoss, expiryMs);
                case "heartbeat-loss" ->
                    new Telling(name, false, threshold, everyMs, delayMs, loss, heartbeatMs, share(value), expiryMs);
                case "expiry" ->
                    new Telling(name, false, threshold, everyMs, delayMs, loss, heartbeatMs, heartbeatLoss, ms(value));
                default ->
                    throw new IllegalArgumentException(
                            "--telling: '" + pair + "' is neither direct nor live nor one of " + KEYS + ".");
            };
        } catch (NumberFormatException | DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "--telling: '" + pair + "' is not understood. Write " + KEYS + " with times such as 250ms, 5s, 2m.",
                    e);
        }
    }

    private Telling withThreshold(DiffThreshold value) {
        return new Telling(name, false, value, everyMs, delayMs, loss, heartbeatMs, heartbeatLoss, expiryMs);
    }

    private static double share(String percent) {
        return Double.parseDouble(percent) / 100;
    }

    private static long ms(String text) {
        return text.endsWith("ms")
                ? Long.parseLong(text.substring(0, text.length() - 2))
                : Duration.parse("PT" + text.toUpperCase(Locale.ROOT)).toMillis();
    }
}
