package org.livemigrate.scheduler.plan;

import org.livemigrate.scheduler.model.ClusterSnapshot;

/** Watches a policy at work. A policy behaves the same whether it is watched or not. */
public interface PlanListener {
    /** Sees nothing. */
    PlanListener NONE = new PlanListener() {};

    /** The search begins on this snapshot. */
    default void onStart(ClusterSnapshot snapshot) {}

    /** A host's turn begins. */
    default void onHead(String hostId) {}

    /** The search moved a container. */
    default void onSearchMove(SearchMove move) {}

    /** The plan is made. */
    default void onPlan(MigrationPlan plan) {}
}
