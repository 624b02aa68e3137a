package org.livemigrate.simulator.reference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.livemigrate.scheduler.power.PowerModel;
import org.livemigrate.simulator.engine.FailureModel;
import org.livemigrate.simulator.engine.Membership;
import org.livemigrate.simulator.engine.Run;
import org.livemigrate.simulator.engine.Scenario;
import org.livemigrate.simulator.engine.Simulation;
import org.livemigrate.simulator.fleet.HostSpec;
import org.livemigrate.simulator.metrics.RunResult;
import org.livemigrate.simulator.trace.Samples;

/**
 * What no placement can go below, sample by sample, when containers may be cut and moved at will and for nothing: the
 * fractional relaxation, listed as policy {@code bound}. Integrated like a run's figures.
 *
 * <ul>
 *   <li>Unmet demand: what the largest host cannot give one container, and what all hosts together cannot give the rest.
 *       A run's unmet demand and its pooled PDM together are never below it (a frozen container's demand counts in the
 *       latter).
 *   <li>Energy: of two bounds the larger. (1) Demand fills the hosts with the fewest watts per millicore first, each as
 *       if it were at its best load, {@code min over u of P(u) / (u · capacity)}. (2) Memory needs so many hosts at
 *       least, the largest first; as many of the smallest idle powers, and for all demand the smallest
 *       {@code (P(u) − P(0)) / (u · capacity)}. Both for all demand that can be served at all; a run that leaves demand
 *       unserved may save at most {@link #mostJoulesPerMillicoreSecond} for each millicore-second of it.
 *   <li>Active hosts: as many as memory needs.
 * </ul>
 *
 * <p>Bound (2) and the active hosts hold where memory is enforced, no host fails and no container arrives after the
 * start. Everything else is 0, or as even as can be.
 */
public final class LowerBound implements Run {
    private static final int STEPS = 10;

    private final Scenario scenario;
    private final long stepUs;
    private final long largest;
    private final long allCapacity;
    private final double[] wattsPerMillicore;
    private final long[] capacities;
    private final double idleBase;
    private final double leastRise;
    private final double[] idle;
    private final long[] memories;
    private boolean memoryCounts;
    private boolean[] atStart;
    private double joules;
    private double asked;
    private double unmet;
    private double activeSeconds;
    private double seconds;
    private long vmSamples;

    public LowerBound(Scenario scenario) {
        this.scenario = scenario;
        stepUs = scenario.workload().stepMs() * 1000;
        List<HostSpec> hosts = scenario.fleet().hosts();
        boolean steady = scenario.failures().equals(FailureModel.NONE)
                && scenario.membership().equals(Membership.NONE);
        boolean idleOn = scenario.idleHostsOn() && steady;
        memoryCounts = scenario.memoryEnforced() && steady;
        largest = hosts.stream().mapToLong(HostSpec::capacityMillicores).max().orElse(0);
        allCapacity = hosts.stream().mapToLong(HostSpec::capacityMillicores).sum();
        List<HostSpec> cheapestFirst = hosts.stream()
                .sorted(Comparator.comparingDouble(host -> best(host, idleOn)))
                .toList();
        wattsPerMillicore =
                cheapestFirst.stream().mapToDouble(h -> best(h, idleOn)).toArray();
        capacities =
                cheapestFirst.stream().mapToLong(HostSpec::capacityMillicores).toArray();
        idle = hosts.stream().mapToDouble(h -> h.power().watts(0.0)).sorted().toArray();
        idleBase = idleOn ? Arrays.stream(idle).sum() : 0;
        leastRise = hosts.stream().mapToDouble(h -> best(h, true)).min().orElse(0);
        memories = hosts.stream()
                .mapToLong(HostSpec::memoryBytes)
                .map(m -> -m)
                .sorted()
                .map(m -> -m)
                .toArray();
    }

    /** The fewest watts for one millicore: of the whole host, or of what it draws beyond idle. */
    private static double best(HostSpec host, boolean beyondIdle) {
        PowerModel power = host.power();
        double best = Double.MAX_VALUE;
        for (int i = 1; i <= STEPS; i++) { // between two readings the quotient is monotone
            double watts = power.watts(i / (double) STEPS) - (beyondIdle ? power.watts(0.0) : 0);
            best = Math.min(best, watts * STEPS / i / host.capacityMillicores());
        }
        return best;
    }

    @Override
    public void accept(byte[] row) {
        boolean first = atStart == null;
        if (first) {
            atStart = new boolean[row.length];
        }
        long demand = 0;
        long possible = 0;
        long memory = 0;
        for (int c = 0; c < row.length; c++) {
            boolean present = row[c] != Samples.ABSENT;
            if (first) {
                atStart[c] = present;
            }
            memoryCounts &= !present || atStart[c];
            if (present) {
                long millicores =
                        Samples.millicores(row[c], scenario.sizes().get(c).cpuMillicores());
                demand += millicores;
                possible += Math.min(millicores, largest);
                memory += scenario.sizes().get(c).memoryBytes();
            }
        }
        long served = Math.min(possible, allCapacity);
        int hosts = memoryCounts ? hostsFor(memory) : 0;
        double dt = stepUs * 1e-6;
        joules += Math.max(filling(served), idleOf(hosts) + leastRise * served) * dt;
        asked += demand * dt;
        unmet += (demand - served) * dt;
        activeSeconds += hosts * dt;
        seconds += dt;
        vmSamples += row.length;
    }

    private double filling(long served) {
        double watts = idleBase;
        long left = served;
        for (int h = 0; h < capacities.length && left > 0; h++) {
            long here = Math.min(left, capacities[h]);
            watts += here * wattsPerMillicore[h];
            left -= here;
        }
        return watts;
    }

    private double idleOf(int hosts) {
        double watts = 0;
        for (int h = 0; h < hosts; h++) {
            watts += idle[h];
        }
        return watts;
    }

    private int hostsFor(long memory) {
        int hosts = 0;
        for (long left = memory; left > 0 && hosts < memories.length; hosts++) {
            left -= Math.min(left, memories[hosts]);
        }
        return hosts;
    }

    /** What one more millicore costs at most, on the host with the most watts per millicore. */
    public double mostJoulesPerMillicoreSecond() {
        return Math.max(leastRise, wattsPerMillicore[wattsPerMillicore.length - 1]);
    }

    @Override
    public RunResult finish(Simulation.RunLabel label) {
        double energy = joules / 3.6e6;
        double unmetShare = asked == 0 ? 0 : unmet / asked;
        return new RunResult(
                scenario.workload().name(),
                scenario.fleet().name(),
                References.BOUND,
                label.target(),
                scenario.intervalMs(),
                label.seed(),
                scenario.memoryEnforced() ? "enforced" : "ignored",
                scenario.telling().name(),
                vmSamples,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                energy,
                unmetShare,
                0,
                seconds == 0 ? 0 : activeSeconds / seconds,
                0,
                1,
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                String.format(
                        Locale.ROOT,
                        "%016x%016x",
                        Double.doubleToLongBits(energy),
                        Double.doubleToLongBits(unmetShare)));
    }
}
