package org.livemigrate.agent.runtime;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the agent's threads; in simulations such as wait in virtual time. */
public interface Threads {

    /** Runs at most so many tasks at once, the others wait. */
    ExecutorService pool(String name, int most);

    /** One thread that begins tasks at their time. */
    ScheduledExecutorService timer(String name);

    /** Daemons of this process. */
    Threads REAL = new Threads() {
        @Override
        public ExecutorService pool(String name, int most) {
            return Executors.newFixedThreadPool(most, daemons(name));
        }

        @Override
        public ScheduledExecutorService timer(String name) {
            return Executors.newSingleThreadScheduledExecutor(daemons(name));
        }

        private ThreadFactory daemons(String name) {
            AtomicInteger number = new AtomicInteger();
            return task -> {
                Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
                thread.setDaemon(true);
                return thread;
            };
        }
    };
}
