package org.livemigrate.simulator.engine;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Hosts that join the fleet or leave it in good order. One that joins is not there before. One that leaves is cordoned,
 * its containers migrate away in the next rounds, and it is gone when it is empty.
 *
 * @param changes in any order
 * @param cordoned hosts, by id, that receive nothing all the time, as an operator cordons them
 */
public record Membership(List<Change> changes, Set<String> cordoned) {
    /** What can be counted in microseconds, and more than anybody simulates. */
    private static final Duration LONGEST = Duration.ofDays(365_000);

    /** Nobody joins or leaves. */
    public static final Membership NONE = new Membership(List.of(), Set.of());

    /**
     * One of them.
     *
     * @param host by id
     * @param atMs since the start
     */
    public record Change(boolean joins, String host, long atMs) {}

    public Membership {
        changes = List.copyOf(changes);
        cordoned = Set.copyOf(cordoned);
    }

    /** The same, with these hosts cordoned. */
    public Membership withCordoned(Set<String> hosts) {
        return new Membership(changes, hosts);
    }

    /**
     * Reads {@code off}, or {@code join=HOST@TIME} and {@code leave=HOST@TIME} with commas between, such as {@code
     * leave=h003@6h,join=h007@90m}.
     *
     * @throws IllegalArgumentException naming what is not understood
     */
    public static Membership parse(String text) {
        if (text.equals("off")) {
            return NONE;
        }
        List<Change> changes = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String pair = part.strip();
            int equals = pair.indexOf('=');
            int at = pair.lastIndexOf('@');
            String kind = equals < 0 ? "" : pair.substring(0, equals);
            if (at < equals + 2 || !kind.equals("join") && !kind.equals("leave")) {
                throw new IllegalArgumentException("--membership: '" + pair
                        + "' is neither 'off' nor join=HOST@TIME nor leave=HOST@TIME, such as leave=h003@6h.");
            }
            try {
                Duration since = Duration.parse("PT" + pair.substring(at + 1).toUpperCase(Locale.ROOT));
                if (since.isNegative() || since.compareTo(LONGEST) > 0) {
                    throw new IllegalArgumentException(
                            "--membership: '" + pair + "' is before the start, or a thousand years after it.");
                }
                changes.add(new Change(kind.equals("join"), pair.substring(equals + 1, at), since.toMillis()));
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(
                        "--membership: '" + pair.substring(at + 1) + "' is not a time such as 90s, 30m, 6h.", e);
            }
        }
        return new Membership(changes, Set.of());
    }
}
