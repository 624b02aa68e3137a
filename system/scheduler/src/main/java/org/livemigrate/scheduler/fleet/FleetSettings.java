package org.livemigrate.scheduler.fleet;

import java.time.Duration;
import org.livemigrate.scheduler.model.Fraction;

/**
 * How the fleet picture is kept.
 *
 * @param expiry a host that has been silent for this long leaves the schedulable fleet
 * @param historySamples how many earlier samples a snapshot carries
 * @param moveRetention how long a migration that ended is remembered
 * @param saturatedAt load from which a host's use is no longer its containers' demand: they are marked as censored
 */
public record FleetSettings(Duration expiry, int historySamples, Duration moveRetention, Fraction saturatedAt) {
    /** Two minutes (the report's), ten samples, one hour, 95 %. */
    public static final FleetSettings DEFAULT =
            new FleetSettings(Duration.ofMinutes(2), 10, Duration.ofHours(1), Fraction.percent(95));

    public FleetSettings {
        if (expiry.isNegative() || expiry.isZero() || historySamples < 0 || moveRetention.isNegative()) {
            throw new IllegalArgumentException("Fleet settings out of range: expiry " + expiry + ", history "
                    + historySamples + " samples, moves kept for " + moveRetention + ".");
        }
    }

    public FleetSettings withExpiry(Duration value) {
        return new FleetSettings(value, historySamples, moveRetention, saturatedAt);
    }

    public FleetSettings withHistorySamples(int value) {
        return new FleetSettings(expiry, value, moveRetention, saturatedAt);
    }
}
