package org.livemigrate.benchmarks.scheduling;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.livemigrate.scheduler.guard.CapabilityMatch;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.ClusterSnapshotBuilder;
import org.livemigrate.scheduler.model.Constraints;
import org.livemigrate.scheduler.model.InFlightMove;
import org.livemigrate.scheduler.model.Label;
import org.livemigrate.scheduler.model.PastMove;
import org.livemigrate.scheduler.synthetic.PastHour;

/**
 * A fleet that has been in use for a while, so that every guard has something to look at: hosts in three zones, one in
 * five with an older processor; services of ten containers, and among the containers, drawn evenly,
 *
 * <ul>
 *   <li>one in eight that keeps apart from those of its service;
 *   <li>one in eight that stays in its zone;
 *   <li>one in sixteen that needs a port of its host for itself, of sixteen ports;
 *   <li>one in thirty-two that wants a proxy beside it (each host's first container is one);
 *   <li>one in thirty-two that is pinned.
 * </ul>
 *
 * One container in a hundred was moved within the last ten minutes, and {@value #UNDER_WAY} are on their way, one less than the live system's
 * guards allow at a time.
 */
final class LivedIn {
    private static final int ZONES = 3;
    private static final int SERVICE = 10;
    private static final int PORTS = 16;
    private static final int UNDER_WAY = 3;
    private static final Label PROXY = new Label("role", "proxy");

    private final ClusterSnapshot bare;
    private final SplittableRandom random;

    private LivedIn(ClusterSnapshot bare, long seed) {
        this.bare = bare;
        this.random = new SplittableRandom(seed);
    }

    /** The same hosts, containers, demands and places, with all that and an hour of history. */
    static ClusterSnapshot of(ClusterSnapshot bare, long seed) {
        return new LivedIn(bare, seed).furnished(seed);
    }

    private ClusterSnapshot furnished(long seed) {
        ClusterSnapshotBuilder builder = ClusterSnapshot.builder();
        for (int h = 0; h < bare.hostCount(); h++) {
            builder.host(bare.host(h)
                    .withLabels(Map.of(
                            "zone",
                            zone(h).value(),
                            CapabilityMatch.CPU_FEATURES,
                            random.nextInt(5) == 0 ? "avx2" : "avx2,avx512f")));
        }
        for (int c = 0; c < bare.containerCount(); c++) {
            builder.container(bare.container(c).withLabels(labels(c)).withConstraints(constraints(c)));
        }
        ClusterSnapshot settled = PastHour.before(builder.build(), seed);
        return settled.revise()
                .lastMoves(past(settled.time()))
                .inFlight(underWay(settled.time()))
                .build();
    }

    private static Label zone(int host) {
        return new Label("zone", String.valueOf((char) ('a' + host % ZONES)));
    }

    private Label service(int container) {
        return new Label("service", "s" + container % Math.max(1, bare.containerCount() / SERVICE));
    }

    private Map<String, String> labels(int container) {
        Map<String, String> labels = new HashMap<>();
        labels.put(service(container).key(), service(container).value());
        if (bare.containerOn(bare.hostOf(container), 0) == container) {
            labels.put(PROXY.key(), PROXY.value());
        }
        return labels;
    }

    private Constraints constraints(int container) {
        int draw = random.nextInt(32);
        if (draw < 4) {
            return Constraints.apartFrom(service(container));
        }
        if (draw < 8) {
            return Constraints.onHostsWith(zone(bare.hostOf(container)));
        }
        if (draw < 10) {
            return Constraints.alone("port " + (8080 + random.nextInt(PORTS)) + "/tcp");
        }
        return switch (draw) {
            case 10 -> Constraints.with(PROXY);
            case 11 -> Constraints.PINNED;
            default -> Constraints.NONE;
        };
    }

    private List<PastMove> past(Instant now) {
        int count = bare.containerCount() / 100;
        List<PastMove> moves = new ArrayList<>();
        for (int k = 0; k < count; k++) {
            int container = random.nextInt(bare.containerCount());
            Duration ago = Duration.ofMinutes(10).multipliedBy(count - k).dividedBy(count);
            String here = hostOf(container);
            String there = otherThan(container);
            String id = bare.containerId(container);
            boolean committed = random.nextInt(20) > 0;
            moves.add(
                    committed
                            ? new PastMove(id, there, here, now.minus(ago), true)
                            : new PastMove(id, here, there, now.minus(ago), false));
        }
        return moves;
    }

    private List<InFlightMove> underWay(Instant now) {
        List<InFlightMove> moves = new ArrayList<>();
        int first = random.nextInt(bare.containerCount());
        for (int k = 0; k < UNDER_WAY; k++) {
            int c = (first + k * (bare.containerCount() / UNDER_WAY)) % bare.containerCount();
            moves.add(new InFlightMove(bare.containerId(c), hostOf(c), otherThan(c), now.minusSeconds(30)));
        }
        return moves;
    }

    private String hostOf(int container) {
        return bare.hostId(bare.hostOf(container));
    }

    /** A host on which the container is not. */
    private String otherThan(int container) {
        int step = 1 + random.nextInt(bare.hostCount() - 1);
        return bare.hostId((bare.hostOf(container) + step) % bare.hostCount());
    }
}
