package org.livemigrate.scheduler.guard;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.PastMove;
import org.livemigrate.scheduler.plan.RejectionCode;

/**
 * What took part in a migration rests for a while, so that its figures settle and nothing bounces. Failed migrations
 * count as well: what failed just now would fail again.
 *
 * @param container for how long a container is not moved again; zero: not at all
 * @param host for how long both hosts of a migration neither lose nor receive containers; zero: not at all
 */
public record CoolDown(Duration container, Duration host) implements Guard {
    public CoolDown {
        if (container.isNegative() || host.isNegative()) {
            throw new IllegalArgumentException(
                    "Cool-downs must not be negative: container " + container + ", host " + host + ".");
        }
    }

    @Override
    public String name() {
        return "cool-down";
    }

    @Override
    public void restrict(Restriction restriction) {
        ClusterSnapshot snapshot = restriction.snapshot();
        List<PastMove> moves = snapshot.lastMoves();
        for (int k = moves.size() - 1; k >= 0; k--) {
            PastMove move = moves.get(k);
            int moved = snapshot.containerIndex(move.containerId());
            if (moved >= 0 && isWarm(move, container, snapshot.time())) {
                restriction.holdContainer(
                        moved,
                        new Refusal(
                                RejectionCode.CONTAINER_COOL_DOWN,
                                move.containerId() + ended(move, snapshot.time()) + "; it rests for "
                                        + text(container)));
            }
            if (isWarm(move, host, snapshot.time())) {
                rest(restriction, move, move.fromHostId());
                rest(restriction, move, move.toHostId());
            }
        }
    }

    private void rest(Restriction restriction, PastMove move, String hostId) {
        int index = restriction.snapshot().hostIndex(hostId);
        if (index >= 0) {
            Refusal why = new Refusal(
                    RejectionCode.HOST_COOL_DOWN,
                    hostId + " took part in the migration of " + move.containerId() + ", which"
                            + ended(move, restriction.snapshot().time()) + "; it rests for " + text(host));
            restriction.holdSource(index, why);
            restriction.closeDestination(index, why);
        }
    }

    private static boolean isWarm(PastMove move, Duration rest, Instant now) {
        return move.endedAt().plus(rest).isAfter(now);
    }

    private static String ended(PastMove move, Instant now) {
        return (move.committed() ? " was moved to " + move.toHostId() : " failed to move to " + move.toHostId()) + " "
                + text(Duration.between(move.endedAt(), now)) + " ago";
    }

    private static String text(Duration duration) {
        return Math.max(0, duration.toSeconds()) + " s";
    }
}
