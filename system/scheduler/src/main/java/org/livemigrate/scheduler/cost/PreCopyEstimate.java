package org.livemigrate.scheduler.cost;

/**
 * What one migration takes when it has the store for itself and the container goes on as it does now:
 * {@code V₀ = memory, tᵢ = F + Vᵢ/B, Vᵢ₊₁ = min(working set, D·tᵢ)} with {@code F} and {@code B} of a round; the last
 * copy is frozen (Clark et al., NSDI 2005; Akoush et al., MASCOTS 2010). With a constant dirty rate below the working set,
 * no fixed time, and rounds as fast as the last copy it is the geometric series {@code V₀/B · (1 − qⁿ⁺¹)/(1 − q)} with {@code q = D/B}.
 *
 * @param rounds while the container ran
 * @param bytes that went into the store
 * @param setupMs what else there is to do, while the container runs
 * @param preCopyMs the rounds' time
 * @param downtimeMs the last copy, the fixed freeze and the restore
 */
public record PreCopyEstimate(int rounds, double bytes, double setupMs, double preCopyMs, double downtimeMs) {

    /** From the container's memory and CPU use now. */
    public static PreCopyEstimate of(Calibration calibration, PreCopyRule rule, long memoryBytes, long cpuMillicores) {
        double rate = calibration.storeBytesPerSecond();
        double roundRate = calibration.roundBytesPerSecond();
        double dirty = calibration.dirtyBytesPerSecond(cpuMillicores);
        double workingSet = calibration.workingSetBytes(memoryBytes);
        double left = memoryBytes;
        double copied = 0;
        double bytes = 0;
        int rounds = 0;
        while (!rule.decide(rounds, copied, left, rate).freezes()) {
            copied = left;
            bytes += copied;
            left = Math.min(workingSet, dirty * copied / roundRate + dirty * calibration.roundFixedMs() / 1000.0);
            rounds++;
        }
        return new PreCopyEstimate(
                rounds,
                bytes + left,
                calibration.setupFixedMs(),
                bytes * 1000.0 / roundRate + rounds * calibration.roundFixedMs(),
                left * 1000.0 / rate + calibration.freezeFixedMs() + calibration.restoreMs(memoryBytes));
    }

    /** From its begin to the resumed container. */
    public double totalMs() {
        return setupMs + preCopyMs + downtimeMs;
    }
}
