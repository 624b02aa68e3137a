package org.livemigrate.scheduler.guard;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.HostLoads;
import org.livemigrate.scheduler.plan.Migration;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.plan.Placement;
import org.livemigrate.scheduler.plan.Rejection;
import org.livemigrate.scheduler.plan.RejectionCode;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.scheduler.policy.PolicyParameters;

/**
 * A policy behind guards. It sees a snapshot from which they have withdrawn what must stay; then each move of its plan
 * is judged when its turn comes. What is left is again a plan in which each move is valid when its turn comes: a move
 * that relied on one that was refused is refused too, and a container that is parked on its way makes both of its moves
 * or none.
 */
public final class GuardedPolicy implements Policy {
    private final Policy inner;
    private final PolicyParameters parameters;
    private final List<Guard> guards;

    /** The guards are asked in this order; the first objection counts. */
    public GuardedPolicy(Policy inner, PolicyParameters parameters, List<Guard> guards) {
        this.inner = inner;
        this.parameters = parameters;
        this.guards = List.copyOf(guards);
    }

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public MigrationPlan plan(ClusterSnapshot snapshot) {
        Restriction restriction = new Restriction(snapshot);
        guards.forEach(guard -> guard.restrict(restriction));
        ClusterSnapshot seen = restriction.restricted();
        MigrationPlan wished = inner.plan(seen);
        Map<String, Rejection> refused = new LinkedHashMap<>();
        Round round = new Round(seen, refused);
        while (!round.judge(wished.migrations())) {
            round = new Round(seen, refused);
        }
        HostLoads after = round.placement.loads();
        List<String> over = MigrationPlan.hostsAbove(after, parameters.target());
        List<Rejection> rejections = new ArrayList<>(refused.values());
        rejections.addAll(explained(wished.rejections(), restriction));
        rejections.addAll(withdrawn(restriction, over));
        return new MigrationPlan(
                name(), round.admitted, rejections, over, wished.loadBefore(), after, wished.truncated());
    }

    /** One pass through the plan. */
    private final class Round {
        private final ClusterSnapshot snapshot;
        private final Placement placement;
        private final Map<String, Rejection> refused;
        private final List<Judge> judges;
        private final List<Migration> admitted = new ArrayList<>();

        Round(ClusterSnapshot snapshot, Map<String, Rejection> refused) {
            this.snapshot = snapshot;
            this.placement = new Placement(snapshot, parameters.headroom());
            this.refused = refused;
            this.judges = guards.stream().map(guard -> guard.judge(snapshot)).toList();
        }

        /** False when a container's second move was refused after its first was admitted: the pass starts anew. */
        boolean judge(List<Migration> migrations) {
            for (Migration migration : migrations) {
                if (refused.containsKey(migration.container())) {
                    continue;
                }
                ProposedMove move = new ProposedMove(
                        migration,
                        snapshot.containerIndex(migration.container()),
                        snapshot.hostIndex(migration.from()),
                        snapshot.hostIndex(migration.to()),
                        placement);
                Optional<Refusal> refusal = firstObjection(move);
                if (refusal.isPresent()) {
                    refused.put(
                            migration.container(),
                            Rejection.of(
                                    migration,
                                    refusal.get().code(),
                                    refusal.get().sentence()));
                    if (placement.hostOf(move.container()) != snapshot.hostOf(move.container())) {
                        return false;
                    }
                } else {
                    judges.forEach(judge -> judge.admitted(move));
                    placement.move(move.container(), move.to());
                    admitted.add(migration);
                }
            }
            return true;
        }

        private Optional<Refusal> firstObjection(ProposedMove move) {
            for (Judge judge : judges) {
                Optional<Refusal> refusal = judge.refuse(move);
                if (refusal.isPresent()) {
                    return refusal;
                }
            }
            boolean valid =
                    placement.hostOf(move.container()) == move.from() && placement.isValid(move.container(), move.to());
            return valid
                    ? Optional.empty()
                    : Optional.of(new Refusal(
                            RejectionCode.BLOCKED,
                            move.migration().container() + " relied on a move that is not made in this round"));
        }
    }

    /** The policy's own rejections, where a container was held with the guard's reason instead of "held". */
    private static List<Rejection> explained(List<Rejection> rejections, Restriction restriction) {
        List<Rejection> explained = new ArrayList<>();
        for (Rejection rejection : rejections) {
            if (rejection.code() != RejectionCode.HELD || rejection.container() == null) {
                explained.add(rejection);
                continue;
            }
            int container = restriction.snapshot().containerIndex(rejection.container());
            Refusal why = restriction.ofContainer(container);
            if (why == null) {
                explained.add(rejection);
            } else if (restriction.isHeldItself(container)) {
                explained.add(
                        Rejection.ofContainer(rejection.container(), rejection.from(), why.code(), why.sentence()));
            }
        }
        return explained;
    }

    /** Hosts that were withdrawn, where it matters: while some host stays above target. */
    private static List<Rejection> withdrawn(Restriction restriction, List<String> over) {
        List<Rejection> rejections = new ArrayList<>();
        Set<String> stillOver = new HashSet<>(over);
        restriction.sources().forEach((host, why) -> {
            String id = restriction.snapshot().hostId(host);
            if (stillOver.contains(id)) {
                rejections.add(Rejection.ofHost(id, why.code(), why.sentence()));
            }
        });
        restriction.destinations().forEach((host, why) -> {
            String id = restriction.snapshot().hostId(host);
            boolean told =
                    stillOver.contains(id) && why.equals(restriction.sources().get(host));
            if (!over.isEmpty() && !told) {
                rejections.add(new Rejection(null, null, id, why.code(), why.sentence()));
            }
        });
        return rejections;
    }
}
