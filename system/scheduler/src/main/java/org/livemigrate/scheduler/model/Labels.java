package org.livemigrate.scheduler.model;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** How labels and ids are checked and kept: sorted, so that nothing depends on the order of listing. */
final class Labels {
    private Labels() {}

    static Map<String, String> copy(Map<String, String> labels) {
        return labels == null || labels.isEmpty() ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(labels));
    }

    static List<Label> copy(Collection<Label> labels) {
        return labels == null || labels.isEmpty() ? List.of() : List.copyOf(new TreeSet<>(labels));
    }

    static void requireId(String what, String id) {
        if (id == null || id.isBlank()) {
            throw new InvalidClusterException("A " + what + " has no id. Give every " + what + " a unique id.");
        }
    }
}
