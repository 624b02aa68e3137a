package org.livemigrate.simulator.engine;

import org.livemigrate.simulator.metrics.RunResult;

/** What is fed with a workload's rows, in order, and gives figures at the end. */
public interface Run {
    /** The next row of samples; it holds for one step. */
    void accept(byte[] row);

    /** The figures; wall time is for the caller to fill in. */
    RunResult finish(Simulation.RunLabel label);
}
