package org.livemigrate.benchmarks.migration.run;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.livemigrate.benchmarks.migration.row.Row;
import org.livemigrate.benchmarks.migration.sweep.Workload;
import org.livemigrate.protocol.container.ContainerFacts;

/** A client in the server's own container, which is moved with it ({@code benchmarks/lab/probe/redis-load.c}). */
final class ClientInside implements ServerClient {

    private final ContainerFacts container;
    private final Observed source;
    private long before;

    ClientInside(ContainerFacts container, Observed source) {
        this.container = container;
        this.source = source;
    }

    /**
     * The latest line that it has written.
     *
     * @param checked replies so far
     * @param wrong 1 once one was wrong or the connection broke, after which the client ends
     */
    record Told(long checked, long wrong) {

        /** @throws IOException when there is no whole line of {@code CHECKED WRONG REALTIME_NS} */
        static Told of(String log) throws IOException {
            String[] lines = log.substring(0, log.lastIndexOf('\n') + 1).split("\n", -1);
            String[] fields = lines.length < 2 ? new String[0] : lines[lines.length - 2].split(" ", -1);
            try {
                return new Told(Long.parseLong(fields[0]), Long.parseLong(fields[1]));
            } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
                throw new IOException("the client has not told how many replies it has checked", e);
            }
        }
    }

    @Override
    public void begins() throws IOException, InterruptedException {
        before = told(source).checked();
    }

    @Override
    public Row.Replies ended(Observed home) throws IOException, InterruptedException {
        return ended(() -> told(home), REPLIES_WITHIN);
    }

    /** Reads what the client has written by now. */
    interface Log {
        Told latest() throws IOException, InterruptedException;
    }

    /** What it told by the time of the end may all be from before the freeze: only more than that proves that it goes on. */
    Row.Replies ended(Log log, Duration within) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + within.toNanos();
        long atEnd = log.latest().checked();
        while (true) {
            Told now = log.latest();
            if (now.checked() > atEnd || now.wrong() > 0) {
                return new Row.Replies(before, null, now.checked(), now.wrong(), null);
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("the server's client has had no reply for " + within.toSeconds()
                        + " s after the migration's end");
            }
        }
    }

    private Told told(Observed host) throws IOException, InterruptedException {
        return Told.of(host.read(container, Workload.REPLIES));
    }

    /** It told its container's log. */
    @Override
    public Optional<String> fault() {
        return Optional.empty();
    }

    /** It ends with its container. */
    @Override
    public void close() {}
}
