package org.livemigrate.scheduler.model;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;

/**
 * A non-negative rational number in lowest terms, so that a target such as 71 % is compared with a load exactly, in
 * integers. Numerator and denominator are at most 10⁹: with {@link Limits} every cross product fits a {@code long}.
 */
public record Fraction(long numerator, long denominator) implements Comparable<Fraction> {
    /** Largest numerator and denominator. */
    public static final long MAX_PART = 1_000_000_000L;

    public static final Fraction ZERO = new Fraction(0, 1);
    public static final Fraction ONE = new Fraction(1, 1);

    public Fraction {
        if (denominator <= 0 || numerator < 0) {
            throw new IllegalArgumentException("A fraction needs a numerator >= 0 and a denominator > 0, not "
                    + numerator + "/" + denominator + ".");
        }
        long gcd = gcd(numerator, denominator);
        numerator /= gcd;
        denominator /= gcd;
        if (numerator > MAX_PART || denominator > MAX_PART) {
            throw new IllegalArgumentException("The fraction " + numerator + "/" + denominator
                    + " is too fine or too large. Use at most seven decimals of a percent.");
        }
    }

    /** The percentage as a fraction: {@code percent(71)} is 71/100. */
    public static Fraction percent(long percent) {
        return new Fraction(percent, 100);
    }

    /** A percentage as people write it: {@code "71"}, {@code "66.5"} or {@code "66.5%"}. */
    public static Fraction parsePercent(String text) {
        String digits = text.strip();
        if (digits.endsWith("%")) {
            digits = digits.substring(0, digits.length() - 1).strip();
        }
        return of(decimal(digits, text).movePointLeft(2), text);
    }

    /** A fraction as JSON carries it, for example {@code 0.71}; the decimal digits are taken literally. */
    public static Fraction ofDecimal(BigDecimal value) {
        return of(value, value.toPlainString());
    }

    /** The fraction that {@link Double#toString} prints for the value: {@code 0.71} is exactly 71/100. */
    public static Fraction ofDecimal(double value) {
        if (!Double.isFinite(value)) {
            throw new IllegalArgumentException("The fraction must be a finite number, not " + value + ".");
        }
        return ofDecimal(BigDecimal.valueOf(value));
    }

    private static BigDecimal decimal(String digits, String original) {
        try {
            return new BigDecimal(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + original + "' is not a percentage. Write a number such as 71 or 66.5.", e);
        }
    }

    private static Fraction of(BigDecimal value, String original) {
        if (value.signum() < 0) {
            throw new IllegalArgumentException("'" + original + "' is negative; a fraction must be 0 or more.");
        }
        BigDecimal plain = value.stripTrailingZeros();
        if (plain.scale() > 30 || plain.precision() - plain.scale() > 30) {
            throw new IllegalArgumentException(
                    "'" + original + "' is out of range. Write a number such as 71 or 66.5.");
        }
        int scale = Math.max(0, plain.scale());
        BigInteger den = BigInteger.TEN.pow(scale);
        BigInteger num = plain.movePointRight(scale).toBigIntegerExact();
        BigInteger gcd = num.gcd(den);
        num = num.divide(gcd);
        den = den.divide(gcd);
        BigInteger max = BigInteger.valueOf(MAX_PART);
        if (num.compareTo(max) > 0 || den.compareTo(max) > 0) {
            throw new IllegalArgumentException(
                    "'" + original + "' is too fine or too large. Use at most seven decimals of a percent.");
        }
        return new Fraction(num.longValueExact(), den.longValueExact());
    }

    private static long gcd(long a, long b) {
        return b == 0 ? a : gcd(b, a % b);
    }

    /** Whether {@code use / capacity} is strictly above this fraction; both within {@link Limits}. */
    public boolean isExceededBy(long use, long capacity) {
        return use * denominator > numerator * capacity;
    }

    /** Whether {@code use / capacity} is at or above this fraction; both within {@link Limits}. */
    public boolean isReachedBy(long use, long capacity) {
        return use * denominator >= numerator * capacity;
    }

    /** {@code floor(amount × this)}, exact for every non-negative amount, for fractions up to one. */
    public long floorOf(long amount) {
        if (numerator > denominator) {
            throw new IllegalStateException("floorOf is for fractions up to one, not " + this);
        }
        if (numerator == denominator) {
            return amount; // the most common one, and divisions are slow
        }
        return amount / denominator * numerator + amount % denominator * numerator / denominator;
    }

    /** One minus this, for fractions up to one. */
    public Fraction complement() {
        return new Fraction(denominator - numerator, denominator);
    }

    public double toDouble() {
        return (double) numerator / denominator;
    }

    /** For tables and sentences: {@code 71 %}, {@code 66.5 %}. */
    public String toPercentString() {
        String text = String.format(Locale.ROOT, "%.5f", toDouble() * 100);
        int end = text.length();
        while (text.charAt(end - 1) == '0') {
            end--;
        }
        if (text.charAt(end - 1) == '.') {
            end--;
        }
        return text.substring(0, end) + " %";
    }

    @Override
    public int compareTo(Fraction other) {
        return Long.compare(numerator * other.denominator, other.numerator * denominator);
    }

    @Override
    public String toString() {
        return numerator + "/" + denominator;
    }
}
