package org.livemigrate.experiments.fleetsize;

import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.engine.World;

/** Watches how hosts that leave get empty, and how those that join become known and are used. Times are -1 where that never was. */
final class Comings implements RunListener {
    private static final long TWO_HOURS_US = Duration.ofHours(2).toMillis() * 1000;

    private final Map<String, Long> joinsUs;
    private final long leaveUs;
    private final long joinUs;
    private final Map<String, Long> knownAfterUs = new HashMap<>();
    private final Set<String> used = new HashSet<>();
    private long emptyAfterUs = -1;
    private long firstContainerAfterUs = -1;
    private int containersAfterTwoHours;

    /**
     * @param joins when each host joins
     * @param leave when all of them leave, if they do
     */
    Comings(Map<String, Duration> joins, Duration leave) {
        joinsUs = joins.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, join -> join.getValue().toMillis() * 1000));
        leaveUs = leave.toMillis() * 1000;
        joinUs = Collections.min(joinsUs.values());
    }

    @Override
    public void onSample(long nowUs, World world) {
        int on = 0;
        for (int h = 0; h < world.hosts(); h++) {
            on += joinsUs.containsKey(world.hostId(h)) ? world.hostMeters().occupants(h) : 0;
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
        if (nowUs < joinUs || knownAfterUs.size() == joinsUs.size()) {
            return;
        }
        joinsUs.forEach((id, at) -> {
            int host = snapshot.hostIndex(id);
            if (nowUs >= at && host >= 0 && snapshot.isSchedulable(host)) {
                knownAfterUs.putIfAbsent(id, nowUs - at);
            }
        });
    }

    @Override
    public void onMigration(MigrationRecord migration) {
        if (migration.committed() && migration.endedUs() >= joinUs && joinsUs.containsKey(migration.to())) {
            used.add(migration.to());
            if (firstContainerAfterUs < 0) {
                firstContainerAfterUs = migration.endedUs() - joinUs;
            }
        }
    }

    long emptyAfterUs() {
        return emptyAfterUs;
    }

    /** From each host's join to the first round that could use it, the shortest first; without those that never were. */
    List<Long> knownAfterUs() {
        return knownAfterUs.values().stream().sorted().toList();
    }

    /** From the first join. */
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
