package org.livemigrate.experiments.scenario;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.livemigrate.simulator.engine.Scenario;
import org.livemigrate.simulator.fleet.HostSpec;
import org.livemigrate.simulator.trace.Samples;
import org.livemigrate.simulator.trace.Trace;

/** Demand made from demand. */
public final class Demand {
    /**
     * How often hosts are sampled where a trace of five minutes stands for a live fleet. Live it is every 5 s; the demand
     * does not change in between, so a minute, the live interval, is as good and costs less.
     */
    public static final long LIVE_SAMPLES_MS = 60_000;

    private Demand() {}

    /**
     * The same demand, looked at more often: what a sample says holds until the next, so guards that count samples wait
     * as long as they do live and not for the next line of a trace.
     *
     * @throws IllegalArgumentException when the step is no whole part of the trace's
     */
    public static Trace sampledEvery(Trace trace, long stepMs) {
        if (stepMs <= 0 || trace.stepMs() % stepMs != 0) {
            throw new IllegalArgumentException(
                    "A step of " + trace.stepMs() + " ms has no whole number of " + stepMs + " ms.");
        }
        int times = (int) (trace.stepMs() / stepMs);
        byte[][] rows = new byte[trace.samples() * times][];
        for (int k = 0; k < rows.length; k++) {
            rows[k] = trace.rows()[k / times];
        }
        return with(trace, stepMs, rows);
    }

    /** The first so many samples of it. */
    public static Trace first(Trace trace, int samples) {
        return with(trace, trace.stepMs(), Arrays.copyOf(trace.rows(), samples));
    }

    /**
     * Its whole days from its start on, each as a trace of its own.
     *
     * @throws IllegalArgumentException when a day is no whole number of its steps
     */
    public static List<Trace> days(Trace trace) {
        long dayMs = Duration.ofDays(1).toMillis();
        if (dayMs % trace.stepMs() != 0) {
            throw new IllegalArgumentException("A day is no whole number of steps of " + trace.stepMs() + " ms.");
        }
        int perDay = (int) (dayMs / trace.stepMs());
        List<Trace> days = new ArrayList<>();
        for (int from = 0; from + perDay <= trace.samples(); from += perDay) {
            byte[][] rows = Arrays.copyOfRange(trace.rows(), from, from + perDay);
            days.add(with(trace, trace.stepMs(), trace.startEpochMs() + from * trace.stepMs(), rows));
        }
        return days;
    }

    /**
     * The same containers with each one's deviations from its own mean so many times as large: at 0 all of them ask for
     * their mean all the time, at 1 it is the trace as recorded; above 1 what would be below 0 or above 100 % is cut off,
     * which changes the means a little.
     */
    public static Trace burstier(Trace trace, double factor) {
        if (factor == 1) {
            return trace;
        }
        byte[][] rows = new byte[trace.samples()][trace.series().size()];
        for (int c = 0; c < trace.series().size(); c++) {
            double sum = 0;
            int present = 0;
            for (byte[] row : trace.rows()) {
                if (row[c] != Samples.ABSENT) {
                    sum += Samples.percent(row[c]);
                    present++;
                }
            }
            double mean = present == 0 ? 0 : sum / present;
            for (int k = 0; k < rows.length; k++) {
                byte sample = trace.rows()[k][c];
                double percent = mean + factor * (Samples.percent(sample) - mean);
                rows[k][c] = sample == Samples.ABSENT ? sample : Samples.encode(Math.max(0, Math.min(100, percent)));
            }
        }
        return with(trace, trace.stepMs(), rows);
    }

    private static Trace with(Trace trace, long stepMs, byte[][] rows) {
        return with(trace, stepMs, trace.startEpochMs(), rows);
    }

    private static Trace with(Trace trace, long stepMs, long startEpochMs, byte[][] rows) {
        return new Trace(trace.name(), trace.series(), stepMs, startEpochMs, rows, trace.filled());
    }

    /** Demand over capacity of the whole fleet, as a mean over the scenario's time. */
    public static double meanLoad(Scenario scenario, Trace trace) {
        List<HostSpec> hosts = scenario.fleet().hosts();
        long capacity = hosts.stream().mapToLong(HostSpec::capacityMillicores).sum();
        double sum = 0;
        for (byte[] row : trace.rows()) {
            for (int c = 0; c < row.length; c++) {
                sum += Samples.millicores(row[c], scenario.sizes().get(c).cpuMillicores());
            }
        }
        return sum / trace.samples() / capacity;
    }
}
