package org.livemigrate.scheduler.plan;

import java.util.ArrayList;
import java.util.List;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.Fraction;

/**
 * What to do, in order, and what not, with reasons.
 *
 * @param policy name of the policy that made it
 * @param migrations in an order in which each is valid when its turn comes; one per container, or two where it has to
 *     be parked on the way
 * @param rejections what was considered and not done
 * @param overTarget hosts that stay above target when all migrations are made, in fleet order
 * @param loadBefore load per host now, with containers in flight at both ends
 * @param loadAfter load per host when all migrations are made
 * @param truncated the search stopped at its limit and might have found more
 */
public record MigrationPlan(
        String policy,
        List<Migration> migrations,
        List<Rejection> rejections,
        List<String> overTarget,
        HostLoads loadBefore,
        HostLoads loadAfter,
        boolean truncated) {
    public MigrationPlan {
        migrations = List.copyOf(migrations);
        rejections = List.copyOf(rejections);
        overTarget = List.copyOf(overTarget);
    }

    /** A plan that moves nothing and names the hosts above target. */
    public static MigrationPlan nothing(
            String policy, ClusterSnapshot snapshot, Fraction target, List<Rejection> rejections) {
        HostLoads loads = HostLoads.of(snapshot);
        return new MigrationPlan(policy, List.of(), rejections, hostsAbove(loads, target), loads, loads, false);
    }

    /** Ids of the hosts above the target, in fleet order. */
    public static List<String> hostsAbove(HostLoads loads, Fraction target) {
        List<String> above = new ArrayList<>();
        for (int h = 0; h < loads.hostCount(); h++) {
            if (loads.isAbove(h, target)) {
                above.add(loads.hostId(h));
            }
        }
        return above;
    }

    /** Whether there is nothing to do. */
    public boolean isEmpty() {
        return migrations.isEmpty();
    }

    /** Whether every host is at or under target when all migrations are made. */
    public boolean isBalanced() {
        return overTarget.isEmpty();
    }
}
