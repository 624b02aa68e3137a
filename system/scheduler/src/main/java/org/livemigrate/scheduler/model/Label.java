package org.livemigrate.scheduler.model;

import java.util.Comparator;
import java.util.Map;

/** One {@code key=value} that a host or container may carry, and that a constraint may ask for. */
public record Label(String key, String value) implements Comparable<Label> {
    private static final Comparator<Label> ORDER =
            Comparator.comparing(Label::key).thenComparing(Label::value);

    public Label {
        if (key == null || key.isBlank() || value == null) {
            throw new InvalidClusterException(
                    "A label needs a key and a value, not '" + key + "=" + value + "'. Write key=value.");
        }
    }

    /** Reads {@code key=value}; the key alone means an empty value. */
    public static Label parse(String text) {
        if (text == null) {
            throw new InvalidClusterException("A label is null. Write key=value, or leave it out.");
        }
        int equals = text.indexOf('=');
        return equals < 0 ? new Label(text, "") : new Label(text.substring(0, equals), text.substring(equals + 1));
    }

    /** Whether the labels hold this key with this value. */
    public boolean isIn(Map<String, String> labels) {
        return value.equals(labels.get(key));
    }

    @Override
    public int compareTo(Label other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return key + "=" + value;
    }
}
