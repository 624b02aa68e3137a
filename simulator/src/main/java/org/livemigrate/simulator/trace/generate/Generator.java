package org.livemigrate.simulator.trace.generate;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.math3.distribution.ExponentialDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.ParetoDistribution;
import org.apache.commons.math3.random.RandomGenerator;
import org.apache.commons.math3.random.Well19937c;
import org.livemigrate.simulator.trace.Samples;
import org.livemigrate.simulator.trace.Series;
import org.livemigrate.simulator.trace.Workload;
import org.livemigrate.simulator.trace.generate.GeneratorSpec.Profile;

/**
 * A seeded workload without any trace. It is made row by row, so a month of 100,000 containers needs memory for one row.
 *
 * <p>Use of container i at time t, in percent: {@code base_i · (1 + a_i · sin(2π(t/day − phase_i)))}, plus a burst while
 * one lasts, plus a common spike when the container takes part in one, plus noise, clipped to 0–100. Means are Pareto
 * (shape 1.5) distributed where the profile is heavy-tailed, burst lengths and pauses exponential, phases normal. The
 * sine comes from StrictMath and the distributions from Commons Math, so the bytes are the same on every JDK.
 */
public final class Generator implements Workload {
    private static final double DAY_MS = 86_400_000;
    private static final double TAIL_SHAPE = 1.5;
    private static final double BURST_MEAN_STEPS = 6;
    private static final double PAUSE_MEAN_STEPS = 90;
    private static final double SPIKES_PER_DAY = 4;
    private static final double SPIKE_SHARE = 0.15;
    private static final int WAVE_POINTS = 4096;

    private final GeneratorSpec spec;
    private final List<Series> series;
    private final float[] base;
    private final float[] swing;
    private final float[] phase;
    private final float[] wave = new float[WAVE_POINTS];

    /** Draws what is fixed per container. */
    public Generator(GeneratorSpec spec) {
        this.spec = spec;
        int n = spec.containers();
        base = new float[n];
        swing = new float[n];
        phase = new float[n];
        for (int i = 0; i < WAVE_POINTS; i++) {
            wave[i] = (float) StrictMath.sin(2 * Math.PI * i / WAVE_POINTS);
        }
        RandomGenerator random = new Well19937c(spec.seed());
        boolean tailed = has(Profile.HEAVY_TAILED);
        boolean daily = has(Profile.DIURNAL);
        // a Pareto variable with scale m has the mean m·k/(k−1)
        ParetoDistribution tail =
                new ParetoDistribution(random, spec.meanPercent() * (TAIL_SHAPE - 1) / TAIL_SHAPE, TAIL_SHAPE);
        NormalDistribution spread = new NormalDistribution(random, 0, 0.08);
        int digits = Math.max(5, String.valueOf(n - 1).length());
        List<Series> named = new ArrayList<>(n);
        for (int i = 0; i < n; i++) {
            base[i] = (float) Math.min(95, tailed ? tail.sample() : spec.meanPercent());
            swing[i] = daily ? (float) (0.3 + 0.5 * random.nextDouble()) : 0;
            phase[i] = (float) spread.sample();
            named.add(new Series(
                    String.format(Locale.ROOT, "c%0" + digits + "d", i), spec.cpuMillicores(), spec.memoryBytes()));
        }
        series = List.copyOf(named);
    }

    private boolean has(Profile profile) {
        return spec.profile() == profile || spec.profile() == Profile.MIXED;
    }

    @Override
    public String name() {
        return "generated:" + spec.profile().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public List<Series> series() {
        return series;
    }

    @Override
    public long stepMs() {
        return spec.stepMs();
    }

    @Override
    public long startEpochMs() {
        return 0;
    }

    @Override
    public int samples() {
        return spec.samples();
    }

    @Override
    public Cursor cursor() {
        return new Pass();
    }

    /** One pass; a container's randomness is a stream of its own, seeded by its index. */
    private final class Pass implements Cursor {
        private final byte[] row = new byte[base.length];
        private final long[] state = new long[base.length];
        private final int[] changeAt = new int[base.length];
        private final byte[] burst = new byte[base.length];
        private final boolean bursty = has(Profile.BURSTY);
        private final boolean spiky = has(Profile.SPIKES);
        private final RandomGenerator common = new Well19937c(~spec.seed());
        private final ExponentialDistribution spikePause =
                new ExponentialDistribution(common, DAY_MS / SPIKES_PER_DAY / spec.stepMs());
        private final int[] exponential = exponentialTable();
        private double nextSpike = spikePause.sample();
        private int spikeUntil = -1;
        private double spikePercent;
        private long spikeSalt;
        private int tick;

        Pass() {
            for (int i = 0; i < state.length; i++) {
                state[i] = mix(spec.seed() * 0x9E3779B97F4A7C15L + i);
                changeAt[i] = (int) (exponential[next(i) >>> 22] * PAUSE_MEAN_STEPS / 256);
            }
        }

        @Override
        public byte[] next() {
            if (tick == spec.samples()) {
                return null;
            }
            if (spiky && tick >= nextSpike) {
                spikeUntil = tick + 1 + common.nextInt(3);
                spikePercent = 20 + 60 * common.nextDouble();
                spikeSalt = common.nextLong();
                nextSpike = tick + 1 + spikePause.sample();
            }
            boolean spike = tick < spikeUntil;
            double day = tick * (double) spec.stepMs() / DAY_MS;
            for (int i = 0; i < row.length; i++) {
                int turn = (int) ((day - phase[i] + 1 - (long) day) * WAVE_POINTS) & (WAVE_POINTS - 1);
                double percent = base[i] * (1 + swing[i] * wave[turn]);
                int draw = next(i);
                if (bursty) {
                    if (tick >= changeAt[i]) {
                        toggle(i);
                    }
                    percent += burst[i];
                }
                if (spike && (mix(spikeSalt + i) >>> 11) * 0x1p-53 < SPIKE_SHARE) {
                    percent += spikePercent;
                }
                // the sum of four bytes is near enough to normal: mean 510, sd 147.8
                int sum = (draw & 0xff) + (draw >>> 8 & 0xff) + (draw >>> 16 & 0xff) + (draw >>> 24);
                percent += (sum - 510) * (0.02 + base[i] * 0.001);
                row[i] = Samples.encode(Math.max(0, Math.min(100, percent)));
            }
            tick++;
            return row;
        }

        private void toggle(int i) {
            boolean on = burst[i] == 0;
            burst[i] = on ? (byte) (20 + (next(i) >>> 1) % 60) : 0;
            double mean = on ? BURST_MEAN_STEPS : PAUSE_MEAN_STEPS;
            changeAt[i] = tick + 1 + (int) (exponential[next(i) >>> 22] * mean / 256);
        }

        private int next(int i) {
            state[i] += 0x9E3779B97F4A7C15L;
            return (int) (mix(state[i]) >>> 32);
        }
    }

    /** The quantiles of the exponential distribution with mean 256, at 1024 points: a draw is then one look-up. */
    private static int[] exponentialTable() {
        ExponentialDistribution unit = new ExponentialDistribution(null, 256);
        int[] table = new int[1024];
        for (int i = 0; i < table.length; i++) {
            table[i] = (int) unit.inverseCumulativeProbability((i + 0.5) / table.length);
        }
        return table;
    }

    /** SplitMix64's finaliser (Steele, Lea, Flood, OOPSLA 2014). */
    private static long mix(long z) {
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        return z ^ z >>> 31;
    }
}
