package org.livemigrate.simulator.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.livemigrate.simulator.fleet.ContainerSizes;
import org.livemigrate.simulator.fleet.HostSpec;
import org.livemigrate.simulator.metrics.ContainerMeters;
import org.livemigrate.simulator.metrics.HostMeters;
import org.livemigrate.simulator.trace.Samples;
import org.livemigrate.simulator.trace.Series;

/**
 * The simulated truth: which container stands where and asks for what. Containers and hosts are indices in the order of
 * their ids. What the scheduler knows of it is another matter.
 */
public final class World {
    private final List<Series> series;
    private final List<HostSpec> hosts;
    private final long[] given;
    private final long[] memory;
    private final boolean memoryEnforced;
    private final HostMeters hostMeters;
    private final ContainerMeters containerMeters;
    private final boolean[] present;
    private final boolean[] up;
    private final boolean[] leaving;
    private final int[] hostOf;
    private final long[] hostMemory;
    private final long[] hostDemand;
    private final InFlightMoves flights;
    private final Map<Integer, long[]> homeless = new TreeMap<>();
    private double unservedMillicoreUs;
    /** Columns of demand, used in turn: as many as the history keeps, the one of now, and the one being made. */
    private final long[][] columns;

    private int column;
    private long[] cpu;
    private long topologyVersion;
    private long placementVersion;

    World(Scenario scenario) {
        series = scenario.workload().series();
        hosts = scenario.fleet().hosts();
        given = scenario.sizes().stream()
                .mapToLong(ContainerSizes.Size::cpuMillicores)
                .toArray();
        memory = scenario.sizes().stream()
                .mapToLong(ContainerSizes.Size::memoryBytes)
                .toArray();
        memoryEnforced = scenario.memoryEnforced();
        hostMeters = new HostMeters(hosts, scenario.idleHostsOn(), scenario.reading());
        containerMeters = new ContainerMeters(series.size(), scenario.stepUs());
        present = new boolean[series.size()];
        up = new boolean[hosts.size()];
        Arrays.fill(up, true);
        leaving = new boolean[hosts.size()];
        hostOf = new int[series.size()];
        Arrays.fill(hostOf, -1);
        hostMemory = new long[hosts.size()];
        hostDemand = new long[hosts.size()];
        columns = new long[scenario.historySamples() + 2][series.size()];
        cpu = columns[0];
        flights = new InFlightMoves(series.size());
    }

    public int containers() {
        return series.size();
    }

    public int hosts() {
        return hosts.size();
    }

    public String containerId(int container) {
        return series.get(container).name();
    }

    public String hostId(int host) {
        return hosts.get(host).id();
    }

    public HostSpec host(int host) {
        return hosts.get(host);
    }

    /** Whether the container exists now. */
    public boolean isPresent(int container) {
        return present[container];
    }

    public boolean isUp(int host) {
        return up[host];
    }

    /** Whether the host may receive containers: it is up and not about to leave. */
    public boolean isOpen(int host) {
        return up[host] && !leaving[host];
    }

    /** The host on which the container stands, or −1 when it has none. */
    public int hostOf(int container) {
        return hostOf[container];
    }

    public long cpuMillicores(int container) {
        return cpu[container];
    }

    public long memoryBytes(int container) {
        return memory[container];
    }

    /** Memory booked on the host, for containers on their way at both ends. */
    public long hostMemoryBooked(int host) {
        return hostMemory[host];
    }

    public HostMeters hostMeters() {
        return hostMeters;
    }

    public ContainerMeters containerMeters() {
        return containerMeters;
    }

    /** The migrations under way. */
    public InFlightMoves flights() {
        return flights;
    }

    /** Counts up whenever containers or hosts come or go. */
    long topologyVersion() {
        return topologyVersion;
    }

    /** Counts up whenever a container changes its host. */
    long placementVersion() {
        return placementVersion;
    }

    /** Demand by container; another array with every sample, used again when the history has forgotten it. */
    long[] cpu() {
        return cpu;
    }

    int[] placement() {
        return hostOf;
    }

    boolean hasMemoryFor(int host, int container) {
        return !memoryEnforced
                || hostMemory[host] + memory[container] <= hosts.get(host).memoryBytes();
    }

