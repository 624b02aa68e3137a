package org.livemigrate.controller.schedule;

import java.time.Duration;

/**
 * What is held against each plan, so that the fleet moves seldom and calmly.
 *
 * @param breachSamples of the latest {@code breachWindow} samples so many must be above target before a host's
 *     containers move; default 3, 0 switches it off
 * @param breachWindow samples that are looked at, one a statistics interval; default 5
 * @param containerCoolDown after a migration the container stays; default 5 minutes, 0 switches it off
 * @param hostCoolDown after a migration its hosts take no part; default 0: switched off
 * @param perRound most moves of one plan; default 10
 */
public record GuardSettings(
        int breachSamples, int breachWindow, Duration containerCoolDown, Duration hostCoolDown, int perRound) {
    public static final GuardSettings DEFAULT = new GuardSettings(3, 5, Duration.ofMinutes(5), Duration.ZERO, 10);

    public GuardSettings {
        if (breachSamples < 0 || breachWindow < breachSamples || perRound < 1) {
            throw new IllegalArgumentException("guards: " + breachSamples + " of " + breachWindow
                    + " samples, " + perRound
                    + " moves a round: write 0 or more samples of at least as many, and 1 or more moves.");
        }
        if (containerCoolDown.isNegative() || hostCoolDown.isNegative()) {
            throw new IllegalArgumentException(
                    "guards: cool-downs of " + containerCoolDown + " and " + hostCoolDown + ": write 0 or more.");
        }
    }
}
