package org.livemigrate.scheduler.plan;

import java.util.Locale;

/** Why something was not done. In JSON by {@link #label()}. */
public enum RejectionCode {
    /** The container may not be moved. */
    PINNED,
    /** The container is on its way already. */
    IN_FLIGHT,
    /** A guard, or a gap in its host's statistics, keeps it out of this round. */
    HELD,
    /** The container asks for too little CPU for its move to matter. */
    TOO_SMALL,
    /** No destination has the CPU left. */
    NO_CPU,
    /** No destination has the memory left. */
    NO_MEMORY,
    /** Every destination would be at least as loaded as the source is. */
    NO_IMPROVEMENT,
    /** Some have CPU, some memory, some a lower load, but none all of it. */
    NO_DESTINATION,
    /** A label, affinity or anti-affinity forbids it. */
    CONSTRAINT,
    /** The search stopped at its limit. */
    TRUNCATED,
    /** Moves wait for each other in a circle and no host can take one of them meanwhile. */
    CYCLE,
    /** It relied on a move that is not made. */
    BLOCKED,
    /** The host has not been above target for long enough. */
    BREACH_NOT_SUSTAINED,
    /** The container was moved a short while ago. */
    CONTAINER_COOL_DOWN,
    /** The host took part in a migration a short while ago. */
    HOST_COOL_DOWN,
    /** The round's budget of migrations is spent. */
    ROUND_BUDGET,
    /** As many migrations as allowed are in flight, in all or at this host. */
    IN_FLIGHT_BUDGET,
    /** The destination has room only after another move of this round has left it. */
    IN_FLIGHT_LOAD,
    /** The better balance is not worth a migration. */
    GAIN_TOO_SMALL,
    /** The migration costs more than it brings. */
    COST_TOO_HIGH,
    /** The destination cannot restore what the source checkpoints. */
    CAPABILITY_MISMATCH;

    /** The code as JSON and tables write it: {@code no-cpu}, {@code cycle}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
