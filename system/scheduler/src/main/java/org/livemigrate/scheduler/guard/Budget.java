package org.livemigrate.scheduler.guard;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.InFlightMove;
import org.livemigrate.scheduler.plan.RejectionCode;

/**
 * How many migrations at a time: checkpoints compete for the hosts' CPU and for the store. What is in flight already
 * counts towards all limits but the round's. A container that is parked on its way counts once in the round and in all,
 * and at each host it touches.
 *
 * @param perRound migrations that one round may start
 * @param inFlight migrations that may be under way in the whole fleet
 * @param perHostOut migrations that may be leaving one host
 * @param perHostIn migrations that may be coming to one host
 */
public record Budget(int perRound, int inFlight, int perHostOut, int perHostIn) implements Guard {
    /** As many as the policy likes. */
    public static final int UNLIMITED = Integer.MAX_VALUE;

    public Budget {
        if (perRound < 0 || inFlight < 0 || perHostOut < 0 || perHostIn < 0) {
            throw new IllegalArgumentException("Budgets must not be negative: " + perRound + " per round, " + inFlight
                    + " in flight, " + perHostOut + " out of and " + perHostIn + " into a host.");
        }
    }

    @Override
    public String name() {
        return "budget";
    }

    @Override
    public Judge judge(ClusterSnapshot snapshot) {
        return new Spending(snapshot);
    }

    private final class Spending implements Judge {
        private final Set<Integer> started = new HashSet<>();
        private final int underWay;
        private final int[] out;
        private final int[] in;

        Spending(ClusterSnapshot snapshot) {
            underWay = snapshot.inFlightMoves().size();
            out = new int[snapshot.hostCount()];
            in = new int[snapshot.hostCount()];
            for (InFlightMove move : snapshot.inFlightMoves()) {
                count(out, snapshot.hostIndex(move.fromHostId()));
                count(in, snapshot.hostIndex(move.toHostId()));
            }
        }

        private static void count(int[] counts, int host) {
            if (host >= 0) {
                counts[host]++;
            }
        }

        @Override
        public Optional<Refusal> refuse(ProposedMove move) {
            String id = move.migration().container();
            boolean isNew = !started.contains(move.container());
            if (isNew && started.size() >= perRound) {
                return Optional.of(new Refusal(
                        RejectionCode.ROUND_BUDGET,
                        id + " has to wait: a round may start " + perRound + " migrations, and they are spent"));
            }
            if (isNew && underWay + started.size() >= inFlight) {
                return Optional.of(new Refusal(
                        RejectionCode.IN_FLIGHT_BUDGET,
                        id + " has to wait: " + inFlight + " migrations may be in flight in the fleet, and " + underWay
                                + " are, with " + started.size() + " planned before it"));
            }
            if (out[move.from()] >= perHostOut) {
                return Optional.of(new Refusal(
                        RejectionCode.IN_FLIGHT_BUDGET,
                        id + " has to wait: " + perHostOut + " migrations may be leaving "
                                + move.migration().from() + " at a time"));
            }
            if (in[move.to()] >= perHostIn) {
                return Optional.of(new Refusal(
                        RejectionCode.IN_FLIGHT_BUDGET,
                        id + " has to wait: " + perHostIn + " migrations may be coming to "
                                + move.migration().to() + " at a time"));
            }
            return Optional.empty();
        }

        @Override
        public void admitted(ProposedMove move) {
            started.add(move.container());
            out[move.from()]++;
            in[move.to()]++;
        }
    }
}
