package org.livemigrate.protocol.json;

import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/** Says what is wrong with somebody's JSON in the terms of that JSON, without the names of our classes. */
public final class JsonMessages {

    private static final Pattern SOURCE =
            Pattern.compile("\\s*\\(start marker at .*?\\]\\)|\\s*at \\[Source.*", Pattern.DOTALL);
    private static final Pattern TYPED =
            Pattern.compile("Cannot (?:deserialize|construct)[^`]*`([^`]*)`(?: from|[^:]*:)?");
    private static final Pattern TOKEN = Pattern.compile("\\s*\\(token `JsonToken\\.(\\w+)`\\)");
    private static final Pattern MISSING = Pattern.compile("Missing required creator property ('[^']*').*");
    private static final Pattern NAN = Pattern.compile("Non-standard token '([-+\\w]+)'.*");

    /** What the parser says of its own settings and classes, and what that means. */
    private static final List<Plain> PLAIN = List.of(
            plain("Trailing token .*", "something follows after its end"),
            plain("Document nesting depth .* allowed \\((\\d+).*", "it is nested deeper than $1 levels"),
            plain("Cannot (?:map|coerce) `null` .*", "a value is needed, not null"),
            plain("Cannot coerce empty String .*", "an object is needed, not an empty text"),
            plain("Could not resolve subtype .* property '(\\w+)'.*", "'$1' is missing"),
            plain("Could not resolve type id '([^']{0,40}).*", "'$1' is not known here"),
            plain("Numeric value \\((\\S{1,40}).*\\) out of range .*", "$1 is out of range"),
            plain("Failed to deserialize java\\.time\\.Instant .*", "it is no time that can be"),
            plain("Unexpected token \\(.*java\\.time\\.Instant.*", "a time such as 2026-01-02T03:04:05Z is needed"),
            plain("Unexpected token \\(`JsonToken.*", "something else is needed"),
            plain(
                    ": (?:maybe a \\(non-standard|not a valid|Failed to deserialize|only \"true\"|hexadecimal number).*",
                    ""),
            plain(":? (?:\\(?enable|\\(?consider enabling|require enabling|\\(?set|\\(?disable) .*Feature.*", ""));

    private record Plain(Pattern said, String meant) {}

    private static Plain plain(String said, String meant) {
        return new Plain(Pattern.compile(said), meant);
    }

    private static final Pattern NAME = Pattern.compile("[a-z][A-Za-z0-9]*");

    private static final Pattern NO_WAY = Pattern.compile("no \\S+ constructor/factory method to deserialize from ");

    private JsonMessages() {}

    /** For example {@code line 1, column 43, hosts[0].capacityMillicores: a whole number is needed, not 12.5}. */
    public static String describe(JacksonException e) {
        StringBuilder text = new StringBuilder();
        if (e.getLocation() != null && e.getLocation().getLineNr() > 0) {
            text.append("line ").append(e.getLocation().getLineNr());
            text.append(", column ").append(Math.max(1, e.getLocation().getColumnNr()));
        }
        String path = path(e);
        if (!path.isEmpty()) {
            text.append(text.length() == 0 ? "" : ", ").append(path);
        }
        return text.append(text.length() == 0 ? "" : ": ").append(reason(e)).toString();
    }

    private static String reason(JacksonException e) {
        // what a record's own check says is meant for people already
        if (e.getCause() instanceof IllegalArgumentException || e.getCause() instanceof ProblemException) {
            return e.getCause().getMessage();
        }
        if (e.getCause() instanceof NullPointerException missing) {
            // records name the component that must be there; copies of lists and maps name nothing
            String name = missing.getMessage();
            return name != null && NAME.matcher(name).matches()
                    ? "'" + name + "' is missing"
                    : "something in it is null";
        }
        String message = SOURCE.matcher(e.getOriginalMessage()).replaceAll("");
        message = MISSING.matcher(message).replaceAll("$1 is missing");
        message = NAN.matcher(message).replaceAll("$1 is not a number that JSON knows");
        message = TYPED.matcher(message).replaceAll(match -> kind(match.group(1)) + " is needed, not");
        for (Plain plain : PLAIN) {
            message = plain.said().matcher(message).replaceAll(plain.meant());
        }
        message = NO_WAY.matcher(message).replaceAll("");
        return TOKEN.matcher(message).replaceAll("");
    }

    private static String kind(String type) {
        if (type.endsWith("Long") || type.equals("long") || type.endsWith("Integer") || type.equals("int")) {
            return "a whole number";
        }
        if (type.endsWith("Double") || type.equals("double")) {
            return "a number";
        }
        if (type.contains("List")) {
            return "a list";
        }
        if (type.endsWith("String")) {
            return "text";
        }
        if (type.endsWith("Boolean") || type.equals("boolean")) {
            return "true or false";
        }
        if (type.endsWith("Instant")) {
            return "a time such as 2026-01-02T03:04:05Z";
        }
        return "an object";
    }

    private static String path(JacksonException e) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : e.getPath()) {
            if (step.getPropertyName() != null) {
                path.append(path.length() == 0 ? "" : ".").append(step.getPropertyName());
            } else if (step.getIndex() >= 0) {
                path.append('[').append(step.getIndex()).append(']');
            }
        }
        return path.toString();
    }
}
