package org.livemigrate.simulator.report;

import java.util.List;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.engine.World;

/** Several who watch one run. */
public record Listeners(List<RunListener> all) implements RunListener {
    public Listeners {
        all = List.copyOf(all);
    }

    @Override
    public void onSample(long nowUs, World world) {
        all.forEach(listener -> listener.onSample(nowUs, world));
    }

    @Override
    public void onPlan(long nowUs, ClusterSnapshot snapshot, MigrationPlan plan) {
        all.forEach(listener -> listener.onPlan(nowUs, snapshot, plan));
    }

    @Override
    public void onMigration(MigrationRecord migration) {
        all.forEach(listener -> listener.onMigration(migration));
    }

    @Override
    public void onEvent(long nowUs, World world) {
        all.forEach(listener -> listener.onEvent(nowUs, world));
    }
}
