package org.livemigrate.simulator.metrics;

import java.util.Arrays;

/**
 * What each container asked for and lost.
 *
 * <p>PDM (Beloglazov and Buyya 2012, eq. 9): CPU lost to migrations over CPU asked for, per container, then the mean over
 * the containers that asked for any. Lost is the degradation while it is copied, and all of its demand while it stands
 * still. Pooled is the sum over the sum, which is what CloudSim prints.
 */
public final class ContainerMeters {
    private final long[] asked;
    private final long[] lostUs;
    private final long stepUs;
    private long[] downtimesUs = new long[64];
    private int downtimes;

    /** @param stepUs how long each sample holds */
    public ContainerMeters(int containers, long stepUs) {
        asked = new long[containers];
        lostUs = new long[containers];
        this.stepUs = stepUs;
    }

    /** Millicores asked for, summed over the samples; the engine's hot loop adds to it. */
    public long[] askedPerSample() {
        return asked;
    }

    /** Lost CPU, in millicore-microseconds. */
    public void lose(int container, long millicoreUs) {
        lostUs[container] += millicoreUs;
    }

    /** A migration made its container stand still for so long. */
    public void downtime(long us) {
        if (downtimes == downtimesUs.length) {
            downtimesUs = Arrays.copyOf(downtimesUs, downtimes * 2);
        }
        downtimesUs[downtimes++] = us;
    }

    /** Mean over the containers of lost over asked. */
    public double pdm() {
        double sum = 0;
        int containers = 0;
        for (int c = 0; c < asked.length; c++) {
            if (asked[c] > 0) {
                sum += lostUs[c] / ((double) asked[c] * stepUs);
                containers++;
            }
        }
        return containers == 0 ? 0 : sum / containers;
    }

    /** All lost over all asked. */
    public double pdmPooled() {
        double lost = 0;
        for (long us : lostUs) {
            lost += us;
        }
        double all = askedMillicoreSeconds();
        return all == 0 ? 0 : lost * 1e-6 / all;
    }

    /** All that was asked for, in millicore-seconds. */
    public double askedMillicoreSeconds() {
        double sum = 0;
        for (long a : asked) {
            sum += a;
        }
        return sum * stepUs * 1e-6;
    }

    /** The downtimes' summary, in milliseconds. */
    public Downtime downtime() {
        long[] sorted = Arrays.copyOf(downtimesUs, downtimes);
        Arrays.sort(sorted);
        return new Downtime(
                downtimes,
                Quantiles.nearestRank(sorted, 0.5) / 1000.0,
                Quantiles.nearestRank(sorted, 0.99) / 1000.0,
                Arrays.stream(sorted).sum() / 1000.0);
    }

    /** How long migrated containers stood still. */
    public record Downtime(int count, double p50Ms, double p99Ms, double sumMs) {}
}
