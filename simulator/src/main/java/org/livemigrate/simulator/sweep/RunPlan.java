package org.livemigrate.simulator.sweep;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
        return policy + "-t" + perMille(target) + "-i" + interval(scenario.intervalMs()) + "-s" + seed + telling;
    }

    /**
     * Refuses runs that would write the same files: the sweep would be lost when it is done.
     *
     * @throws IllegalArgumentException naming them
     */
    public static void requireDistinct(List<RunPlan> runs) {
        Set<String> ids = new HashSet<>();
        for (RunPlan run : runs) {
            if (!ids.add(run.id())) {
                throw new IllegalArgumentException("two runs are both named " + run.id()
                        + ": name each policy, target, interval, seed and telling once.");
            }
        }
    }

    /** Digits after the point only where there are some, so that no two targets have one name. */
    private static String perMille(Fraction target) {
        BigDecimal perMille = BigDecimal.valueOf(target.toDouble() * 1000)
                .setScale(6, RoundingMode.HALF_UP)
                .stripTrailingZeros();
        return perMille.toPlainString();
    }

    private static String interval(long ms) {
        return ms % 1000 == 0 ? String.valueOf(ms / 1000) : ms + "ms";
    }
}
