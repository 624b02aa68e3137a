package org.livemigrate.scheduler.model;

/**
 * The largest values that a snapshot accepts. They are far beyond any machine, and small enough that the product of
 * two CPU figures, or of one and a {@link Fraction} part, fits a {@code long}: loads are compared exactly.
 */
public final class Limits {
    /** Two million cores: the most that one host may have or be asked for. */
    public static final long MAX_CPU_MILLICORES = 2_000_000_000L;

    /** One exbibyte: the most memory that one container or limited host may have. */
    public static final long MAX_MEMORY_BYTES = 1L << 60;

    private Limits() {}
}
