package org.livemigrate.simulator.trace;

/**
 * How a sample is kept: one byte, in half percents of what the container was given. A whole percent (PlanetLab,
 * Alibaba) is exact, anything finer is off by at most a quarter of a percent.
 */
public final class Samples {
    /** Steps per whole: 200 half percents are 100 %. */
    public static final int STEPS = 200;

    /** The container does not exist at that time. */
    public static final byte ABSENT = (byte) 255;

    /** The largest use that can be kept, in percent; some traces go above 100 % by their monitors' rounding. */
    public static final double MAX_PERCENT = 127;

    private Samples() {}

    /** Rounds half up. */
    public static byte encode(double percent) {
        return (byte) (int) (percent * 2 + 0.5);
    }

    /** What {@link #encode} kept. */
    public static double percent(byte sample) {
        return (sample & 0xff) / 2.0;
    }

    /** The demand of a container that was given so much, to the nearest millicore; none when it is absent. */
    public static long millicores(byte sample, long givenMillicores) {
        return sample == ABSENT ? 0 : ((sample & 0xff) * givenMillicores + STEPS / 2) / STEPS;
    }
}
