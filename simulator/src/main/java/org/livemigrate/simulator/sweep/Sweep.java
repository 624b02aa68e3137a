package org.livemigrate.simulator.sweep;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.livemigrate.scheduler.guard.GuardSettings;
import org.livemigrate.scheduler.plan.PlanListener;
import org.livemigrate.scheduler.policy.LiteraturePolicy;
import org.livemigrate.scheduler.policy.LocalSearchPolicy;
import org.livemigrate.scheduler.policy.Policies;
import org.livemigrate.scheduler.policy.Policy;
import org.livemigrate.scheduler.policy.PolicyParameters;
import org.livemigrate.simulator.engine.Run;
import org.livemigrate.simulator.engine.RunListener;
import org.livemigrate.simulator.engine.Simulation;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.reference.LowerBound;
import org.livemigrate.simulator.reference.References;
import org.livemigrate.simulator.trace.Workload;

/**
 * Runs a list of runs over one workload. Each thread makes one pass over the workload and feeds all its runs from it;
 * results come in the order of the list, whatever the threads did.
 */
public final class Sweep {
    private final Workload workload;
    private final int threads;
    private final int repeats;
    private final long warmUpMs;
    private final Progress progress;
    private final Function<RunPlan, RunListener> listeners;

    /** Hears how far it is; called from several threads. */
    @FunctionalInterface
    public interface Progress {
        /** So many rows of so many (rows times runs) are done. */
        void done(long rows, long ofRows);
    }

    /**
     * @param repeats how often each run is done, for its wall time; the figures are the same each time
     * @param warmUpMs with repeats, each run is first done over and over for so long, uncounted, so that what is counted
     *     is compiled code
     * @param listeners gives each run its listener, on the first repeat only
     */
    public Sweep(
            Workload workload,
            int threads,
            int repeats,
            long warmUpMs,
            Progress progress,
            Function<RunPlan, RunListener> listeners) {
        if (threads < 1 || repeats < 1) {
            throw new IllegalArgumentException(threads + " threads, " + repeats + " repeats: both must be at least 1");
        }
        this.workload = workload;
        this.threads = threads;
        this.repeats = repeats;
        this.warmUpMs = warmUpMs;
        this.progress = progress;
        this.listeners = listeners;
    }

    /** The policy of a run, with its guards. */
    static Policy policy(RunPlan run) {
        PolicyParameters parameters = new PolicyParameters(run.target(), run.headroom(), run.seed(), PlanListener.NONE);
        if (run.policy().equals(References.CLAIRVOYANT)) {
            Policy clairvoyant = References.clairvoyant(run.scenario(), parameters);
            return run.guards().equals(GuardSettings.OFF)
                    ? clairvoyant
                    : run.guards().guard(clairvoyant, parameters);
        }
        Policy policy = Policies.create(run.policy(), parameters);
        if (policy instanceof LiteraturePolicy) {
            policy = new LiteraturePolicy(run.policy(), parameters, run.switches());
        } else if (policy instanceof LocalSearchPolicy) {
            policy = new LocalSearchPolicy(parameters, References.settings(run.scenario()));
        }
        return run.guards().equals(GuardSettings.OFF) ? policy : run.guards().guard(policy, parameters);
    }

