package org.livemigrate.experiments.data;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Decimals that print the same on every JDK: {@code Double.toString} and {@code %f} changed between versions, a
 * {@link BigDecimal} made from the exact binary value did not.
 */
public final class Decimals {
    private Decimals() {}

    /** The value rounded half-even to that many digits after the point. */
    public static BigDecimal fixed(double value, int digits) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("Only finite numbers belong into data, not " + value + ".");
        }
        return new BigDecimal(value).setScale(digits, RoundingMode.HALF_EVEN);
    }

    /** For sentences: the value rounded to that many digits after the point. */
    public static String text(double value, int digits) {
        BigDecimal rounded = fixed(value, digits);
        return (rounded.signum() == 0 ? rounded.abs() : rounded).toPlainString();
    }

    /** For sentences that say "within": a fraction as a percentage, never rounded to less than it is. */
    public static String percentUp(double fraction, int digits) {
        fixed(fraction, digits); // finite
        return new BigDecimal(fraction * 100)
                        .setScale(digits, RoundingMode.CEILING)
                        .toPlainString() + " %";
    }

    /** For sentences: a fraction as a percentage, {@code 0.705} as {@code 70.5 %}. */
    public static String percent(double fraction, int digits) {
        return text(fraction * 100, digits) + " %";
    }
}
