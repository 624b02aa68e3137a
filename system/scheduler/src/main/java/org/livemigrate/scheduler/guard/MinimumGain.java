package org.livemigrate.scheduler.guard;

import java.util.Optional;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.HostLoads;
import org.livemigrate.scheduler.plan.RejectionCode;

/**
 * A move must take at least this share of its source's capacity off it. Moves that only step aside are not measured.
 *
 * @param gain a fraction of the source's CPU capacity
 */
public record MinimumGain(Fraction gain) implements Guard {
    @Override
    public String name() {
        return "minimum-gain";
    }

    @Override
    public Judge judge(ClusterSnapshot snapshot) {
        return move -> {
            long capacity = snapshot.capacityMillicores(move.from());
            boolean enough = move.isParking() || gain.isReachedBy(move.cpuMillicores(), capacity);
            return enough
                    ? Optional.empty()
                    : Optional.of(new Refusal(
                            RejectionCode.GAIN_TOO_SMALL,
                            move.migration().container() + " would take "
                                    + HostLoads.percent(move.cpuMillicores(), capacity) + " off "
                                    + move.migration().from() + "; a move must take " + gain.toPercentString()));
        };
    }
}
