package org.livemigrate.experiments.scenario;

import org.livemigrate.scheduler.model.Fraction;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.engine.Scenario;
import org.livemigrate.simulator.engine.Simulation;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Workload;

/** Plays scenarios through. */
public final class Simulations {
    /** Of random failures and lost messages. */
    private static final long SEED = 1;

    private Simulations() {}

    /** One run, from the first sample to the last. */
    public static RunResult play(Scenario scenario, Policy policy, Fraction target, RunListener listener)
            throws InterruptedException {
        Simulation simulation = new Simulation(scenario, policy, SEED, listener);
        Workload.Cursor cursor = scenario.workload().cursor();
        for (byte[] row = cursor.next(); row != null; row = cursor.next()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("stopped before the end");
            }
            simulation.accept(row);
        }
        return simulation.finish(new Simulation.RunLabel(target.toDouble(), SEED));
    }
}
