package org.livemigrate.scheduler.guard;

import org.livemigrate.scheduler.model.ClusterSnapshot;

/** One concern about migrations. Immutable; what it has to remember during a round is in its {@link Judge}. */
public interface Guard {
    /** For configuration and logs: {@code cool-down}. */
    String name();

    /** Before the policy looks: withdraws what it must not touch, so that it can choose something else instead. */
    default void restrict(Restriction restriction) {}

    /** Who judges the moves of this round's plan, one after the other in the plan's order. */
    default Judge judge(ClusterSnapshot snapshot) {
        return Judge.CONTENT;
    }
}
