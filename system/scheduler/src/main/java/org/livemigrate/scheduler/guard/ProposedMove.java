package org.livemigrate.scheduler.guard;

import org.livemigrate.scheduler.plan.Migration;
import org.livemigrate.scheduler.plan.Placement;
import org.livemigrate.scheduler.plan.Reason;

/**
 * A move of the plan when its turn comes.
 *
 * @param migration as the policy planned it
 * @param container its container's index
 * @param from index of the source
 * @param to index of the destination
 * @param placement where everything stands after the moves before it; not to be changed
 */
public record ProposedMove(Migration migration, int container, int from, int to, Placement placement) {
    public long cpuMillicores() {
        return placement.snapshot().cpuMillicores(container);
    }

    public long memoryBytes() {
        return placement.snapshot().memoryBytes(container);
    }

    /** Whether it only steps aside for others. */
    public boolean isParking() {
        return migration.reason().code() == Reason.Code.PARKING;
    }
}
