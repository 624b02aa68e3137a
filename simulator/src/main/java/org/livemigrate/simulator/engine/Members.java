package org.livemigrate.simulator.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.livemigrate.scheduler.plan.Migration;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.plan.Reason;

/** Lets hosts join and leave as a {@link Membership} says. */
final class Members {
    private final Membership membership;
    private final World world;
    private final EventQueue queue;
    private final Failures.Chooser chooser;
    private final Failures.Changed changed;
    private final Set<Integer> leaving = new TreeSet<>();

    Members(Membership membership, World world, EventQueue queue, Failures.Chooser chooser, Failures.Changed changed) {
        this.membership = membership;
        this.world = world;
        this.queue = queue;
        this.chooser = chooser;
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
                } else if (world.isUp(host)) {
                    leaving.add(host);
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

    /** The plan, and after it moves of all who stand on hosts that leave and whom it does not move. */
    MigrationPlan withDrains(MigrationPlan plan) {
        if (leaving.isEmpty()) {
            return plan;
        }
        Set<String> moved = new HashSet<>();
        plan.migrations().forEach(move -> moved.add(move.container()));
        List<Migration> moves = new ArrayList<>(plan.migrations());
        for (int c = 0; c < world.containers(); c++) {
            int from = world.hostOf(c);
            if (from < 0 || !leaving.contains(from) || world.flights().get(c) != null) {
                continue;
            }
            int to = moved.contains(world.containerId(c)) ? -1 : chooser.hostFor(c);
            if (to >= 0) {
                String host = world.hostId(from);
                moves.add(new Migration(
                        world.containerId(c),
                        host,
                        world.hostId(to),
                        new Reason(Reason.Code.POLICY, () -> host + " leaves the fleet")));
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
