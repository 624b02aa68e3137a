package org.livemigrate.simulator.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.livemigrate.simulator.sweep.Sweep;

/** How far a sweep is and how long it will take, on one line, at most twice a second and not in the first second. */
final class ProgressLine implements Sweep.Progress {
    private static final long EVERY_NANOS = 500_000_000L;
    private static final long QUIET_NANOS = 1_000_000_000L;

    private final PrintWriter out;
    private final boolean quiet;
    private final LongSupplier nanoTime;
    private final long started;
    private long last;
    private boolean shown;

    ProgressLine(PrintWriter out, boolean quiet, LongSupplier nanoTime) {
        this.out = out;
        this.quiet = quiet;
        this.nanoTime = nanoTime;
        started = nanoTime.getAsLong();
        last = started + QUIET_NANOS - EVERY_NANOS;
    }

    @Override
    public void done(long rows, long ofRows) {
        long now = nanoTime.getAsLong();
        if (quiet || now - last < EVERY_NANOS) {
            return;
        }
        last = now;
        shown = true;
        double seconds = (now - started) * 1e-9;
        out.printf(
                Locale.ROOT,
                "\rsimulating: %.1f %%, %.0f s, about %.0f s left   ",
                100.0 * rows / ofRows,
                seconds,
                seconds * (ofRows - rows) / rows);
        out.flush();
    }

    void finish() {
        if (shown) {
            out.println();
            out.flush();
        }
    }
}
