package org.livemigrate.simulator.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.livemigrate.scheduler.model.Fraction;

/**
 * When hosts fail, and what follows. The report's <em>cascading failure</em>: a host above a load for long enough fails;
 * after the controller has noticed (heartbeats expire), its containers are started anew on the hosts with the most CPU
 * left, which may push those over in turn. Besides, hosts may fail at random (exponential, all hosts alike). A failed
 * host is repaired after a fixed time and joins again, empty.
 *
 * @param saturation load above which a host is in danger; with none, load makes no host fail
 * @param saturatedMs how long it must be above, as seen at the samples
 * @param detectMs from the failure until its containers are started elsewhere; the report's heartbeat expiry is 2 minutes
 * @param repairMs from the failure until the host is back; 0 is never
 * @param mtbfMs mean time between random failures of one host; 0 is never
 */
public record FailureModel(Fraction saturation, long saturatedMs, long detectMs, long repairMs, long mtbfMs) {
    /** Nothing fails. */
    public static final FailureModel NONE = new FailureModel(null, 0, 0, 0, 0);

    private static final Pattern TIME = Pattern.compile("(\\d{1,9})(s|m|h|d)");

    /**
     * Reads {@code off}, or pairs with commas between such as {@code saturation=95,for=5m,detect=2m,repair=30m,mtbf=720h};
     * what is not said is as written here, but without random failures.
     *
     * @throws IllegalArgumentException naming what is not understood
     */
    public static FailureModel parse(String text) {
        if (text.equals("off")) {
            return NONE;
        }
        Map<String, String> values =
                new HashMap<>(Map.of("saturation", "95", "for", "5m", "detect", "2m", "repair", "30m", "mtbf", "0s"));
        for (String pair : text.split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals < 0 || !values.containsKey(pair.substring(0, equals))) {
                throw new IllegalArgumentException("--failures: '" + pair
                        + "' is neither 'off' nor one of saturation=, for=, detect=, repair=, mtbf=.");
            }
            values.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return new FailureModel(
                values.get("saturation").equals("off") ? null : Fraction.parsePercent(values.get("saturation")),
                ms(values.get("for")),
                ms(values.get("detect")),
                ms(values.get("repair")),
                ms(values.get("mtbf")));
    }

    private static long ms(String text) {
        Matcher time = TIME.matcher(text);
        if (!time.matches()) {
            throw new IllegalArgumentException("--failures: '" + text + "' is not a time such as 90s, 5m, 12h, 30d.");
        }
        long unit = switch (time.group(2)) {
            case "s" -> 1000;
            case "m" -> 60_000;
            case "h" -> 3_600_000;
            default -> 86_400_000;
        };
        return Long.parseLong(time.group(1)) * unit;
    }
}
