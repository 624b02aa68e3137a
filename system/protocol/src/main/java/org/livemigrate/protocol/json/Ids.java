package org.livemigrate.protocol.json;

import java.util.regex.Pattern;

/**
 * The form of every identifier that crosses the wire, becomes a file name or a process argument. What passes here
 * holds no path separator, no shell character, no leading dash and no control character.
 */
public final class Ids {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,127}");
    private static final Pattern IMAGE = Pattern.compile("[a-z0-9][A-Za-z0-9_./:@-]{0,254}");

    private Ids() {}

    /**
     * @param what what the value names, for the message: "host id", "container id"
     * @return the value itself
     * @throws ProblemException with status 400 when it is not of the allowed form
     */
    public static String require(String what, String value) {
        if (value == null || !ID.matcher(value).matches() || value.contains("..")) {
            throw new ProblemException(Problem.badRequest(what + " " + quote(value)
                    + " is not usable: write 1 to 128 letters, digits, '_', '.' or '-', beginning with a letter or"
                    + " digit, without '..'."));
        }
        return value;
    }

    /** As {@link #require}, for an image reference such as {@code localhost/stress:latest}. */
    public static String requireImage(String value) {
        if (value == null || !IMAGE.matcher(value).matches() || value.contains("..")) {
            throw new ProblemException(Problem.badRequest("image " + quote(value)
                    + " is not an image reference: write it as registry/name:tag, for example"
                    + " localhost/stress:latest."));
        }
        return value;
    }

    private static String quote(String value) {
        if (value == null) {
            return "(missing)";
        }
        String shown = value.length() > 80 ? value.substring(0, 80) + "…" : value;
        return "\"" + shown.replaceAll("\\p{Cntrl}", "?") + "\"";
    }
}
