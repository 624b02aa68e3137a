package org.livemigrate.scheduler.policy;

import java.util.List;
import org.livemigrate.scheduler.model.ClusterSnapshot;
import org.livemigrate.scheduler.plan.MigrationPlan;

/** Moves nothing and names the hosts above target: the yardstick for the others. */
public final class NonePolicy implements Policy {
    private final PolicyParameters parameters;

    /** Of the parameters only the target matters. */
    public NonePolicy(PolicyParameters parameters) {
        this.parameters = parameters;
    }

    @Override
    public String name() {
        return "none";
    }

    @Override
    public MigrationPlan plan(ClusterSnapshot snapshot) {
        MigrationPlan plan = MigrationPlan.nothing(name(), snapshot, parameters.target(), List.of());
        parameters.listener().onPlan(plan);
        return plan;
    }
}
