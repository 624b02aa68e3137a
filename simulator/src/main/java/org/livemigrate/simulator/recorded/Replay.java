package org.livemigrate.simulator.recorded;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.livemigrate.protocol.plan.PlanDocument;
import org.livemigrate.protocol.recording.RecordingLine;
import org.livemigrate.protocol.recording.RecordingReader;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.policy.Policy;

/**
 * A recording as heard: every line goes into the picture at its time, and at each round the policy decides anew from it.
 * With the recorded policy the decisions are those of the controller, round by round; with another they say what that
 * one would have done with the same picture.
 */
public final class Replay {
    private Replay() {}

    /**
     * One round.
     *
     * @param number of the controller's round
     * @param at the picture's time
     * @param recorded what the controller decided; {@code null} when the recording ends before it did
     * @param replayed what was decided here
     * @param comparable false when the recording began later than the controller, and not all that it knew is known here
     */
    public record Round(long number, Instant at, PlanDocument recorded, PlanDocument replayed, boolean comparable) {
        /** Whether both decided the same: moves, rejections, loads, reasons and all. */
        public boolean agrees() {
            return replayed.equals(recorded);
        }
    }

    /**
     * Replays a file.
     *
     * @param policy its name, or {@code null} for the recorded one
     * @throws IOException when the file is not a whole recording; the message names file and line
     * @throws IllegalArgumentException when there is no such policy
     */
    public static List<Round> of(Path file, String policy) throws IOException {
        List<Round> rounds = new ArrayList<>();
        Map<Long, Integer> undecided = new HashMap<>();
        try (RecordingReader reader = RecordingReader.open(file)) {
            var scheduling = reader.header().scheduling();
            Policy decider = policy == null ? scheduling.policyWithGuards() : scheduling.policyWithGuards(policy);
            HeardFleet fleet = new HeardFleet(reader.header());
            for (RecordingLine line = reader.next(); line != null; line = reader.next()) {
                try {
                    fleet.hear(line);
                } catch (IllegalArgumentException e) {
                    throw new IOException(file + ", line " + reader.number() + ": " + e.getMessage(), e);
                }
                if (line instanceof RecordingLine.RoundBegan round) {
                    ClusterSnapshot snapshot = fleet.snapshot(round);
                    boolean comparable = fleet.isWhole(snapshot, reader.header());
                    undecided.put(round.number(), rounds.size());
                    rounds.add(new Round(
                            round.number(), round.at(), null, PlanDocument.of(decider.plan(snapshot)), comparable));
                } else if (line instanceof RecordingLine.RoundDecided round) {
                    Integer index = undecided.remove(round.decision().number());
                    if (index != null) {
                        Round begun = rounds.get(index);
                        rounds.set(
                                index,
                                new Round(
                                        begun.number(),
                                        begun.at(),
                                        round.decision().plan(),
                                        begun.replayed(),
                                        begun.comparable()));
                    }
                }
            }
        }
        return rounds;
    }
}
