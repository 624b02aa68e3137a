package org.livemigrate.agent.doctor;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Version numbers as programs print them. */
final class Versions {

    private static final Pattern NUMBER = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?[^\\s,]*");

    private Versions() {}

    /** The first version in a text, for example {@code 1.1.15+ds1} in {@code runc version 1.1.15+ds1}. */
    static Optional<String> first(String text) {
        Matcher matcher = NUMBER.matcher(text);
        return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
    }

    /** Whether a version begins with numbers that are at least these; false when it begins with none. */
    static boolean atLeast(String version, String least) {
        Matcher have = NUMBER.matcher(version);
        Matcher want = NUMBER.matcher(least);
        if (!have.lookingAt() || !want.lookingAt()) {
            return false;
        }
        for (int part = 1; part <= 3; part++) {
            int difference = Integer.compare(number(have.group(part)), number(want.group(part)));
            if (difference != 0) {
                return difference > 0;
            }
        }
        return true;
    }

    private static int number(String digits) {
        return digits == null ? 0 : Integer.parseInt(digits.substring(0, Math.min(9, digits.length())));
    }
}
