package org.livemigrate.cli.faults;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.livemigrate.agent.runtime.Threads;
import org.livemigrate.controller.time.Timeline;

/** One life of a process: it can be paused, and killed at any moment; what starts afterwards is another one. */
final class SimProcess {

    private static final Instant ORIGIN = Instant.parse("2026-01-01T00:00:00Z");

    private final EventLoop loop;
    private final String name;
    private final Supplier<Duration> wallOffset;
    private final List<Runnable> deferred = new ArrayList<>();
    private final List<Runnable> mourners = new ArrayList<>();
    private boolean alive = true;
    private boolean paused;

    /** @param wallOffset how far the machine's clock is off */
    SimProcess(EventLoop loop, String name, Supplier<Duration> wallOffset) {
        this.loop = loop;
        this.name = name;
        this.wallOffset = wallOffset;
    }

    String name() {
        return name;
    }

    boolean alive() {
        return alive;
    }

    boolean paused() {
        return paused;
    }

    /** To be called by everything that reaches out of the process. */
    void requireAlive() {
        if (!alive) {
            throw new EventLoop.Killed(name);
        }
    }

    /** It dies here and now. */
    EventLoop.Killed die() {
        kill();
        return new EventLoop.Killed(name);
    }

    void kill() {
        if (alive) {
            loop.tell(() -> name + " is killed");
            alive = false;
            loop.unwind(this);
            List.copyOf(mourners).forEach(Runnable::run);
        }
    }

    void onDeath(Runnable told) {
        mourners.add(told);
    }

    void forget(Runnable told) {
        mourners.remove(told);
    }

    /** As SIGSTOP and SIGCONT. */
    void pause(boolean value) {
        paused = value;
        if (!value) {
            List<Runnable> due = List.copyOf(deferred);
            deferred.clear();
            due.forEach(Runnable::run);
        }
    }

    void defer(Runnable event) {
        deferred.add(event);
    }

    Threads threads() {
        return new SimThreads(loop, this);
    }

    Instant now() {
        return ORIGIN.plusNanos(loop.nanos()).plus(wallOffset.get());
    }

    Clock clock() {
        return new Clock() {
            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return now();
            }
        };
    }

    Timeline timeline() {
        return new Timeline() {
            @Override
            public Instant now() {
                return SimProcess.this.now();
            }

            @Override
            public long nanos() {
                return loop.nanos();
            }

            @Override
            public Cancellation after(Duration delay, Runnable task) {
                boolean[] cancelled = {false};
                loop.after(delay, SimProcess.this, name, () -> {
                    if (!cancelled[0]) {
                        task.run();
                    }
                });
                return () -> cancelled[0] = true;
            }
        };
    }
}
