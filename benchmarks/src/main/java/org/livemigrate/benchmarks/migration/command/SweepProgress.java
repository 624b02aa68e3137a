package org.livemigrate.benchmarks.migration.command;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.run.Harness;
import org.livemigrate.benchmarks.migration.sweep.Run;

/** Two lines a migration: what begins and how long the rest will take, and what came out. */
final class SweepProgress implements Harness.Progress {
    private final PrintWriter out;

    SweepProgress(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void begins(int number, int of, Run run, Optional<Duration> left) {
        out.println("[" + number + "/" + of + "] " + run.key()
                + left.map(t -> ", about " + words(t) + " left").orElse(""));
        out.flush();
    }

    private static String words(Duration time) {
        return time.toMinutes() >= 2 ? time.toMinutes() + " min" : time.toSeconds() + " s";
    }

    @Override
    public void ended(Row row) {
        out.println(
                row.outcome().equals(Row.COMMITTED)
                        ? String.format(
                                Locale.ROOT,
                                "    checkpoint %d ms, restore %d ms, felt %.0f ms, total %d ms",
                                row.checkpointMs(),
                                row.restoreMs(),
                                row.downtimeFeltMs(),
                                row.totalMs())
                        : "    " + row.outcome() + ": " + row.reason());
        out.flush();
    }
}
