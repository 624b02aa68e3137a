package org.livemigrate.scheduler.policy;

import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;

/**
 * Decides which containers move. A pure function: the same snapshot gives the same plan, whatever order hosts and
 * containers were listed in; a seed, where one is needed, belongs to the policy's construction. Policies are safe for
 * use by several threads.
 */
public interface Policy {
    /** The name under which {@link Policies} knows it. */
    String name();

    /** The plan for this picture of the fleet. */
    MigrationPlan plan(ClusterSnapshot snapshot);
}
