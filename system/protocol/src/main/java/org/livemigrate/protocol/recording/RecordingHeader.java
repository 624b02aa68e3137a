package org.livemigrate.protocol.recording;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.livemigrate.scheduler.fleet.FleetSettings;
import org.livemigrate.scheduler.guard.Budget;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.plan.PlanListener;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.scheduler.policy.PolicyParameters;

/**
 * The first line of a recording: how the controller kept its picture and decided.
 *
 * @param version of the format, now 1
 * @param at when the recording began
 * @param fromStart whether the controller was recorded from its start. Otherwise the lines begin with what it knew, the
 *     hosts' whole states come as they are asked for, and the first rounds know less than the controller did
 * @param scheduling how it decides
 * @param statsIntervalMs between two samples, of hosts and of the history
 * @param expiryMs a host silent for this long leaves the picture
 * @param historySamples that a snapshot carries
 * @param moveRetentionMs how long ended migrations are remembered
 * @param saturatedAt load from which demand is only known as a lower bound, a fraction
 * @param cordoned hosts that were cordoned at the beginning
 */
public record RecordingHeader(
        int version,
        Instant at,
        boolean fromStart,
        Scheduling scheduling,
        long statsIntervalMs,
        long expiryMs,
        int historySamples,
        long moveRetentionMs,
        double saturatedAt,
        List<String> cordoned)
        implements RecordingLine {

    public static final int VERSION = 1;

    public RecordingHeader {
        if (version != VERSION) {
            throw new IllegalArgumentException("a recording of format version " + version + "; this program reads "
                    + VERSION + ": replay it with the release that wrote it");
        }
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(scheduling, "scheduling");
        if (statsIntervalMs <= 0) {
            throw new IllegalArgumentException("statsIntervalMs is " + statsIntervalMs + ": it must be above 0");
        }
        cordoned = cordoned == null ? List.of() : List.copyOf(cordoned);
    }

    /**
     * How the rounds decide.
     *
     * @param target and the other shares are fractions
     * @param guards what stands before the policy
     */
    public record Scheduling(String policy, double target, double headroom, long seed, long intervalMs, Guards guards) {
        public Scheduling {
            Objects.requireNonNull(policy, "policy");
            Objects.requireNonNull(guards, "guards");
        }

        /**
         * The very policy, guards included.
         *
         * @throws IllegalArgumentException when this release has no such policy or the parameters are out of range
         */
        public Policy policyWithGuards() {
            return policyWithGuards(policy);
        }

        /** Another policy in its place, with the same parameters and guards. */
        public Policy policyWithGuards(String other) {
            PolicyParameters parameters = new PolicyParameters(
                    Fraction.ofDecimal(target), Fraction.ofDecimal(headroom), seed, PlanListener.NONE);
            return guards.settings().guard(Policies.create(other, parameters), parameters);
        }
    }

    /** {@link GuardSettings} as JSON; a cost of migrations is a function and cannot be written. */
    public record Guards(
            int breachSamples,
            int breachWindow,
            long containerCoolDownMs,
            long hostCoolDownMs,
            int perRound,
            int inFlight,
            int perHostOut,
            int perHostIn,
            boolean inFlightLoad,
            double minimumGain,
            boolean capabilityMatch) {

        /**
         * Writes them.
         *
         * @throws IllegalArgumentException when the cost of migrations is weighed
         */
        public static Guards of(GuardSettings settings) {
            if (settings.cost() != null) {
                throw new IllegalArgumentException("a controller that weighs the cost of migrations cannot be recorded:"
                        + " the recording has no place for it");
            }
            Budget budget = settings.budget();
            return new Guards(
                    settings.breachSamples(),
                    settings.breachWindow(),
                    settings.containerCoolDown().toMillis(),
                    settings.hostCoolDown().toMillis(),
                    budget.perRound(),
                    budget.inFlight(),
                    budget.perHostOut(),
                    budget.perHostIn(),
                    settings.inFlightLoad(),
                    settings.minimumGain().toDouble(),
                    settings.capabilityMatch());
        }

        /** Reads them. */
        public GuardSettings settings() {
            return GuardSettings.OFF
                    .withBreach(breachSamples, breachWindow)
                    .withCoolDown(Duration.ofMillis(containerCoolDownMs), Duration.ofMillis(hostCoolDownMs))
                    .withBudget(new Budget(perRound, inFlight, perHostOut, perHostIn))
                    .withInFlightLoad(inFlightLoad)
                    .withMinimumGain(Fraction.ofDecimal(minimumGain))
                    .withCapabilityMatch(capabilityMatch);
        }
    }

    /** How the picture was kept. */
    public FleetSettings fleetSettings() {
        return new FleetSettings(
                Duration.ofMillis(expiryMs),
                historySamples,
                Duration.ofMillis(moveRetentionMs),
                Fraction.ofDecimal(saturatedAt));
    }
}
