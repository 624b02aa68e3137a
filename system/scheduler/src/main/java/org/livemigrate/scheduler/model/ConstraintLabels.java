package org.livemigrate.scheduler.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How constraints are written as labels of a container, so that they travel with it:
 *
 * <ul>
 *   <li>{@code livemigrate.pinned=true}
 *   <li>{@code livemigrate.host-labels=zone=a,disk=ssd}
 *   <li>{@code livemigrate.affinity=app=db}
 *   <li>{@code livemigrate.anti-affinity=app=web}
 *   <li>{@code livemigrate.exclusive=gpu,port 8080/tcp}: what a host has but one of. Agents add the ports that a
 *       container publishes
 * </ul>
 */
public final class ConstraintLabels {
    public static final String PINNED = "livemigrate.pinned";
    public static final String HOST_LABELS = "livemigrate.host-labels";
    public static final String AFFINITY = "livemigrate.affinity";
    public static final String ANTI_AFFINITY = "livemigrate.anti-affinity";
    public static final String EXCLUSIVE = "livemigrate.exclusive";

    private static final String NETWORK = "livemigrate.network.";
    private static final String HAS = "yes";

    private ConstraintLabels() {}

    /** The label of hosts that have the network: {@code livemigrate.network.NAME=yes}. */
    public static Label network(String name) {
        return new Label(NETWORK + name, HAS);
    }

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
                list(labels.get(ANTI_AFFINITY)),
                words(labels.get(EXCLUSIVE)).toList());
        return read.isNone() ? Constraints.NONE : read;
    }

    /** The labels of a container that publishes these ports, each as {@code hostPort/protocol}, on its host. */
    public static Map<String, String> withPorts(Map<String, String> labels, List<String> ports) {
        if (ports.isEmpty()) {
            return labels;
        }
        Map<String, String> all = new TreeMap<>(labels);
        all.put(
                EXCLUSIVE,
                Stream.concat(words(labels.get(EXCLUSIVE)), ports.stream().map(port -> "port " + port))
                        .distinct()
                        .collect(Collectors.joining(",")));
        return all;
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
        return words(value).map(Label::parse).toList();
    }

    private static Stream<String> words(String value) {
        return value == null || value.isBlank()
                ? Stream.empty()
                : Arrays.stream(value.split(",")).map(String::strip);
    }
}
