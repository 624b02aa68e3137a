package org.livemigrate.simulator.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What one run of one policy with one seed gave. Fractions are fractions, energy is in kWh, times are in ms. Everything
 * but the {@linkplain Times times on this machine} is the same whenever and wherever it is repeated.
 *
 * @param wallSeconds simulation only, without reading the trace; with repeats the median of the last N − 2
 * @param cpuSeconds processor time of the run's thread for the same, by the same rule
 * @param decisionP50Ms median time that the policy took for a plan, guards included; 0 where none was asked for
 * @param decisionP99Ms 99th percentile of the same
 * @param slatah mean over hosts of (time at 100 % CPU / time active)
 * @param slatahPooled the same, times pooled over hosts, as CloudSim prints it
 * @param pdm mean over containers of (CPU lost to migrations / CPU asked for)
 * @param pdmPooled the same, pooled over containers
 * @param slav {@code slatah × pdm}
 * @param esv {@code energyKwh × slav}
 * @param unmetDemand CPU demand beyond its host's capacity over all demand
 * @param churn migrations per container and day
 * @param hostFailuresCaused those of hosts that had taken a failed one's containers
 * @param telling how the scheduler came to know of the fleet, as {@code --telling} was written
 * @param statsSent statistics messages that hosts sent; 0 when the scheduler sees everything at once
 * @param statsSuppressed samples after which a host sent none, because nothing had moved beyond the threshold
 * @param digest of the run's course and figures: equal digests, equal runs
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RunResult(
        String trace,
        String hosts,
        String policy,
        double target,
        double intervalMs,
        long seed,
        String memory,
        String telling,
        long vmSamples,
        double wallSeconds,
        double cpuSeconds,
        double decisionP50Ms,
        double decisionP99Ms,
        long migrations,
        long migrationsCommitted,
        long migrationsFailed,
        long rolledBack,
        double slatah,
        double slatahPooled,
        double pdm,
        double pdmPooled,
        double slav,
        double esv,
        double energyKwh,
        double unmetDemand,
        long hostShutdowns,
        double meanActiveHosts,
        double imbalanceStdDev,
        double maxOverMean,
        double jain,
        double churn,
        double downtimeP50Ms,
        double downtimeP99Ms,
        double downtimeSumMs,
        double bytesMoved,
        long cascades,
        long cascadeLargest,
        long hostFailures,
        long hostFailuresCaused,
        long containersLost,
        long statsSent,
        long statsSuppressed,
        long events,
        String digest) {

    /** What the machine took, by its own clock. */
    public record Times(double wallSeconds, double cpuSeconds, double decisionP50Ms, double decisionP99Ms) {
        /** For comparing results that must be equal but for these. */
        public static final Times NONE = new Times(0, 0, 0, 0);
    }

    /** The same with other times. */
    public RunResult withTimes(Times times) {
        return new RunResult(
                trace,
                hosts,
                policy,
                target,
                intervalMs,
                seed,
                memory,
                telling,
                vmSamples,
                times.wallSeconds(),
                times.cpuSeconds(),
                times.decisionP50Ms(),
                times.decisionP99Ms(),
                migrations,
                migrationsCommitted,
                migrationsFailed,
                rolledBack,
                slatah,
                slatahPooled,
                pdm,
                pdmPooled,
                slav,
                esv,
                energyKwh,
                unmetDemand,
                hostShutdowns,
                meanActiveHosts,
                imbalanceStdDev,
                maxOverMean,
                jain,
                churn,
                downtimeP50Ms,
                downtimeP99Ms,
                downtimeSumMs,
                bytesMoved,
                cascades,
                cascadeLargest,
                hostFailures,
                hostFailuresCaused,
                containersLost,
                statsSent,
                statsSuppressed,
                events,
                digest);
    }
}