    /**
     * Does all runs.
     *
     * @throws IllegalArgumentException for input that no run can be made of (unknown policy, container without room)
     */
    public List<RunResult> run(List<RunPlan> runs) throws InterruptedException {
        int workers = Math.min(threads, Math.max(1, runs.size()));
        Counter counter = new Counter((long) runs.size() * repeats * workload.samples());
        List<List<RunPlan>> parts = new ArrayList<>();
        for (int w = 0; w < workers; w++) {
            parts.add(new ArrayList<>());
        }
        for (int i = 0; i < runs.size(); i++) {
            parts.get(i % workers).add(runs.get(i));
        }
        RunResult[] results = new RunResult[runs.size()];
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try {
            List<Future<List<RunResult>>> futures = new ArrayList<>();
            for (List<RunPlan> part : parts) {
                Callable<List<RunResult>> task = () -> part(part, counter);
                futures.add(pool.submit(task));
            }
            for (int w = 0; w < workers; w++) {
                List<RunResult> part = futures.get(w).get();
                for (int k = 0; k < part.size(); k++) {
                    results[k * workers + w] = part.get(k);
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } finally {
            pool.shutdownNow();
        }
        return Arrays.asList(results);
    }

    private List<RunResult> part(List<RunPlan> runs, Counter counter) {
        if (repeats == 1) {
            return pass(runs, true, counter);
        }
        List<RunResult> results = new ArrayList<>();
        for (RunPlan run : runs) {
            List<RunResult> passes = new ArrayList<>();
            long warmAt = System.nanoTime() + warmUpMs * 1_000_000;
            while (System.nanoTime() < warmAt) {
                pass(List.of(run), false, new Counter(Long.MAX_VALUE));
            }
            RunResult result = null;
            for (int r = 0; r < repeats; r++) {
                RunResult again = pass(List.of(run), r == 0, counter).get(0);
                if (result != null && !result.digest().equals(again.digest())) {
                    throw new IllegalStateException(run.id() + " gave " + result.digest() + " and then "
                            + again.digest() + ": a run must not depend on when it is made");
                }
                result = again;
                passes.add(again);
            }
            results.add(result.withTimes(new RunResult.Times(
                    warmMedian(passes, RunResult::wallSeconds),
                    warmMedian(passes, RunResult::cpuSeconds),
                    warmMedian(passes, RunResult::decisionP50Ms),
                    warmMedian(passes, RunResult::decisionP99Ms))));
        }
        return results;
    }

    /** Of the last N − 2, or of what there is. */
    private static double warmMedian(List<RunResult> passes, ToDoubleFunction<RunResult> time) {
        double[] warm = passes.stream()
                .skip(passes.size() > 2 ? 2 : 0)
                .mapToDouble(time)
                .sorted()
                .toArray();
        int half = warm.length / 2;
        return warm.length % 2 == 1 ? warm[half] : (warm[half - 1] + warm[half]) / 2;
    }

    private List<RunResult> pass(List<RunPlan> runs, boolean listened, Counter counter) {
        List<Run> simulations = new ArrayList<>();
        Stopwatch[] watches = new Stopwatch[runs.size()];
        TimedPolicy[] policies = new TimedPolicy[runs.size()];
        for (RunPlan run : runs) {
            boolean bound = run.policy().equals(References.BOUND);
            TimedPolicy policy = bound ? null : new TimedPolicy(policy(run));
            policies[simulations.size()] = policy;
            Stopwatch watch = new Stopwatch();
            watches[simulations.size()] = watch;
            watch.start();
            simulations.add(
                    bound
                            ? new LowerBound(run.scenario())
                            : new Simulation(
                                    run.scenario(),
                                    policy,
                                    run.seed(),
                                    listened ? listeners.apply(run) : RunListener.NONE));
            watch.stop();
        }
        Workload.Cursor cursor = workload.cursor();
        for (byte[] row = cursor.next(); row != null; row = cursor.next()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("interrupted");
            }
            for (int k = 0; k < watches.length; k++) {
                watches[k].start();
                simulations.get(k).accept(row);
                watches[k].stop();
            }
            counter.add(watches.length);
        }
        List<RunResult> results = new ArrayList<>();
        for (int k = 0; k < watches.length; k++) {
            RunPlan run = runs.get(k);
            watches[k].start();
            RunResult result = simulations
                    .get(k)
                    .finish(new Simulation.RunLabel(run.target().toDouble(), run.seed()));
            watches[k].stop();
            double[] decisionMs = policies[k] == null ? new double[2] : policies[k].quantilesMs(0.5, 0.99);
            results.add(result.withTimes(new RunResult.Times(
                    watches[k].wallSeconds(), watches[k].cpuSeconds(), decisionMs[0], decisionMs[1])));
        }
        return results;
    }

    /** Wall and processor time of this thread's work on one run. */
    private static final class Stopwatch {
        private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

        private long wallSince;
        private long cpuSince;
        private long wall;
        private long cpu;

        void start() {
            cpuSince = THREADS.getCurrentThreadCpuTime();
            wallSince = System.nanoTime();
        }

        void stop() {
            wall += System.nanoTime() - wallSince;
            cpu += THREADS.getCurrentThreadCpuTime() - cpuSince;
        }

        double wallSeconds() {
            return wall * 1e-9;
        }

        double cpuSeconds() {
            return cpu * 1e-9;
        }
    }

    private final class Counter {
        private final long all;
        private long done;

        Counter(long all) {
            this.all = all;
        }

        synchronized void add(int rows) {
            done += rows;
            if (all != Long.MAX_VALUE) {
                progress.done(done, all);
            }
        }
    }
}
