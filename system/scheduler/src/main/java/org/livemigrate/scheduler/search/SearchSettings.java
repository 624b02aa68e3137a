package org.livemigrate.scheduler.search;

import java.time.Duration;
import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.cost.PreCopyRule;

/**
 * What the local search goes by.
 *
 * @param calibration constants of what a migration costs
 * @param rule when its pre-copy ends
 * @param horizon how far ahead demand is predicted, and for how long a better placement is credited
 * @param steps most neighbours looked at per plan; the search can stop after any of them
 * @param kicks most perturbations of a local optimum that still has overload
 */
public record SearchSettings(Calibration calibration, PreCopyRule rule, Duration horizon, long steps, int kicks) {
    /** Ten minutes, as the guard of cost against benefit has it. */
    public static final SearchSettings DEFAULT =
            new SearchSettings(Calibration.DEFAULT, PreCopyRule.DEFAULT, Duration.ofMinutes(10), 500_000, 32);

    public SearchSettings {
        if (horizon.isNegative() || horizon.isZero() || steps < 0 || kicks < 0) {
            throw new IllegalArgumentException("A local search needs a horizon above zero and no negative number of"
                    + " steps or kicks, not " + horizon + ", " + steps + " and " + kicks + ".");
        }
    }

    public SearchSettings withCalibration(Calibration value) {
        return new SearchSettings(value, rule, horizon, steps, kicks);
    }

    public SearchSettings withRule(PreCopyRule value) {
        return new SearchSettings(calibration, value, horizon, steps, kicks);
    }

    public SearchSettings withSteps(long value) {
        return new SearchSettings(calibration, rule, horizon, value, kicks);
    }
}
