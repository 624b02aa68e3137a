package org.livemigrate.scheduler.policy;

import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.PlanListener;

/**
 * What a policy is made from.
 *
 * @param target load above which a host is overloaded; between zero and one
 * @param headroom share of a destination's CPU and memory that is left free; below one
 * @param seed for policies that draw lots
 * @param listener watches the search
 */
public record PolicyParameters(Fraction target, Fraction headroom, long seed, PlanListener listener) {
    /** The report's greedy has no headroom. */
    public static final Fraction NO_HEADROOM = Fraction.ZERO;

    /** What the live system leaves free unless told otherwise. */
    public static final Fraction LIVE_HEADROOM = Fraction.percent(10);

    public PolicyParameters {
        if (target.compareTo(Fraction.ONE) > 0) {
            throw new IllegalArgumentException("The target load is " + target.toPercentString()
                    + "; it must be between 0 % and 100 % of a host's capacity.");
        }
        if (headroom.compareTo(Fraction.ONE) >= 0) {
            throw new IllegalArgumentException("The headroom is " + headroom.toPercentString()
                    + "; it must be at least 0 % and below 100 % of a host's capacity.");
        }
    }

    /** No headroom, seed zero, nobody watching. */
    public static PolicyParameters target(Fraction target) {
        return new PolicyParameters(target, NO_HEADROOM, 0, PlanListener.NONE);
    }

    public PolicyParameters withHeadroom(Fraction value) {
        return new PolicyParameters(target, value, seed, listener);
    }

    public PolicyParameters withSeed(long value) {
        return new PolicyParameters(target, headroom, value, listener);
    }

    public PolicyParameters withListener(PlanListener value) {
        return new PolicyParameters(target, headroom, seed, value);
    }
}
