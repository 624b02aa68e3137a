package org.livemigrate.simulator.metrics;

import java.util.Arrays;
import java.util.List;
import org.livemigrate.scheduler.power.PowerModel;
import org.livemigrate.simulator.fleet.HostSpec;

/**
 * Integrates what happens on the hosts, exactly: load is constant between two changes, so each stretch adds value times
 * length, whatever the sampling interval is. Time in microseconds, CPU in millicores.
 *
 * <ul>
 *   <li>SLATAH (Beloglazov and Buyya 2012, eq. 8; OTF): time at 100 % CPU over time active, per host, then the mean over
 *       the hosts that were ever active. A host is at 100 % when demand reaches capacity.
 *   <li>The same pooled: the sum of the times over the sum of the times, which is what CloudSim prints.
 *   <li>Energy: the integral of the power model over the load; an empty host is asleep and draws nothing, unless idle
 *       hosts stay on.
 *   <li>Unmet demand: ∫ Σ max(0, demand − capacity) over ∫ Σ demand.
 *   <li>Imbalance over active hosts, time-weighted: standard deviation of load, largest over mean, Jain's index
 *       (Σx)²/(n·Σx²).
 * </ul>
 */
public final class HostMeters {
    /** Loads are summed as whole hundred-thousandths, so sums neither drift nor depend on their order. */
    private static final long LOAD_UNIT = 100_000;

    private final long[] capacity;
    private final double[] perMillicore;
    private final PowerModel[] power;
    private final boolean idleHostsOn;
    private final long[] demand;
    private final int[] occupants;
    private final boolean[] down;
    private final long[] sinceUs;
    private final long[] activeUs;
    private final long[] saturatedUs;
    private final long[] unmet;
    private final double[] joules;
    private final long[] load;
    private final double[] watts;

    private int activeHosts;
    private long shutdowns;
    private long sumLoad;
    private double sumSquares;
    private long maxLoad;
    private boolean maxKnown = true;
    private long fleetSinceUs;
    private long activeHostUs;
    private double deviationTime;
    private double maxOverMeanTime;
    private double jainTime;
    private long loadedUs;

    private final CloudSimReading cloudSim;
    private final int[] incoming;

    /**
     * Where CloudSim 4.0 reads the meters otherwise, to compare with its figures.
     *
     * @param trapezoidEnergy between two samples the mean of the powers at both ends counts, and nothing where the host
     *     was at zero at the first; so the time before the first sample has passed is free
     * @param incomingViolates a host counts as being at 100 % while a migration comes in, because the incoming VM is
     *     given a tenth of what it asks for
     */
    public record CloudSimReading(boolean trapezoidEnergy, boolean incomingViolates) {
        /** As this class says. */
        public static final CloudSimReading NONE = new CloudSimReading(false, false);
    }

    public HostMeters(List<HostSpec> hosts, boolean idleHostsOn, CloudSimReading cloudSim) {
        int n = hosts.size();
        power = hosts.stream().map(HostSpec::power).toArray(PowerModel[]::new);
        this.idleHostsOn = idleHostsOn;
        this.cloudSim = cloudSim;
        incoming = new int[n];
        capacity = hosts.stream().mapToLong(HostSpec::capacityMillicores).toArray();
        perMillicore = Arrays.stream(capacity).mapToDouble(c -> 1.0 / c).toArray();
        demand = new long[n];
        occupants = new int[n];
        down = new boolean[n];
        sinceUs = new long[n];
        activeUs = new long[n];
        saturatedUs = new long[n];
        unmet = new long[n];
        joules = new double[n];
        load = new long[n];
        watts = new double[n];
        for (int h = 0; h < n; h++) {
            watts[h] = power[h].watts(0.0);
        }
    }

    /** The demand that the host serves now, with what migrations cost it. */
    public long demand(int host) {
        return demand[host];
    }

    /** How many containers are on it, or on their way to it. */
    public int occupants(int host) {
        return occupants[host];
    }

    public int activeHosts() {
        return activeHosts;
    }

    /** A container comes (1) or goes (−1). The host shuts down with the last. */
    public void occupy(int host, int change, long nowUs) {
        fleetUntil(nowUs);
        integrate(host, nowUs);
        boolean before = occupants[host] > 0;
        occupants[host] += change;
        boolean after = occupants[host] > 0;
        if (before != after) {
            activeHosts += after ? 1 : -1;
            shutdowns += after ? 0 : 1;
            // an empty host has no load, so it takes none out of the sums and brings none in
        }
    }

    /** A host that is down draws nothing, whatever the setting for idle hosts. */
    public void setDown(int host, boolean isDown, long nowUs) {
        fleetUntil(nowUs);
        integrate(host, nowUs);
        down[host] = isDown;
    }

    /** The demand on one host changes by so many millicores. */
    public void add(int host, long millicores, long nowUs) {
        if (millicores == 0) {
            return;
        }
        fleetUntil(nowUs);
        integrate(host, nowUs);
        demand[host] += millicores;
        long before = load[host];
        long after = take(host);
        sumLoad += after - before;
        sumSquares += (double) after * after - (double) before * before;
        if (after >= maxLoad) {
            maxLoad = after;
        } else if (before == maxLoad) {
            maxKnown = false;
        }
    }

