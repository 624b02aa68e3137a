package org.livemigrate.simulator.engine;

import org.livemigrate.scheduler.cost.Calibration;
import org.livemigrate.scheduler.cost.PreCopyRule;

/**
 * How migrations go. Two models:
 *
 * <ul>
 *   <li>{@link #preCopy}: this project's; rounds into a shared store whose bandwidth all copies share, freeze, restore,
 *       and where asked for a lazy window ({@link Calibration}).
 *   <li>{@link #literature}: Beloglazov and Buyya 2012, 3.4, as CloudSim implements it; memory over half the host's
 *       network bandwidth, 10 % of the CPU lost meanwhile, a tenth of the demand booked on the target, no downtime.
 * </ul>
 *
 * @param name {@code precopy} or {@code literature}
 * @param calibration of the pre-copy model; of the literature's only the degradation counts
 * @param rule when pre-copy stops
 * @param fixedBytesPerSecond of the literature's model; 0 for pre-copy
 * @param targetShare of the container's demand that the target bears while it is copied
 */
public record MigrationModel(
        String name, Calibration calibration, PreCopyRule rule, long fixedBytesPerSecond, double targetShare) {

    /** Half of 1 Gbit/s, as in {@code PowerDatacenter}: RAM / (bandwidth / (2 · 8000)) with RAM in MB. */
    private static final long HALF_GIGABIT = 62_500_000L * (1L << 20) / 1_000_000L;

    /** The model of this project. */
    public static MigrationModel preCopy(Calibration calibration, PreCopyRule rule) {
        return new MigrationModel("precopy", calibration, rule, 0, 0);
    }

    /** The model of the literature. */
    public static MigrationModel literature() {
        return new MigrationModel("literature", Calibration.DEFAULT, PreCopyRule.DEFAULT, HALF_GIGABIT, 0.1);
    }

    boolean isLiterature() {
        return fixedBytesPerSecond > 0;
    }

    /** How long a migration takes before its first copy, ms. */
    double setupMs() {
        return isLiterature() ? 0 : calibration.setupFixedMs();
    }

    long sourceOverheadMillicores() {
        return isLiterature() ? 0 : calibration.sourceOverheadMillicores();
    }

    long targetOverheadMillicores() {
        return isLiterature() ? 0 : calibration.targetOverheadMillicores();
    }
}
