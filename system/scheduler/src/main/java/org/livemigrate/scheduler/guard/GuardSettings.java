package org.livemigrate.scheduler.guard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.scheduler.policy.PolicyParameters;

/**
 * Which guards stand before a policy. Each can be switched off: with one of one samples, a cool-down of zero,
 * {@link Budget#UNLIMITED}, {@code false}, a gain of zero, a {@code null} cost.
 *
 * @param breachSamples n of the sustained breach
 * @param breachWindow m of the sustained breach
 * @param containerCoolDown rest of a container after a migration
 * @param hostCoolDown rest of both hosts after a migration
 * @param budget how many at a time
 * @param inFlightLoad whether destinations must have room before anything has left them
 * @param minimumGain share of its source's capacity that a move must take off it
 * @param cost of a migration, for cost against benefit; {@code null}: not weighed
 * @param costHorizon for how long today's demand is expected to stay
 * @param capabilityMatch whether the destination must be able to restore what the source checkpoints
 */
public record GuardSettings(
        int breachSamples,
        int breachWindow,
        Duration containerCoolDown,
        Duration hostCoolDown,
        Budget budget,
        boolean inFlightLoad,
        Fraction minimumGain,
        MigrationCost cost,
        Duration costHorizon,
        boolean capabilityMatch) {
    /** What the live system does unless told otherwise. */
    public static final GuardSettings LIVE = new GuardSettings(
            2,
            3,
            Duration.ofMinutes(5),
            Duration.ZERO,
            new Budget(10, 4, 2, 2),
            true,
            Fraction.ZERO,
            null,
            Duration.ofMinutes(10),
            true);

    /** Nothing but the constraints. */
    public static final GuardSettings OFF = new GuardSettings(
            1,
            1,
            Duration.ZERO,
            Duration.ZERO,
            new Budget(Budget.UNLIMITED, Budget.UNLIMITED, Budget.UNLIMITED, Budget.UNLIMITED),
            false,
            Fraction.ZERO,
            null,
            Duration.ofMinutes(10),
            false);

    public GuardSettings withBreach(int n, int m) {
        return changed(edit -> {
            edit.breachSamples = n;
            edit.breachWindow = m;
        });
    }

    public GuardSettings withCoolDown(Duration container, Duration host) {
        return changed(edit -> {
            edit.containerCoolDown = container;
            edit.hostCoolDown = host;
        });
    }

    public GuardSettings withBudget(Budget value) {
        return changed(edit -> edit.budget = value);
    }

    public GuardSettings withInFlightLoad(boolean value) {
        return changed(edit -> edit.inFlightLoad = value);
    }

    public GuardSettings withMinimumGain(Fraction value) {
        return changed(edit -> edit.minimumGain = value);
    }

    public GuardSettings withCost(MigrationCost value, Duration horizon) {
        return changed(edit -> {
            edit.cost = value;
            edit.costHorizon = horizon;
        });
    }

    public GuardSettings withCapabilityMatch(boolean value) {
        return changed(edit -> edit.capabilityMatch = value);
    }

    /** The policy behind these guards; it must have been made with the same parameters. */
    public Policy guard(Policy policy, PolicyParameters parameters) {
        return new GuardedPolicy(policy, parameters, guards(parameters.target()));
    }

    /** The guards that are switched on, in the order in which they are asked: budgets last, so that only moves that nobody else objects to are counted. */
    public List<Guard> guards(Fraction target) {
        List<Guard> guards = new ArrayList<>();
        guards.add(new ConstraintCheck());
        if (capabilityMatch) {
            guards.add(new CapabilityMatch());
        }
        if (breachWindow > 1) {
            guards.add(new SustainedBreach(breachSamples, breachWindow, target));
        }
        if (!containerCoolDown.isZero() || !hostCoolDown.isZero()) {
            guards.add(new CoolDown(containerCoolDown, hostCoolDown));
        }
        if (minimumGain.numerator() > 0) {
            guards.add(new MinimumGain(minimumGain));
        }
        if (cost != null) {
            guards.add(new CostBenefit(cost, costHorizon, target));
        }
        if (inFlightLoad) {
            guards.add(new InFlightLoad());
        }
        guards.add(budget);
        return guards;
    }

    private GuardSettings changed(Consumer<Edit> change) {
        Edit edit = new Edit(this);
        change.accept(edit);
        return new GuardSettings(
                edit.breachSamples,
                edit.breachWindow,
                edit.containerCoolDown,
                edit.hostCoolDown,
                edit.budget,
                edit.inFlightLoad,
                edit.minimumGain,
                edit.cost,
                edit.costHorizon,
                edit.capabilityMatch);
    }

    /** All values, to be changed one by one. */
    private static final class Edit {
        private int breachSamples;
        private int breachWindow;
        private Duration containerCoolDown;
        private Duration hostCoolDown;
        private Budget budget;
        private boolean inFlightLoad;
        private Fraction minimumGain;
        private MigrationCost cost;
        private Duration costHorizon;
        private boolean capabilityMatch;

        Edit(GuardSettings of) {
            breachSamples = of.breachSamples;
            breachWindow = of.breachWindow;
            containerCoolDown = of.containerCoolDown;
            hostCoolDown = of.hostCoolDown;
            budget = of.budget;
            inFlightLoad = of.inFlightLoad;
            minimumGain = of.minimumGain;
            cost = of.cost;
            costHorizon = of.costHorizon;
            capabilityMatch = of.capabilityMatch;
        }
    }
}
