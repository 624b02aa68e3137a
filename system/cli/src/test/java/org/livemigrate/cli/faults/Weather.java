package org.livemigrate.cli.faults;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.livemigrate.agent.checkpoint.Faults;
import org.livemigrate.protocol.json.Problem;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.MigrationStep;

/** What goes wrong, and how often; each seed has its own climate, so that some storms leave much of the world in peace. */
final class Weather implements SimNetwork.Faults, SimDisk.Faults, Mount.Faults {

    private static final Duration LONG_DELAY = Duration.ofSeconds(60);
    private static final Duration LONG_REPEAT = Duration.ofMinutes(5);
    private static final Duration NFS_ACDIRMAX = Duration.ofSeconds(3);

    private final EventLoop loop;
    private final double loss;
    private final double deaths;
    private final double late;
    private final double repeats;
    private final double storeFailures;
    private final double engineFailures;
    private final double pageFailures;
    private final double diskFailures;
    private final boolean caches;
    private final Map<String, Long> cutUntilNanos = new HashMap<>();
    private long storeBadUntilNanos;
    private long storeSlowUntilNanos;
    private boolean over;
    private long died;

    Weather(EventLoop loop) {
        this.loop = loop;
        this.loss = sometimes(0.3);
        this.deaths = sometimes(0.01);
        this.late = sometimes(0.1);
        this.repeats = sometimes(0.2);
        this.storeFailures = sometimes(0.02);
        this.engineFailures = sometimes(0.2);
        this.pageFailures = sometimes(0.1);
        this.diskFailures = sometimes(0.02);
        this.caches = loop.chance(0.5);
    }

    private double sometimes(double most) {
        return loop.chance(0.5) ? loop.random.nextDouble() * most : 0;
    }

    void over() {
        over = true;
    }

    long died() {
        return died;
    }

    void cutOff(String site, Duration time) {
        loop.tell(() -> site + " is cut off for " + time.toSeconds() + " s");
        cutUntilNanos.put(site, loop.nanos() + time.toNanos());
    }

    void storeFails(Duration time) {
        loop.tell(() -> "the store fails for " + time.toSeconds() + " s");
        storeBadUntilNanos = loop.nanos() + time.toNanos();
    }

    void storeIsSlow(Duration time) {
        loop.tell(() -> "the store is slow for " + time.toSeconds() + " s");
        storeSlowUntilNanos = loop.nanos() + time.toNanos();
    }

    private boolean happens(double probability) {
        return !over && probability > 0 && loop.chance(probability);
    }

    @Override
    public boolean reachable(String from, String to) {
        return over
                || loop.nanos() >= cutUntilNanos.getOrDefault(from, 0L)
                        && loop.nanos() >= cutUntilNanos.getOrDefault(to, 0L);
    }

    @Override
    public boolean loses() {
        return happens(loss);
    }

    @Override
    public boolean lossIsSeen() {
        return over || loop.chance(0.7);
    }

    @Override
    public Duration delay() {
        return happens(late) ? loop.upTo(LONG_DELAY) : Duration.ofMillis(1 + loop.random.nextInt(5));
    }

    @Override
    public Duration again() {
        return happens(repeats) ? loop.upTo(LONG_REPEAT) : null;
    }

    private void mayDie(SimProcess process, String where) {
        if (happens(deaths)) {
            died++;
            loop.tell(() -> process.name() + " dies " + where);
            throw process.die();
        }
    }

    private void mayNotTake(SimProcess process) {
        if (happens(diskFailures)) {
            loop.tell(() -> "the disk of " + process.name() + " fails at a commit");
            throw new ProblemException(new Problem("state-failed", "injected", 503, "injected: the disk is full"));
        }
    }

    @Override
    public void beforeCommit(SimProcess process) {
        mayDie(process, "before a commit");
        mayNotTake(process);
    }

    @Override
    public void afterCommit(SimProcess process) {
        mayDie(process, "after a commit");
        mayNotTake(process);
    }

    @Override
    public void before(SimProcess process, String operation) throws IOException {
        mayDie(process, "before " + operation);
        boolean slow = loop.nanos() < storeSlowUntilNanos && !over;
        if (loop.onFiber() && (slow || happens(storeFailures))) {
            try {
                loop.sleep(loop.upTo(Duration.ofMillis(slow ? 4_000 : 400)));
            } catch (InterruptedException e) {
                throw new ClosedByInterruptException();
            }
        }
        mayFail(operation);
    }

    @Override
    public void after(SimProcess process, String operation) throws IOException {
        mayDie(process, "after " + operation);
        mayFail(operation);
    }

    private void mayFail(String operation) throws IOException {
        if (!over && loop.nanos() < storeBadUntilNanos || happens(storeFailures)) {
            throw new IOException("injected: input/output error at " + operation);
        }
    }

    @Override
    public long cachedNanos() {
        return caches ? loop.upTo(NFS_ACDIRMAX).toNanos() : 0;
    }

    /** How long a part of a container's pages is on its way from the store. */
    Duration pagesTake(Duration most) {
        boolean slow = loop.nanos() < storeSlowUntilNanos && !over;
        return loop.upTo(slow ? most.multipliedBy(5) : most);
    }

    /** The server of pages is killed, or gets an error of the store. */
    boolean pagesFail() {
        return !over && loop.nanos() < storeBadUntilNanos || happens(pageFailures);
    }

    /** A modelled engine fails before, within or after what it does. */
    void atEngine(MigrationStep step, Faults.Moment moment, String container) {
        if (happens(engineFailures)) {
            loop.tell(() -> "the engine fails " + moment + " " + step);
            throw new ProblemException(Problem.internal("injected: " + step.word() + " fails " + moment));
        }
    }
}
