package org.livemigrate.scheduler.guard;

import java.util.Optional;

/** A guard during one round. */
public interface Judge {
    /** Has no objection. */
    Judge CONTENT = move -> Optional.empty();

    /** Why the move must not be made, or empty. */
    Optional<Refusal> refuse(ProposedMove move);

    /** The move is part of the plan: no guard refused it. */
    default void admitted(ProposedMove move) {}
}
