package org.livemigrate.cli.console;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Steps of a long command, told as they begin, with the time since the command began. */
public final class Progress {

    private final PrintStream out;
    private final long startedNs = System.nanoTime();

    public Progress(PrintStream out) {
        this.out = out;
    }

    public void step(String what) {
        out.printf(Locale.ROOT, "[%5.1f s] %s%n", elapsed().toMillis() / 1000.0, what);
        out.flush();
    }

    public Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - startedNs);
    }
}
