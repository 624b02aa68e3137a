package org.livemigrate.simulator.engine;

import org.livemigrate.scheduler.model.Fraction;

/**
 * When the destination of a move becomes final. A checkpoint in a shared store can be restored by any host, so the report
 * lets that decision wait; the live system does what {@link #BY_PLAN} says, and the others are modelled only.
 *
 * <p>The choice itself is the same whenever it is made: the planned host, unless with all that is on its way to it the
 * limit would be exceeded; then the host that would be loaded least. Labels and constraints are not looked at, and the
 * scheduler sees the planned host as the destination until another is chosen.
 *
 * @param moment when it is made
 * @param limit load above which another host is looked for
 */
public record DestinationChoice(Moment moment, Fraction limit) {
    /** The moments at which a destination may be chosen. */
    public enum Moment {
        /** With the plan; it stands whatever happens. */
        PLAN,
        /** Once more when the move begins; what tells a late choice from a choice by another rule. */
        BEGIN,
        /** When the checkpoint is whole; a host that fails before is replaced, where after it the move fails. */
        CHECKPOINT
    }

    /** As the plan says. */
    public static final DestinationChoice BY_PLAN = new DestinationChoice(Moment.PLAN, Fraction.percent(100));
}
