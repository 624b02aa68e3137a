package org.livemigrate.scheduler.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How constraints are written as labels of a container, so that they travel with it:
 *
 * <ul>
 *   <li>{@code livemigrate.pinned=true}
 *   <li>{@code livemigrate.host-labels=zone=a,disk=ssd}
 *   <li>{@code livemigrate.affinity=app=db}
 *   <li>{@code livemigrate.anti-affinity=app=web}
 * </ul>
 */
public final class ConstraintLabels {
    public static final String PINNED = "livemigrate.pinned";
    public static final String HOST_LABELS = "livemigrate.host-labels";
    public static final String AFFINITY = "livemigrate.affinity";
    public static final String ANTI_AFFINITY = "livemigrate.anti-affinity";

    private ConstraintLabels() {}

    /**
     * The constraints that the labels write down.
     *
     * @throws InvalidClusterException for a value that cannot be read
     */
    public static Constraints read(Map<String, String> labels) {
        if (labels.keySet().stream().noneMatch(key -> key.startsWith("livemigrate."))) {
            return Constraints.NONE;
        }
        Constraints read = new Constraints(
                pinned(labels.get(PINNED)),
                list(labels.get(HOST_LABELS)),
                list(labels.get(AFFINITY)),
                list(labels.get(ANTI_AFFINITY)));
        return read.isNone() ? Constraints.NONE : read;
    }

    private static boolean pinned(String value) {
        return switch (value == null ? "false" : value.strip().toLowerCase(Locale.ROOT)) {
            case "true", "" -> true;
            case "false" -> false;
            default ->
                throw new InvalidClusterException("The label " + PINNED + " is '" + value + "'. Write true or false.");
        };
    }

    private static List<Label> list(String value) {
        return value == null || value.isBlank()
                ? List.of()
                : Arrays.stream(value.split(","))
                        .map(part -> Label.parse(part.strip()))
                        .toList();
    }
}
