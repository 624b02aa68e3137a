package org.livemigrate.scheduler.guard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
        return new GuardSettings(
                n,
                m,
                containerCoolDown,
                hostCoolDown,
                budget,
                inFlightLoad,
                minimumGain,
                cost,
                costHorizon,
                capabilityMatch);
    }

    public GuardSettings withCoolDown(Duration container, Duration host) {
        return new GuardSettings(
                breachSamples,
                breachWindow,
                container,
                host,
                budget,
                inFlightLoad,
                minimumGain,
                cost,
                costHorizon,
                capabilityMatch);
    }

    public GuardSettings withBudget(Budget value) {
        return new GuardSettings(
                breachSamples,
                breachWindow,
                containerCoolDown,
                hostCoolDown,
                value,
                inFlightLoad,
                minimumGain,
                cost,
                costHorizon,
                capabilityMatch);
    }

    public GuardSettings withInFlightLoad(boolean value) {
        return new GuardSettings(
                breachSamples,
                breachWindow,
                containerCoolDown,
                hostCoolDown,
                budget,
                value,
                minimumGain,
                cost,
                costHorizon,
                capabilityMatch);
    }

    public GuardSettings withMinimumGain(Fraction value) {
        return new GuardSettings(
                breachSamples,
                breachWindow,
                containerCoolDown,
                hostCoolDown,
                budget,
                inFlightLoad,
                value,
                cost,
                costHorizon,
                capabilityMatch);
    }

    public GuardSettings withCost(MigrationCost value, Duration horizon) {
        return new GuardSettings(
                breachSamples,
                breachWindow,
                containerCoolDown,
                hostCoolDown,
                budget,
                inFlightLoad,
                minimumGain,
                value,
                horizon,
                capabilityMatch);
    }

    public GuardSettings withCapabilityMatch(boolean value) {
        return new GuardSettings(
                breachSamples,
                breachWindow,
                containerCoolDown,
                hostCoolDown,
                budget,
                inFlightLoad,
                minimumGain,
                cost,
                costHorizon,
                value);
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
}
