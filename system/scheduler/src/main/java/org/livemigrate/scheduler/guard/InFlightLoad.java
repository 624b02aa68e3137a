package org.livemigrate.scheduler.guard;

import java.util.Optional;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.RejectionCode;

/**
 * The round's migrations may all be under way at the same time: a destination must have room for what comes while
 * nothing has left it yet. Without this guard, a move may wait for another one's departure.
 */
public record InFlightLoad() implements Guard {
    @Override
    public String name() {
        return "in-flight-load";
    }

    @Override
    public Judge judge(ClusterSnapshot snapshot) {
        long[] departedCpu = new long[snapshot.hostCount()];
        long[] departedMemory = new long[snapshot.hostCount()];
        return new Judge() {
            @Override
            public Optional<Refusal> refuse(ProposedMove move) {
                int to = move.to();
                boolean room = move.cpuMillicores() <= move.placement().freeCpu(to) - departedCpu[to]
                        && move.memoryBytes() <= move.placement().freeMemory(to) - departedMemory[to];
                return room
                        ? Optional.empty()
                        : Optional.of(new Refusal(
                                RejectionCode.IN_FLIGHT_LOAD,
                                move.migration().container() + " has to wait: "
                                        + move.migration().to()
                                        + " has room only after another container has left it"));
            }

            @Override
            public void admitted(ProposedMove move) {
                departedCpu[move.from()] += move.cpuMillicores();
                departedMemory[move.from()] += move.memoryBytes();
            }
        };
    }
}
