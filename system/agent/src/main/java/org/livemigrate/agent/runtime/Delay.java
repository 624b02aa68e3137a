package org.livemigrate.agent.runtime;

import java.time.Duration;

/** Lets time pass; virtual time in simulations. */
@FunctionalInterface
public interface Delay {

    void pass(Duration time) throws InterruptedException;

    /** The machine's own time. */
    Delay REAL = time -> Thread.sleep(time.toMillis(), time.toNanosPart() % 1_000_000);
}
