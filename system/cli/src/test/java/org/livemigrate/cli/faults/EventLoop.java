package org.livemigrate.cli.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * One virtual clock, one random seed, one event after the other. Code that blocks (the agents' steps, the controller's
 * calls) runs on threads of its own, of which exactly one ever runs: whoever has to wait runs the loop itself until an
 * event wakes somebody, and hands over. So every run of a seed is the same run, to the last digit of {@link #digest}.
 *
 * <p>After FoundationDB's simulator, with threads in the place of its actors.
 */
final class EventLoop {

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "fiber");
        thread.setDaemon(true);
        return thread;
    });

    private static final int STORY_LINES = 4_000;

    /** Thrown in a process that was killed, wherever it waits or touches the world; no production code catches it. */
    static final class Killed extends VirtualMachineError {
        private static final long serialVersionUID = 1L;

        Killed(String process) {
            super(process + " was killed");
        }

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    /** A thread of a simulated process. */
    static final class Fiber {
        private final SimProcess process;
        private final String name;
        private volatile Thread thread;
        private volatile boolean turn;
        private long ticket;
        private boolean interrupted;
        private boolean waits;

        private Fiber(SimProcess process, String name) {
            this.process = process;
            this.name = name;
        }
    }

    /** Wakes a fiber if it still waits for this ticket, or does some work on behalf of a process, if any. */
    private record Event(
            long atNanos, long order, SimProcess process, String name, Runnable work, Fiber fiber, long ticket)
            implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return atNanos != other.atNanos ? Long.compare(atNanos, other.atNanos) : Long.compare(order, other.order);
        }
    }

    final Random random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Fiber main = new Fiber(null, "main");
    private final Set<Fiber> fibers = new LinkedHashSet<>();
    private final List<String> story;
    private final Runnable afterEvent;
    private Fiber current = main;
    private long nowNanos;
    private long order;
    private long digest = 0xcbf29ce484222325L;
    private long happened;
    private String violation;
    private boolean over;

    /**
     * @param tells whether the story is kept, which costs time
     * @param afterEvent looks at the world after every event
     */
    EventLoop(long seed, boolean tells, Runnable afterEvent) {
        this.random = new Random(seed);
        this.story = tells ? new ArrayList<>() : null;
        this.afterEvent = afterEvent;
        main.thread = Thread.currentThread();
    }

    long nanos() {
        return nowNanos;
    }

    /** The same for two runs of the same events. */
    long digest() {
        return digest;
    }

    long happened() {
        return happened;
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    Duration upTo(Duration most) {
        return Duration.ofNanos((long) (random.nextDouble() * most.toNanos()));
    }

    /** One more line of the story. */
    void tell(Supplier<String> line) {
        if (story != null) {
            story.add(String.format("%10.3f s  ", nowNanos / 1e9) + line.get());
            if (story.size() > STORY_LINES) {
                story.remove(0);
            }
        }
    }

    String story() {
        return story == null ? "" : String.join("\n", story);
    }

    /** Something happened that must never happen; the first one is kept, and the run ends. */
    void violated(String what) {
        if (violation == null) {
            violation = String.format("at %.3f s: %s", nowNanos / 1e9, what);
            tell(() -> "VIOLATED: " + what);
            events.add(new Event(nowNanos, -1, null, "violation", null, main, main.ticket));
        }
    }

    Optional<String> violation() {
        return Optional.ofNullable(violation);
    }

    /** Some work at a later time; it is not done when its process is dead by then, and later when it is paused. */
    void after(Duration delay, SimProcess process, String name, Runnable work) {
        events.add(new Event(nowNanos + Math.max(0, delay.toNanos()), ++order, process, name, work, null, 0));
    }

    /** A new thread of the process. */
    Fiber start(SimProcess process, String name, Runnable body) {
        Fiber fiber = new Fiber(process, name);
        fibers.add(fiber);
        fiber.waits = true;
        fiber.ticket = 1;
        events.add(new Event(nowNanos, ++order, process, name, body, fiber, 1));
        return fiber;
    }

    /** The present thread waits. */
    void sleep(Duration time) throws InterruptedException {
        if (time.isZero() || time.isNegative()) {
            return;
        }
        Fiber me = requireFiber();
        wakeAt(me, nowNanos + time.toNanos());
        block(me);
    }

    /**
     * The present thread waits for an answer.
     *
     * @return false when it did not come in time
     */
    boolean await(CompletableFuture<?> answer, Duration atMost) throws InterruptedException {
        Fiber me = requireFiber();
        if (answer.isDone()) {
            return true;
        }
        long ticket = me.ticket + 1;
        answer.whenComplete((value, failure) -> {
            if (me.ticket == ticket && me.waits) {
                events.add(new Event(nowNanos, ++order, me.process, me.name, null, me, ticket));
            }
        });
        wakeAt(me, nowNanos + atMost.toNanos());
        block(me);
        return answer.isDone();
    }

    void interrupt(Fiber fiber) {
        fiber.interrupted = true;
        if (fiber.waits && fiber.thread != null) {
            events.add(new Event(nowNanos, ++order, fiber.process, fiber.name, null, fiber, fiber.ticket));
        }
    }

    /** Every thread of a process that died comes to its end, now. */
    void unwind(SimProcess process) {
        for (Fiber fiber : List.copyOf(fibers)) {
            if (fiber.process == process && fiber.waits) {
                if (fiber.thread == null) {
                    fibers.remove(fiber); // never began
                    fiber.waits = false;
                    fiber.ticket++;
                } else {
                    events.add(new Event(nowNanos, ++order, null, fiber.name, null, fiber, fiber.ticket));
                }
            }
        }
    }

    /** Whether the present code may wait. */
    boolean onFiber() {
        return current != null && current != main;
    }

    /** Ends all threads; to be called last, by the one that made this. */
    void close() {
        over = true;
        for (Fiber fiber : List.copyOf(fibers)) {
            if (fiber.thread != null && fiber.waits) {
                fiber.waits = false;
                current = fiber;
                fiber.turn = true;
                LockSupport.unpark(fiber.thread);
                awaitTurn(main);
            }
        }
    }

    private Fiber requireFiber() {
        if (current == null) {
            throw new IllegalStateException("an event's work may not wait");
        }
        return current;
    }

    private void wakeAt(Fiber fiber, long atNanos) {
        fiber.ticket++;
        fiber.waits = true;
        events.add(new Event(atNanos, ++order, fiber.process, fiber.name, null, fiber, fiber.ticket));
    }

    private void block(Fiber me) throws InterruptedException {
        requireAlive(me);
        if (me.interrupted) {
            me.interrupted = false;
            throw new InterruptedException();
        }
        drive(me);
        requireAlive(me);
        if (me.interrupted) {
            me.interrupted = false;
            throw new InterruptedException();
        }
    }

    private void requireAlive(Fiber me) {
        if (me != main && (over || !me.process.alive())) {
            me.waits = false;
            throw new Killed(me.process.name());
        }
    }

    /** Runs events until one wakes {@code me}; with {@code null}, until the next thread runs. */
    private void drive(Fiber me) {
        current = null;
        while (true) {
            if (over) {
                give(main, me);
                return;
            }
            if (violation == null) {
                afterEvent.run();
            }
            Event event = events.remove();
            if (event.process != null) {
                if (!event.process.alive()) {
                    continue;
                }
                if (event.process.paused()) {
                    event.process.defer(() -> events.add(new Event(
                            nowNanos, ++order, event.process, event.name, event.work, event.fiber, event.ticket)));
                    continue;
                }
            }
            if (event.fiber != null && (event.ticket != event.fiber.ticket || !event.fiber.waits)) {
                continue; // woken by something else
            }
            nowNanos = Math.max(nowNanos, event.atNanos);
            note(event);
            if (event.fiber == null) {
                work(event);
                continue;
            }
            event.fiber.waits = false;
            current = event.fiber;
            if (event.fiber == me) {
                return;
            }
            if (event.work != null) {
                THREADS.execute(() -> live(event.fiber, event.work));
                if (me != null) {
                    awaitTurn(me);
                }
                return;
            }
            give(event.fiber, me);
            return;
        }
    }

    private void give(Fiber next, Fiber me) {
        current = next;
        next.turn = true;
        LockSupport.unpark(next.thread);
        if (me != null) {
            awaitTurn(me);
        }
    }

    private static void awaitTurn(Fiber me) {
        while (!me.turn) {
            LockSupport.park(me);
            Thread.interrupted(); // production code marks threads as interrupted; here the fiber is
        }
        me.turn = false;
    }

    private void live(Fiber fiber, Runnable body) {
        fiber.thread = Thread.currentThread();
        try {
            body.run();
        } catch (Killed expected) {
            tell(() -> fiber.name + " ended: " + expected.getMessage());
        } catch (RuntimeException | Error e) {
            unexpected(fiber.name, e);
        } finally {
            Thread.interrupted();
            fibers.remove(fiber);
        }
        drive(null);
    }

    private void work(Event event) {
        try {
            event.work.run();
        } catch (Killed expected) {
            tell(() -> event.name + " ended: " + expected.getMessage());
        } catch (RuntimeException | Error e) {
            unexpected(event.name, e);
        }
    }

    private void unexpected(String where, Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (String.valueOf(cause.getMessage()).contains("injected")) {
                return;
            }
        }
        StringBuilder trace = new StringBuilder();
        for (StackTraceElement element : e.getStackTrace()) {
            trace.append("\n    at ").append(element);
        }
        violated(where + " threw " + e + trace);
    }

    private void note(Event event) {
        happened++;
        digest = (digest ^ event.atNanos) * 0x100000001b3L;
        digest = (digest ^ event.name.hashCode()) * 0x100000001b3L;
    }
}
