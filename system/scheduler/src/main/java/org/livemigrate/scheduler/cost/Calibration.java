package org.livemigrate.scheduler.cost;

/**
 * The constants of the migration cost model; {@code calibration.json} carries these fields under these names.
 *
 * <p>{@link #DEFAULT} holds until a measured one is given. Its fixed times and rates are the line through the report's
 * two rows without and with memory (CPU: 475.52 ms checkpoint, 1110.44 ms restore; 268.7 MB: 2.75 s and 4.06 s), which
 * is 118.1 MB/s into and 91.1 MB/s out of the shared store; the rest are assumptions, marked so. Nothing is known of what
 * a migration took the report besides, so {@code setupFixedMs} and {@code roundFixedMs} are 0, and rounds copy as fast as
 * the freeze.
 *
 * @param storeBytesPerSecond into the shared store while the container is frozen, shared by all migrations at a time
 * @param restoreBytesPerSecond out of the store, for each restore
 * @param freezeFixedMs of a checkpoint, whatever its size
 * @param restoreFixedMs of a restore, whatever its size
 * @param setupFixedMs of whatever else a migration needs, before and after: asking, preparing, checking, committing. The
 *     container runs meanwhile, and nothing is copied; the model has all of it before the first copy
 * @param roundBytesPerSecond of a pre-copy round that has the store to itself; it may be faster than the freeze, whose copy is
 *     also synced and summed
 * @param roundFixedMs of a pre-copy round, whatever its size, and of waiting for the next; memory is dirtied meanwhile
 * @param dirtyBytesPerCpuSecond how much memory a container dirties per second of CPU it uses (assumption)
 * @param workingSetFraction share of its memory that a container dirties over and over (assumption)
 * @param degradation share of the container's CPU lost while it is copied, 10 % as in Beloglazov and Buyya 2012, 3.4
 * @param sourceOverheadMillicores CPU that copying costs the source (assumption)
 * @param targetOverheadMillicores CPU that restoring costs the target (assumption)
 * @param lazyRestore whether the container resumes before its memory is there; its pages then follow in the lazy window
 */
public record Calibration(
        long storeBytesPerSecond,
        long restoreBytesPerSecond,
        double freezeFixedMs,
        double restoreFixedMs,
        double setupFixedMs,
        long roundBytesPerSecond,
        double roundFixedMs,
        double dirtyBytesPerCpuSecond,
        double workingSetFraction,
        double degradation,
        long sourceOverheadMillicores,
        long targetOverheadMillicores,
        boolean lazyRestore) {
    public static final Calibration DEFAULT = new Calibration(
            118_100_000, 91_100_000, 475.52, 1110.44, 0, 118_100_000, 0, 20_000_000, 0.25, 0.10, 100, 100, false);

    public Calibration {
        require(storeBytesPerSecond > 0, "storeBytesPerSecond", storeBytesPerSecond);
        require(restoreBytesPerSecond > 0, "restoreBytesPerSecond", restoreBytesPerSecond);
        require(freezeFixedMs >= 0 && Double.isFinite(freezeFixedMs), "freezeFixedMs", freezeFixedMs);
        require(restoreFixedMs >= 0 && Double.isFinite(restoreFixedMs), "restoreFixedMs", restoreFixedMs);
        require(setupFixedMs >= 0 && Double.isFinite(setupFixedMs), "setupFixedMs", setupFixedMs);
        require(roundBytesPerSecond > 0, "roundBytesPerSecond", roundBytesPerSecond);
        require(roundFixedMs >= 0 && Double.isFinite(roundFixedMs), "roundFixedMs", roundFixedMs);
        require(
                dirtyBytesPerCpuSecond >= 0 && Double.isFinite(dirtyBytesPerCpuSecond),
                "dirtyBytesPerCpuSecond",
                dirtyBytesPerCpuSecond);
        require(workingSetFraction >= 0 && workingSetFraction <= 1, "workingSetFraction", workingSetFraction);
        require(degradation >= 0 && degradation <= 1, "degradation", degradation);
        require(sourceOverheadMillicores >= 0, "sourceOverheadMillicores", sourceOverheadMillicores);
        require(targetOverheadMillicores >= 0, "targetOverheadMillicores", targetOverheadMillicores);
    }

    private static void require(boolean holds, String field, Number value) {
        if (!holds) {
            throw new IllegalArgumentException("The calibration's " + field + " is " + value
                    + ". Rates must be above 0, times and overheads at least 0, fractions within 0 to 1.");
        }
    }

    /** The same with another store: so many bytes per second into it, in rounds in proportion, and out of it. */
    public Calibration withRates(long storeBytes, long restoreBytes) {
        long roundBytes = Math.round((double) roundBytesPerSecond * storeBytes / storeBytesPerSecond);
        return new Calibration(
                storeBytes,
                restoreBytes,
                freezeFixedMs,
                restoreFixedMs,
                setupFixedMs,
                roundBytes,
                roundFixedMs,
                dirtyBytesPerCpuSecond,
                workingSetFraction,
                degradation,
                sourceOverheadMillicores,
                targetOverheadMillicores,
                lazyRestore);
    }

    /** The same for containers that dirty so much per second of CPU, and at most that share of their memory. */
    public Calibration withDirtying(double bytesPerCpuSecond, double workingSet) {
        return new Calibration(
                storeBytesPerSecond,
                restoreBytesPerSecond,
                freezeFixedMs,
                restoreFixedMs,
                setupFixedMs,
                roundBytesPerSecond,
                roundFixedMs,
                bytesPerCpuSecond,
                workingSet,
                degradation,
                sourceOverheadMillicores,
                targetOverheadMillicores,
                lazyRestore);
    }

    /** How much a container with that CPU use dirties per second. */
    public double dirtyBytesPerSecond(long cpuMillicores) {
        return dirtyBytesPerCpuSecond * cpuMillicores / 1000.0;
    }

    /** The most that can be dirty after a round. */
    public double workingSetBytes(long memoryBytes) {
        return workingSetFraction * memoryBytes;
    }

    /** How long a restore takes before the container runs again. */
    public double restoreMs(long memoryBytes) {
        return restoreFixedMs + (lazyRestore ? 0 : lazyWindowMs(memoryBytes));
    }

    /** How long the memory takes out of the store; with a lazy restore the container runs meanwhile, degraded. */
    public double lazyWindowMs(long memoryBytes) {
        return memoryBytes * 1000.0 / restoreBytesPerSecond;
    }
}