    /** The demand on every host is replaced. */
    public void setAll(long[] millicores, long nowUs) {
        fleetUntil(nowUs);
        long sum = 0;
        double squares = 0;
        long max = 0;
        for (int h = 0; h < capacity.length; h++) {
            long now = millicores[h];
            if (now == 0 && demand[h] == 0) {
                continue; // asleep, or idle all the while: integrated when that changes
            }
            if (cloudSim.trapezoidEnergy) {
                trapezoid(h, now, nowUs);
            }
            integrate(h, nowUs);
            demand[h] = now;
            long share = take(h);
            sum += share;
            squares += (double) share * share;
            max = Math.max(max, share);
        }
        sumLoad = sum;
        sumSquares = squares;
        maxLoad = max;
        maxKnown = true;
    }

    /** Works out what follows from the host's demand. */
    private long take(int h) {
        double at = demand[h] * perMillicore[h];
        watts[h] = power[h].watts(at);
        load[h] = (long) (at * LOAD_UNIT);
        return load[h];
    }

    /** Brings every integral up to the end. */
    public void finish(long nowUs) {
        fleetUntil(nowUs);
        for (int h = 0; h < capacity.length; h++) {
            integrate(h, nowUs);
        }
    }

    /** A migration begins (1) or ends (−1) to come in; only CloudSim's reading wants to know. */
    public void come(int host, int change, long nowUs) {
        integrate(host, nowUs);
        incoming[host] += change;
    }

    /** What the mean of both ends makes more or less than the power at the first, which {@link #integrate} counts. */
    private void trapezoid(int h, long next, long nowUs) {
        double first = watts[h];
        double difference =
                demand[h] == 0 || sinceUs[h] == 0 ? -first : (power[h].watts(next * perMillicore[h]) - first) / 2;
        if (occupants[h] > 0) {
            joules[h] += difference * (nowUs - sinceUs[h]) * 1e-6;
        }
    }

    private void integrate(int h, long nowUs) {
        long dt = nowUs - sinceUs[h];
        if (dt == 0) {
            return;
        }
        sinceUs[h] = nowUs;
        if (down[h]) {
            return;
        }
        if (occupants[h] > 0) {
            activeUs[h] += dt;
            long over = demand[h] - capacity[h];
            if (over >= 0) {
                saturatedUs[h] += dt;
                unmet[h] += over * dt;
            } else if (cloudSim.incomingViolates && incoming[h] > 0) {
                saturatedUs[h] += dt;
            }
        } else if (!idleHostsOn) {
            return;
        }
        joules[h] += watts[h] * dt * 1e-6;
    }

    private void fleetUntil(long nowUs) {
        long dt = nowUs - fleetSinceUs;
        if (dt == 0) {
            return;
        }
        fleetSinceUs = nowUs;
        activeHostUs += activeHosts * dt;
        if (activeHosts == 0 || sumLoad == 0) {
            return;
        }
        double mean = (double) sumLoad / activeHosts;
        double meanSquare = sumSquares / activeHosts;
        deviationTime += StrictMath.sqrt(Math.max(0, meanSquare - mean * mean)) / LOAD_UNIT * dt;
        jainTime += mean * mean / meanSquare * dt;
        maxOverMeanTime += max() / mean * dt;
        loadedUs += dt;
    }

    private long max() {
        if (!maxKnown) {
            maxLoad = 0;
            for (long share : load) {
                maxLoad = Math.max(maxLoad, share);
            }
            maxKnown = true;
        }
        return maxLoad;
    }

    /** Mean over the hosts of the share of active time at 100 % CPU. */
    public double slatah() {
        double sum = 0;
        int hosts = 0;
        for (int h = 0; h < capacity.length; h++) {
            if (activeUs[h] > 0) {
                sum += (double) saturatedUs[h] / activeUs[h];
                hosts++;
            }
        }
        return hosts == 0 ? 0 : sum / hosts;
    }

    /** All time at 100 % CPU over all active time. */
    public double slatahPooled() {
        long saturated = 0;
        long active = 0;
        for (int h = 0; h < capacity.length; h++) {
            saturated += saturatedUs[h];
            active += activeUs[h];
        }
        return active == 0 ? 0 : (double) saturated / active;
    }

    /** Of all hosts, in kilowatt hours. */
    public double energyKwh() {
        double sum = 0;
        for (double j : joules) {
            sum += j;
        }
        return sum / 3.6e6;
    }

    /** Demand beyond capacity, in millicore-seconds. */
    public double unmetMillicoreSeconds() {
        double sum = 0;
        for (long u : unmet) {
            sum += u;
        }
        return sum * 1e-6;
    }

    /** How often a host lost its last container. */
    public long shutdowns() {
        return shutdowns;
    }

    public double meanActiveHosts() {
        return fleetSinceUs == 0 ? 0 : (double) activeHostUs / fleetSinceUs;
    }

    /** Time-weighted standard deviation of the active hosts' loads, as a fraction. */
    public double imbalanceStdDev() {
        return loadedUs == 0 ? 0 : deviationTime / loadedUs;
    }

    /** Time-weighted largest load over the mean of the active hosts' loads. */
    public double maxOverMean() {
        return loadedUs == 0 ? 0 : maxOverMeanTime / loadedUs;
    }

    /** Time-weighted Jain index of the active hosts' loads; 1 is perfectly even. */
    public double jain() {
        return loadedUs == 0 ? 0 : jainTime / loadedUs;
    }
}
