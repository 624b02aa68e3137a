package org.livemigrate.controller.schedule;

import org.livemigrate.scheduler.plan.PlanListener;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.scheduler.policy.PolicyParameters;

/** The policy that the settings name, with and without what the live system holds against its plans. */
public final class LivePolicy {

    private LivePolicy() {}

    /**
     * The policy behind the guards: what the rounds run.
     *
     * @throws IllegalArgumentException when there is no such policy, or its parameters are out of range
     */
    public static Policy guarded(SchedulingSettings settings) {
        return settings.guards().guard(unguarded(settings), parameters(settings));
    }

    /** The policy alone: for snapshots that have no past. Throws as {@link #guarded}. */
    public static Policy unguarded(SchedulingSettings settings) {
        return Policies.create(settings.policy(), parameters(settings));
    }

    private static PolicyParameters parameters(SchedulingSettings settings) {
        return new PolicyParameters(settings.target(), settings.headroom(), settings.seed(), PlanListener.NONE);
    }
}
