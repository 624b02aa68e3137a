package org.livemigrate.controller.schedule;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
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
        return changed(edit -> edit.interval = value);
    }

    public SchedulingSettings withPolicy(String value) {
        return changed(edit -> edit.policy = value);
    }

    public SchedulingSettings withTarget(Fraction value) {
        return changed(edit -> edit.target = value);
    }

    public SchedulingSettings withHeadroom(Fraction value) {
        return changed(edit -> edit.headroom = value);
    }

    public SchedulingSettings withGuards(GuardSettings value) {
        return changed(edit -> edit.guards = value);
    }

    private SchedulingSettings changed(Consumer<Edit> change) {
        Edit edit = new Edit(this);
        change.accept(edit);
        return new SchedulingSettings(
                edit.interval, edit.policy, edit.target, edit.headroom, edit.seed, edit.guards, edit.paused);
    }

    /** All values, to be changed one by one. */
    private static final class Edit {
        private Duration interval;
        private String policy;
        private Fraction target;
        private Fraction headroom;
        private long seed;
        private GuardSettings guards;
        private boolean paused;

        Edit(SchedulingSettings of) {
            interval = of.interval;
            policy = of.policy;
            target = of.target;
            headroom = of.headroom;
            seed = of.seed;
            guards = of.guards;
            paused = of.paused;
        }
    }
}
