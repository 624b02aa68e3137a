package org.livemigrate.controller.migration;

import java.util.Objects;
import org.livemigrate.protocol.migration.MigrationOptions;

/**
 * What to move, as it was ordered.
 *
 * @param container full id
 * @param name of the container, for people
 * @param from source host
 * @param to target host
 * @param options how
 * @param reason why, a sentence
 * @param plan id of the plan it belongs to, or {@code null} when it was ordered by hand; moves of one plan that share
 *     a host are made one after the other, in the order in which they were submitted
 */
public record MoveOrder(
        String container, String name, String from, String to, MigrationOptions options, String reason, String plan) {
    public MoveOrder {
        Objects.requireNonNull(container, "container");
        name = name == null ? container : name;
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(reason, "reason");
    }

    boolean touches(String host) {
        return from.equals(host) || to.equals(host);
    }

    boolean sharesHostWith(MoveOrder other) {
        return other.touches(from) || other.touches(to);
    }
}
