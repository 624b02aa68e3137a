package org.livemigrate.experiments.unequal;

import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.model.ClusterSnapshotBuilder;
import org.livemigrate.scheduler.model.Container;
import org.livemigrate.scheduler.model.Host;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.scheduler.policy.Policy;

/**
 * A policy that is shown percentages and takes them for the same thing on every host, as the report's prototype does
 * (section 2.1.2): a container that fills a tenth of a small host is expected to fill a tenth of a large one.
 */
record AsIfEqual(Policy inner) implements Policy {
    /**
     * Millionths of a host, whatever its size: a policy's least difference of some millicores is then none to speak of. A
     * container with all the CPU that there may be ({@code Limits}) times this fits a long.
     */
    private static final long WHOLE = 1_000_000;

    @Override
    public String name() {
        return inner.name();
    }

    @Override
    public MigrationPlan plan(ClusterSnapshot snapshot) {
        ClusterSnapshotBuilder equal = ClusterSnapshot.builder().time(snapshot.time());
        for (int h = 0; h < snapshot.hostCount(); h++) {
            Host host = snapshot.host(h);
            equal.host(new Host(host.id(), WHOLE, host.memoryBytes(), host.labels(), host.schedulable()));
        }
        for (int c = 0; c < snapshot.containerCount(); c++) {
            int host = snapshot.hostOf(c);
            equal.container(Container.of(
                    snapshot.containerId(c),
                    snapshot.hostId(host),
                    snapshot.cpuMillicores(c) * WHOLE / snapshot.capacityMillicores(host),
                    snapshot.memoryBytes(c)));
        }
        snapshot.inFlightMoves().forEach(equal::inFlight);
        snapshot.lastMoves().forEach(equal::lastMove);
        return inner.plan(equal.build());
    }
}
