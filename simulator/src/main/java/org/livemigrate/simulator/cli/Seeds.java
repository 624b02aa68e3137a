package org.livemigrate.simulator.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Seeds as people write them: {@code 7}, {@code 1,2,3}, {@code 1..20}. */
final class Seeds {
    private static final Pattern RANGE = Pattern.compile("(-?\\d{1,18})\\.\\.(-?\\d{1,18})");
    private static final int MOST = 1_000_000;

    private Seeds() {}

    static List<Long> parse(String text) {
        List<Long> seeds = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            Matcher range = RANGE.matcher(part.strip());
            try {
                long first = Long.parseLong(range.matches() ? range.group(1) : part.strip());
                long last = range.matches() ? Long.parseLong(range.group(2)) : first;
                if (last < first || last - first >= MOST) {
                    throw new IllegalArgumentException(
                            "--seeds '" + part + "' is empty or has more than " + MOST + ".");
                }
                for (long seed = first; seed <= last; seed++) {
                    seeds.add(seed);
                }
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("--seeds '" + text + "' is not like 7, 1,2,3 or 1..20.", e);
            }
        }
        return seeds;
    }
}
