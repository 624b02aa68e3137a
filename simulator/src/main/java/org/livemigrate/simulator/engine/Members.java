package org.livemigrate.simulator.engine;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.HostDrain;
import org.livemigrate.scheduler.plan.Migration;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.plan.Placement;
import org.livemigrate.scheduler.plan.Reason;

/** Lets hosts join and leave as a {@link Membership} says. */
final class Members {
    private final Membership membership;
    private final World world;
    private final EventQueue queue;
    private final Failures.Changed changed;
    private final Set<Integer> leaving = new TreeSet<>();

    Members(Membership membership, World world, EventQueue queue, Failures.Changed changed) {
        this.membership = membership;
        this.world = world;
        this.queue = queue;
        this.changed = changed;
    }

    /**
     * Before anything is placed.
     *
     * @throws IllegalArgumentException when a host is not of the fleet
     */
    void begin() {
        if (membership.equals(Membership.NONE)) {
            return;
        }
        Map<String, Integer> index = new HashMap<>();
        for (int h = 0; h < world.hosts(); h++) {
            index.put(world.hostId(h), h);
        }
        for (String host : membership.cordoned()) {
            if (index.containsKey(host)) {
                world.setLeaving(index.get(host), true);
                changed.hostChanged(index.get(host));
            }
        }
        for (Membership.Change change : membership.changes()) {
            Integer host = index.get(change.host());
            if (host == null) {
                throw new IllegalArgumentException("--membership: there is no host '" + change.host() + "'; there are "
                        + world.hostId(0) + " to " + world.hostId(world.hosts() - 1) + ".");
            }
            if (change.joins() && change.atMs() > 0 && joinsFirst(change)) {
                world.setUp(host, false, 0);
            }
            queue.add(change.atMs() * 1000, Event.Kind.HOST, nowUs -> {
                if (change.joins()) {
                    join(host, nowUs);
                } else {
                    leaving.add(host); // also one that is down: it is not repaired then
                    world.setLeaving(host, true);
                    changed.hostChanged(host);
                    goWhenEmpty(nowUs);
                }
            });
        }
    }

    /** A host whose first change is that it joins was not there before; one that leaves and comes back was. */
    private boolean joinsFirst(Membership.Change join) {
        return membership.changes().stream()
                .noneMatch(other -> other.host().equals(join.host()) && other.atMs() < join.atMs());
    }

    private void join(int host, long nowUs) {
        leaving.remove(host);
        world.setLeaving(host, false);
        if (!world.isUp(host)) {
            world.setUp(host, true, nowUs);
        }
        changed.hostChanged(host);
    }

    /** The plan, and after it the moves that empty the hosts that leave, as a drain of the live system plans them. */
    MigrationPlan withDrains(MigrationPlan plan, ClusterSnapshot snapshot) {
        if (leaving.isEmpty()) {
            return plan;
        }
        Placement placement = new Placement(snapshot, Fraction.ZERO);
        BitSet moved = new BitSet();
        for (Migration move : plan.migrations()) {
            int container = snapshot.containerIndex(move.container());
            placement.move(container, snapshot.hostIndex(move.to()));
            moved.set(container);
        }
        List<Migration> moves = new ArrayList<>(plan.migrations());
        for (int leaver : leaving) {
            String host = world.hostId(leaver);
            int from = snapshot.hostIndex(host);
            if (from < 0) {
                continue; // the scheduler has not heard of it
            }
            for (HostDrain.Decision decision : HostDrain.plan(placement, from, moved::get)) {
                if (decision.moves()) {
                    moves.add(new Migration(
                            snapshot.containerId(decision.container()),
                            host,
                            snapshot.hostId(decision.to()),
                            new Reason(Reason.Code.POLICY, () -> host + " leaves the fleet")));
                }
            }
        }
        return new MigrationPlan(
                plan.policy(),
                moves,
                plan.rejections(),
                plan.overTarget(),
                plan.loadBefore(),
                plan.loadAfter(),
                plan.truncated());
    }

    /** Hosts that leave and have nothing left are gone. */
    void goWhenEmpty(long nowUs) {
        leaving.removeIf(host -> {
            if (world.isUp(host) && world.hostMeters().occupants(host) > 0) {
                return false;
            }
            if (world.isUp(host)) {
                world.setUp(host, false, nowUs);
                changed.hostChanged(host);
            }
            return true;
        });
    }
}
