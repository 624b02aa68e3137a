package org.livemigrate.scheduler.guard;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.Reason;
import org.livemigrate.scheduler.plan.RejectionCode;

/**
 * A move must bring more than it costs. It costs its demand for as long as it is under way, because it is then asked
 * for at both ends; it brings what it takes off its host above target, for as long as the demand is expected to stay.
 * Moves that make room for others are not measured: what they bring is the others'.
 *
 * @param cost of a migration
 * @param horizon for how long today's demand is expected to stay
 * @param target above which a host suffers
 */
public record CostBenefit(MigrationCost cost, Duration horizon, Fraction target) implements Guard {
    @Override
    public String name() {
        return "cost-benefit";
    }

    @Override
    public Judge judge(ClusterSnapshot snapshot) {
        return move -> {
            if (move.migration().reason().code() != Reason.Code.OVER_TARGET) {
                return Optional.empty();
            }
            long allowed = target.floorOf(snapshot.capacityMillicores(move.from()));
            long excess = Math.max(0, move.placement().cpu(move.from()) - allowed);
            double gain = (double) Math.min(excess, move.cpuMillicores()) * horizon.toMillis() / 1e6;
            Duration duration = cost.duration(move.memoryBytes());
            double price = (double) move.cpuMillicores() * duration.toMillis() / 1e6;
            return gain > price
                    ? Optional.empty()
                    : Optional.of(new Refusal(
                            RejectionCode.COST_TOO_HIGH,
                            String.format(
                                    Locale.ROOT,
                                    "%s costs %.1f core-seconds (%d ms under way) and relieves %s of %.1f in the next %d s",
                                    move.migration().container(),
                                    price,
                                    duration.toMillis(),
                                    move.migration().from(),
                                    gain,
                                    horizon.toSeconds())));
        };
    }
}
