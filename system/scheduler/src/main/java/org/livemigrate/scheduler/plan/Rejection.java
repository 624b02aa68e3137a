package org.livemigrate.scheduler.plan;

import java.util.Optional;

/**
 * Something that was considered and not done, all by id.
 *
 * @param container which container, or {@code null} when it is about a host as a whole
 * @param from the host it would have left
 * @param to the host it would have gone to, or {@code null} when none was found
 * @param code for machines
 * @param sentence for people: what, where, the values
 */
public record Rejection(String container, String from, String to, RejectionCode code, String sentence) {
    /** About a host as a whole. */
    public static Rejection ofHost(String host, RejectionCode code, String sentence) {
        return new Rejection(null, host, null, code, sentence);
    }

    /** About a container for which no destination is named. */
    public static Rejection ofContainer(String container, String from, RejectionCode code, String sentence) {
        return new Rejection(container, from, null, code, sentence);
    }

    /** A planned migration that is not made after all. */
    public static Rejection of(Migration migration, RejectionCode code, String sentence) {
        return new Rejection(migration.container(), migration.from(), migration.to(), code, sentence);
    }

    public Optional<String> containerIfAny() {
        return Optional.ofNullable(container);
    }

    public Optional<String> toIfAny() {
        return Optional.ofNullable(to);
    }
}
