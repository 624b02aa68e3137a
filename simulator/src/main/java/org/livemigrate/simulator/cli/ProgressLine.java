package org.livemigrate.simulator.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.livemigrate.simulator.sweep.Sweep;

/**
 * How far a sweep is and how long it will take: on a terminal one line that is written over twice a second, elsewhere a
 * line every ten seconds; nothing in the first second.
 */
final class ProgressLine implements Sweep.Progress {
    private static final long QUIET_NANOS = 1_000_000_000L;

    private final PrintWriter out;
    private final boolean quiet;
    private final boolean terminal;
    private final long everyNanos;
    private final LongSupplier nanoTime;
    private final long started;
    private long last;
    private boolean shown;

    ProgressLine(PrintWriter out, boolean quiet, boolean terminal, LongSupplier nanoTime) {
        this.out = out;
        this.quiet = quiet;
        this.terminal = terminal;
        everyNanos = terminal ? 500_000_000L : 10_000_000_000L;
        this.nanoTime = nanoTime;
        started = nanoTime.getAsLong();
        last = terminal ? started + QUIET_NANOS - everyNanos : started;
    }

    @Override
    public void done(long rows, long ofRows) {
        long now = nanoTime.getAsLong();
        if (quiet || now - last < everyNanos) {
            return;
        }
        last = now;
        shown = true;
        double seconds = (now - started) * 1e-9;
        out.printf(
                Locale.ROOT,
                terminal
                        ? "\rsimulating: %.1f %%, %.0f s, about %.0f s left   "
                        : "simulating: %.1f %%, %.0f s, about %.0f s left%n",
                100.0 * rows / ofRows,
                seconds,
                seconds * (ofRows - rows) / rows);
        out.flush();
    }

    void finish() {
        if (shown && terminal) {
            out.println();
            out.flush();
        }
    }
}
