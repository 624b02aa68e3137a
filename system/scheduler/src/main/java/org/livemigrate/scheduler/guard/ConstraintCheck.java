package org.livemigrate.scheduler.guard;

import java.util.Optional;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.RejectionCode;

/** Pins, labels, affinity and anti-affinity, for policies that do not look at them themselves; says which broke. */
public record ConstraintCheck() implements Guard {
    @Override
    public String name() {
        return "constraints";
    }

    @Override
    public Judge judge(ClusterSnapshot snapshot) {
        return move -> {
            String id = move.migration().container();
            if (snapshot.constraints(move.container()).pinned()) {
                return Optional.of(new Refusal(RejectionCode.PINNED, id + " is pinned"));
            }
            if (snapshot.isInFlight(move.container())) {
                return Optional.of(new Refusal(RejectionCode.IN_FLIGHT, id + " is on its way already"));
            }
            if (!move.placement().constraintsAllow(move.container(), move.to())) {
                return Optional.of(new Refusal(
                        RejectionCode.CONSTRAINT,
                        id + " may not go to " + move.migration().to()
                                + ": its constraints, or those of a container there, forbid it"));
            }
            return Optional.empty();
        };
    }
}
