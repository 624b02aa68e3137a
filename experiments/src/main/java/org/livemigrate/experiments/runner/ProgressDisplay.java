package org.livemigrate.experiments.runner;

import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells how far the running experiments are and how long they will still take: on a terminal in one line that is
 * redrawn, elsewhere in a line now and then. Safe for several threads.
 */
public final class ProgressDisplay {
    private static final Duration TERMINAL_PAUSE = Duration.ofMillis(250);
    private static final Duration PLAIN_PAUSE = Duration.ofSeconds(10);

    private final PrintStream out;
    private final boolean terminal;
    private final Clock clock;
    private final Map<String, Running> running = new LinkedHashMap<>();
    private Instant lastShown = Instant.EPOCH;
    private int lastWidth;

    private static final class Running {
        private final Instant started;
        private final Duration expected;
        private long done;
        private long total = 1;

        private Running(Instant started, Duration expected) {
            this.started = started;
            this.expected = expected;
        }
    }

    public ProgressDisplay(PrintStream out, boolean terminal, Clock clock) {
        this.out = out;
        this.terminal = terminal;
        this.clock = clock;
    }

    synchronized void begin(String name, Duration expected) {
        running.put(name, new Running(clock.instant(), expected));
        line(name + ": runs, about " + human(expected));
    }

    synchronized void advance(String name, long done, long total) {
        Running state = running.get(name);
        state.done = done;
        state.total = Math.max(1, total);
        Instant now = clock.instant();
        if (Duration.between(lastShown, now).compareTo(terminal ? TERMINAL_PAUSE : PLAIN_PAUSE) >= 0) {
            lastShown = now;
            show(now);
        }
    }

    synchronized void end(Outcome outcome) {
        running.remove(outcome.name());
        String what = switch (outcome.status()) {
            case DONE -> "done in " + human(outcome.elapsed());
            case UP_TO_DATE -> "up to date; " + outcome.message();
            case NEEDS -> "not run; " + outcome.message();
            case FAILED -> "FAILED; " + outcome.message();
        };
        line(outcome.name() + ": " + what);
    }

    private void show(Instant now) {
        StringBuilder text = new StringBuilder();
        running.forEach((name, state) -> text.append(text.length() == 0 ? "" : " | ")
                .append(name)
                .append(' ')
                .append(100 * state.done / state.total)
                .append(" %, ")
                .append(human(left(state, now)))
                .append(" left"));
        if (terminal) {
            wipe();
            out.print(text);
            lastWidth = text.length();
            out.flush();
        } else {
            line(text.toString());
        }
    }

    private static Duration left(Running state, Instant now) {
        Duration elapsed = Duration.between(state.started, now);
        if (state.done == 0) {
            Duration rest = state.expected.minus(elapsed);
            return rest.isNegative() ? Duration.ZERO : rest;
        }
        return Duration.ofMillis(elapsed.toMillis() * (state.total - state.done) / state.done);
    }

    private void line(String text) {
        wipe();
        out.println(text);
        out.flush();
    }

    private void wipe() {
        if (lastWidth > 0) {
            out.print("\r" + " ".repeat(lastWidth) + "\r");
            lastWidth = 0;
        }
    }

    /** {@code 0.4 s}, {@code 12 s}, {@code 3 min 20 s}. */
    public static String human(Duration time) {
        long ms = time.toMillis();
        if (ms < 9_950) {
            return (ms + 50) / 1000 + "." + (ms + 50) % 1000 / 100 + " s";
        }
        long seconds = (ms + 500) / 1000;
        return seconds < 120 ? seconds + " s" : seconds / 60 + " min " + seconds % 60 + " s";
    }
}
