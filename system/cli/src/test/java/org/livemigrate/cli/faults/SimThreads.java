package org.livemigrate.cli.faults;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.livemigrate.agent.runtime.Threads;

/** Threads of a process that wait in virtual time. */
record SimThreads(EventLoop loop, SimProcess process) implements Threads {

    @Override
    public ExecutorService pool(String name, int most) {
        return new Pool(name, most);
    }

    @Override
    public ScheduledExecutorService timer(String name) {
        return new Pool(name, 1);
    }

    private final class Pool extends AbstractExecutorService implements ScheduledExecutorService {
        private final String name;
        private final int most;
        private final Deque<Runnable> waiting = new ArrayDeque<>();
        private final Set<EventLoop.Fiber> running = new LinkedHashSet<>();
        private boolean shutdown;

        Pool(String name, int most) {
            this.name = process.name() + " " + name;
            this.most = most;
        }

        @Override
        public void execute(Runnable task) {
            if (shutdown) {
                throw new RejectedExecutionException(name + " is shut down");
            }
            waiting.add(task);
            startWaiting();
        }

        private void startWaiting() {
            while (running.size() < most && !waiting.isEmpty()) {
                Runnable task = waiting.remove();
                EventLoop.Fiber[] self = new EventLoop.Fiber[1];
                self[0] = loop.start(process, name, () -> {
                    try {
                        task.run();
                    } finally {
                        running.remove(self[0]);
                        if (process.alive()) {
                            startWaiting();
                        }
                    }
                });
                running.add(self[0]);
            }
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initial, long delay, TimeUnit unit) {
            loop.after(Duration.ofNanos(unit.toNanos(initial)), process, name, () -> {
                if (!shutdown) {
                    execute(() -> {
                        task.run();
                        scheduleWithFixedDelay(task, delay, delay, unit);
                    });
                }
            });
            return null;
        }

        @Override
        public void shutdown() {
            shutdown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutdown = true;
            List<Runnable> never = new ArrayList<>(waiting);
            waiting.clear();
            running.forEach(loop::interrupt);
            return never;
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return shutdown && running.isEmpty() && waiting.isEmpty();
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
            long untilNanos = loop.nanos() + unit.toNanos(timeout);
            while (!isTerminated() && loop.nanos() < untilNanos) {
                loop.sleep(Duration.ofMillis(100));
            }
            return isTerminated();
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <V> ScheduledFuture<V> schedule(Callable<V> task, long delay, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ScheduledFuture<?> scheduleAtFixedRate(Runnable task, long initial, long period, TimeUnit unit) {
            throw new UnsupportedOperationException();
        }
    }
}
