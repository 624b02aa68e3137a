package org.livemigrate.simulator.trace.generate;

import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What to generate, written as {@code key=value} pairs with commas between, all optional, for example
 * {@code containers=200,days=1,profile=bursty,seed=7}.
 *
 * @param containers how many
 * @param samples of each ({@code days=} divided by {@code step=})
 * @param stepMs between samples ({@code step=300s})
 * @param profile which shapes the demand has
 * @param meanPercent mean use over all containers and times, roughly: shapes are scaled around it
 * @param cpuMillicores what 100 % means for each container ({@code cpu=1000})
 * @param memoryBytes of each container ({@code memory-mib=512})
 * @param seed of everything random
 */
public record GeneratorSpec(
        int containers,
        int samples,
        long stepMs,
        Profile profile,
        double meanPercent,
        long cpuMillicores,
        long memoryBytes,
        long seed) {

    /** Shapes of demand. */
    public enum Profile {
        /** A day's wave, each container with its own phase near the common one. */
        DIURNAL,
        /** Long quiet, short high: on-off with exponential times. */
        BURSTY,
        /** Few large, many small: means are Pareto distributed. */
        HEAVY_TAILED,
        /** Now and then many containers rise at once. */
        SPIKES,
        /** All of it together. */
        MIXED
    }

    public GeneratorSpec {
        require(containers >= 1 && containers <= 10_000_000, "containers=" + containers, "1 to 10000000");
        require(samples >= 1, "days/step gives " + samples + " samples", "at least 1");
        require(stepMs >= 1000, "step=" + stepMs + "ms", "at least 1s");
        require(meanPercent > 0 && meanPercent <= 100, "mean=" + meanPercent, "above 0, up to 100");
        require(cpuMillicores >= 1, "cpu=" + cpuMillicores, "at least 1 millicore");
        require(memoryBytes >= 0, "memory-mib", "at least 0");
    }

    private static void require(boolean holds, String what, String range) {
        if (!holds) {
            throw new IllegalArgumentException("--generate: " + what + " is out of range (" + range + ").");
        }
    }

    /**
     * Reads the text.
     *
     * @throws IllegalArgumentException naming what is not understood
     */
    public static GeneratorSpec parse(String text) {
        Map<String, String> values = new HashMap<>(Map.of(
                "containers",
                "100",
                "days",
                "1",
                "step",
                "300s",
                "profile",
                "mixed",
                "mean",
                "12",
                "cpu",
                "1000",
                "memory-mib",
                "512",
                "seed",
                "1"));
        for (String pair : text.isBlank() ? new String[0] : text.split(",")) {
            int equals = pair.indexOf('=');
            if (equals < 0 || !values.containsKey(pair.substring(0, equals).strip())) {
                throw new IllegalArgumentException("--generate: '" + pair + "' is not one of "
                        + String.join("=…, ", values.keySet().stream().sorted().toList()) + "=….");
            }
            values.put(
                    pair.substring(0, equals).strip(),
                    pair.substring(equals + 1).strip());
        }
        try {
            long stepMs = Duration.parse("PT" + values.get("step").toUpperCase(Locale.ROOT))
                    .toMillis();
            double days = Double.parseDouble(values.get("days"));
            return new GeneratorSpec(
                    Integer.parseInt(values.get("containers")),
                    (int) Math.min(Integer.MAX_VALUE, (long) (days * 86_400_000.0 / Math.max(1, stepMs))),
                    stepMs,
                    Profile.valueOf(
                            values.get("profile").toUpperCase(Locale.ROOT).replace('-', '_')),
                    Double.parseDouble(values.get("mean")),
                    Long.parseLong(values.get("cpu")),
                    Math.multiplyExact(Long.parseLong(values.get("memory-mib")), 1L << 20),
                    Long.parseLong(values.get("seed")));
        } catch (NumberFormatException | ArithmeticException | java.time.format.DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "--generate '" + text + "': " + e.getMessage() + ". Numbers are plain, step is like 300s or 5m.",
                    e);
        } catch (IllegalArgumentException e) {
            if (e.getMessage().startsWith("--generate")) {
                throw e;
            }
            throw new IllegalArgumentException(
                    "--generate: profile=" + values.get("profile")
                            + " is not one of diurnal, bursty, heavy-tailed, spikes, mixed.",
                    e);
        }
    }
}
