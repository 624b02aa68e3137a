package org.livemigrate.experiments.destination;

import java.util.HashMap;
import java.util.Map;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.engine.World;

/** How containers arrive where they are sent: after how long, and whether the host is above target with them. */
final class Arrivals implements RunListener {
    private final Fraction target;
    private final Map<String, Integer> hosts = new HashMap<>();
    private World world;
    private long arrived;
    private long aboveTarget;
    private long redirected;
    private long wayUs;

    Arrivals(Fraction target) {
        this.target = target;
    }

    @Override
    public void onSample(long nowUs, World now) {
        if (world == null) {
            for (int h = 0; h < now.hosts(); h++) {
                hosts.put(now.hostId(h), h);
            }
        }
        world = now;
    }

    @Override
    public void onMigration(MigrationRecord migration) {
        if (!migration.committed()) {
            return;
        }
        int host = hosts.get(migration.to());
        arrived++;
        wayUs += migration.endedUs() - migration.startedUs();
        redirected += migration.to().equals(migration.planned()) ? 0 : 1;
        aboveTarget += target.isExceededBy(
                        world.hostMeters().demand(host), world.host(host).capacityMillicores())
                ? 1
                : 0;
    }

    long arrived() {
        return arrived;
    }

    /** Of them on a host that is above target once they are there. */
    long aboveTarget() {
        return aboveTarget;
    }

    /** Of them elsewhere than the plan said. */
    long redirected() {
        return redirected;
    }

    /** From the beginning of a move to the arrival, as a mean; 0 when there was none. */
    double meanSeconds() {
        return arrived == 0 ? 0 : wayUs * 1e-6 / arrived;
    }
}
