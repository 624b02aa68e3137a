package org.livemigrate.controller.schedule;

import java.time.Duration;
import java.util.Objects;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.model.Fraction;

/**
 * How it is decided which containers move.
 *
 * @param interval between two rounds; default one minute (the report's)
 * @param policy by name; default {@code greedy} (the report's 2.1.2)
 * @param target load above which a host is overloaded; default 71 %
 * @param headroom share of a target host's capacity that stays free; default 10 %
 * @param seed for policies that draw lots; default 0
 * @param paused whether it starts without making rounds, until somebody resumes it; default no
 * @param guards what is held against each plan; default {@link GuardSettings#LIVE}
 */
public record SchedulingSettings(
        Duration interval,
        String policy,
        Fraction target,
        Fraction headroom,
        long seed,
        GuardSettings guards,
        boolean paused) {
    public static final SchedulingSettings DEFAULT = new SchedulingSettings(
            Duration.ofMinutes(1), "greedy", Fraction.percent(71), Fraction.percent(10), 0, GuardSettings.LIVE, false);

    public SchedulingSettings {
        if (interval.isZero() || interval.isNegative()) {
            throw new IllegalArgumentException("the scheduling interval is " + interval + ": it must be above 0");
        }
        Objects.requireNonNull(policy, "policy");
        Objects.requireNonNull(guards, "guards");
    }

    public SchedulingSettings withInterval(Duration value) {
        return new SchedulingSettings(value, policy, target, headroom, seed, guards, paused);
    }

    public SchedulingSettings withPolicy(String value) {
        return new SchedulingSettings(interval, value, target, headroom, seed, guards, paused);
    }

    public SchedulingSettings withTarget(Fraction value) {
        return new SchedulingSettings(interval, policy, value, headroom, seed, guards, paused);
    }

    public SchedulingSettings withHeadroom(Fraction value) {
        return new SchedulingSettings(interval, policy, target, value, seed, guards, paused);
    }

    public SchedulingSettings withGuards(GuardSettings value) {
        return new SchedulingSettings(interval, policy, target, headroom, seed, value, paused);
    }
}
