package org.livemigrate.simulator.sweep;

import java.util.Objects;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.literature.Switches;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.simulator.engine.Scenario;

/**
 * One run of a sweep.
 *
 * @param index its place in the whole sweep, which shards and threads do not change
 * @param policy by name
 * @param target of the policy
 * @param headroom of the policy
 * @param seed of the policy
 * @param switches of the literature's policies
 * @param guards before the policy
 */
public record RunPlan(
        int index,
        Scenario scenario,
        String policy,
        Fraction target,
        Fraction headroom,
        long seed,
        Switches switches,
        GuardSettings guards) {
    public RunPlan {
        Objects.requireNonNull(scenario, "scenario");
        Objects.requireNonNull(policy, "policy");
    }

    /** For file names: policy, target, interval, seed and, unless everything is seen at once, how it is told. */
    public String id() {
        String telling = scenario.telling().direct()
                ? ""
                : "-" + scenario.telling().name().replaceAll("[^a-zA-Z0-9.]+", "_");
        return policy + "-t" + Math.round(target.toDouble() * 1000) + "-i" + scenario.intervalMs() / 1000 + "-s" + seed
                + telling;
    }
}
