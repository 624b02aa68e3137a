package org.livemigrate.experiments.fleetsize;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.engine.World;

/** Watches how hosts that leave get empty, and how those that join become known and are used. Times are -1 where that never was. */
final class Comings implements RunListener {
    private static final long TWO_HOURS_US = Duration.ofHours(2).toMillis() * 1000;

    private final Set<String> hosts;
    private final long leaveUs;
    private final long joinUs;
    private final Set<String> used = new HashSet<>();
    private long emptyAfterUs = -1;
    private long knownAfterUs = -1;
    private long firstContainerAfterUs = -1;
    private int containersAfterTwoHours;

    Comings(List<String> hosts, Duration leave, Duration join) {
        this.hosts = Set.copyOf(hosts);
        leaveUs = leave.toMillis() * 1000;
        joinUs = join.toMillis() * 1000;
    }

    @Override
    public void onSample(long nowUs, World world) {
        int on = 0;
        for (int h = 0; h < world.hosts(); h++) {
            on += hosts.contains(world.hostId(h)) ? world.hostMeters().occupants(h) : 0;
        }
        if (emptyAfterUs < 0 && nowUs >= leaveUs && nowUs < joinUs && on == 0) {
            emptyAfterUs = nowUs - leaveUs;
        }
        if (nowUs <= joinUs + TWO_HOURS_US) {
            containersAfterTwoHours = on;
        }
    }

    @Override
    public void onPlan(long nowUs, ClusterSnapshot snapshot, MigrationPlan plan) {
        if (knownAfterUs >= 0 || nowUs < joinUs) {
            return;
        }
        boolean all = hosts.stream().allMatch(id -> {
            int host = snapshot.hostIndex(id);
            return host >= 0 && snapshot.isSchedulable(host);
        });
        if (all) {
            knownAfterUs = nowUs - joinUs;
        }
    }

    @Override
    public void onMigration(MigrationRecord migration) {
        if (migration.committed() && migration.endedUs() >= joinUs && hosts.contains(migration.to())) {
            used.add(migration.to());
            if (firstContainerAfterUs < 0) {
                firstContainerAfterUs = migration.endedUs() - joinUs;
            }
        }
    }

    long emptyAfterUs() {
        return emptyAfterUs;
    }

    long knownAfterUs() {
        return knownAfterUs;
    }

    long firstContainerAfterUs() {
        return firstContainerAfterUs;
    }

    int used() {
        return used.size();
    }

    int containersAfterTwoHours() {
        return containersAfterTwoHours;
    }
}