    /** The container is there, with the demand that it has now; on no host (−1), where none has room, that is unserved. */
    void arrive(int container, int host, long nowUs) {
        present[container] = true;
        hostOf[container] = host;
        topologyVersion++;
        if (host >= 0) {
            book(container, host, nowUs);
            hostMeters.add(host, cpu[container], nowUs);
        } else {
            homeless.put(container, new long[] {nowUs, nowUs});
        }
    }

    /** The container loses its host; until it is placed again its demand is unserved. */
    void lose(int container, long nowUs) {
        int host = hostOf[container];
        hostOf[container] = -1;
        topologyVersion++;
        unbook(container, host, nowUs);
        hostMeters.add(host, -cpu[container], nowUs);
        homeless.put(container, new long[] {nowUs, nowUs});
    }

    /** When the container lost its host, or came and found none. */
    long lostAtUs(int container) {
        return homeless.get(container)[0];
    }

    /** A container without a host starts on one. */
    void place(int container, int host, long nowUs) {
        serveNot(container, homeless.remove(container), nowUs);
        arrive(container, host, nowUs);
    }

    private void serveNot(int container, long[] lostAndCounted, long nowUs) {
        unservedMillicoreUs += (double) cpu[container] * (nowUs - lostAndCounted[1]);
        lostAndCounted[1] = nowUs;
    }

    /** Demand of containers without a host, in millicore-seconds. */
    double unservedMillicoreSeconds(long nowUs) {
        homeless.forEach((container, since) -> serveNot(container, since, nowUs));
        return unservedMillicoreUs * 1e-6;
    }

    /** The container is gone; its demand is still on the meter until it is taken off. */
    void exit(int container, long nowUs) {
        int host = hostOf[container];
        homeless.remove(container);
        present[container] = false;
        hostOf[container] = -1;
        topologyVersion++;
        if (host >= 0) {
            unbook(container, host, nowUs);
        }
    }

    void setUp(int host, boolean isUp, long nowUs) {
        up[host] = isUp;
        topologyVersion++;
        hostMeters.setDown(host, !isUp, nowUs);
    }

    boolean isLeaving(int host) {
        return leaving[host];
    }

    /** The host receives nothing any more, or does again. */
    void setLeaving(int host, boolean isLeaving) {
        leaving[host] = isLeaving;
        topologyVersion++;
    }

    void book(int container, int host, long nowUs) {
        hostMemory[host] += memory[container];
        hostMeters.occupy(host, 1, nowUs);
    }

    void unbook(int container, int host, long nowUs) {
        hostMemory[host] -= memory[container];
        hostMeters.occupy(host, -1, nowUs);
    }

    void stand(int container, int host) {
        hostOf[container] = host;
        placementVersion++;
    }

    /**
     * Takes the next row of samples. Containers that are absent in it, or newly present, are reported to {@code
     * changes}; everything else is one pass over the row.
     */
    void sample(byte[] row, long nowUs, Changes changes) {
        homeless.forEach((container, since) -> serveNot(container, since, nowUs));
        column = (column + 1) % columns.length;
        long[] now = columns[column];
        Arrays.fill(now, 0);
        long[] asked = containerMeters.askedPerSample();
        Arrays.fill(hostDemand, 0);
        cpu = now;
        for (int c = 0; c < now.length; c++) {
            byte sample = row[c];
            long demand = Samples.millicores(sample, given[c]);
            now[c] = demand; // before it is told of: what comes counts where the next that comes is placed
            if (sample == Samples.ABSENT != !present[c]) {
                changes.changed(c, sample != Samples.ABSENT, nowUs);
            }
            if (sample == Samples.ABSENT) {
                continue;
            }
            asked[c] += demand;
            int host = hostOf[c];
            if (host >= 0) {
                hostDemand[host] += demand;
            }
        }
        flights.correct(hostDemand, now, nowUs, containerMeters);
        hostMeters.setAll(hostDemand, nowUs);
    }

    /** Hears of arrivals and exits. */
    @FunctionalInterface
    interface Changes {
        void changed(int container, boolean arrives, long nowUs);
    }
}
