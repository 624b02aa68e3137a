package org.livemigrate.simulator.engine;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.livemigrate.scheduler.power.PowerModel;
import org.livemigrate.simulator.fleet.ContainerSizes;
import org.livemigrate.simulator.fleet.HostSpec;

/** Where containers are put before anything is known of their demand: by the CPU and memory that they were given. */
public enum Placement {
    /** One after the other onto the hosts in turn, where memory allows; demand then falls unevenly, as in life. */
    ROUND_ROBIN {
        @Override
        int choose(State state, int container) {
            for (int k = 0; k < state.hosts.size(); k++) {
                int host = (state.turn + k) % state.hosts.size();
                if (state.hasMemory(host, state.sizes.get(container).memoryBytes())) {
                    state.turn = (host + 1) % state.hosts.size();
                    return host;
                }
            }
            return -1;
        }
    },
    /** The first host, in the order of ids, whose memory and CPU have room for all that it was given. */
    FIRST_FIT {
        @Override
        int choose(State state, int container) {
            for (int h = 0; h < state.hosts.size(); h++) {
                if (state.hasMemory(h, state.sizes.get(container).memoryBytes())
                        && state.cpuAfter(h, container) <= state.capacity(h)) {
                    return h;
                }
            }
            return -1;
        }
    },
    /**
     * Power-aware best fit (Beloglazov and Buyya 2012, algorithm 1): the host whose power rises least, among those that
     * are empty or stay at or under 80 % of their CPU; all containers at all they were given.
     */
    BEST_FIT {
        @Override
        int choose(State state, int container) {
            return state.bestFit(container);
        }
    };

    /** What makes two hosts equal for the next container. */
    private record Group(long capacity, long memory, PowerModel power, long cpuUsed, long memoryUsed) {}

    /** What has been placed so far. */
    static final class State {
        private final List<HostSpec> hosts;
        private final List<ContainerSizes.Size> sizes;
        private final boolean memoryEnforced;
        private final long[] cpu;
        private final long[] memory;
        private final boolean[] closed;
        private int turn;
        private final Map<Group, TreeSet<Integer>> groups = new HashMap<>();

        State(List<HostSpec> hosts, List<ContainerSizes.Size> sizes, boolean memoryEnforced, boolean[] closed) {
            this.hosts = hosts;
            this.closed = closed;
            this.sizes = sizes;
            this.memoryEnforced = memoryEnforced;
            cpu = new long[hosts.size()];
            memory = new long[hosts.size()];
        }

        /** Hosts that are alike and bear the same are equals: of each such group only the first is looked at. */
        private int bestFit(int container) {
            if (groups.isEmpty()) {
                for (int h = 0; h < cpu.length; h++) {
                    groups.computeIfAbsent(group(h), g -> new TreeSet<>()).add(h);
                }
            }
            int best = -1;
            double least = Double.MAX_VALUE;
            for (TreeSet<Integer> alike : groups.values()) {
                int h = alike.first();
                double rise = rise(h, container);
                if ((rise < least || rise == least && h < best) && fits(h, container)) {
                    least = rise;
                    best = h;
                }
            }
            if (best >= 0) {
                TreeSet<Integer> alike = groups.get(group(best));
                alike.remove(best);
                if (alike.isEmpty()) {
                    groups.remove(group(best));
                }
                groups.computeIfAbsent(group(best, container), g -> new TreeSet<>())
                        .add(best);
            }
            return best;
        }

        private Group group(int h) {
            HostSpec host = hosts.get(h);
            return new Group(host.capacityMillicores(), host.memoryBytes(), host.power(), cpu[h], memory[h]);
        }

        private Group group(int h, int with) {
            HostSpec host = hosts.get(h);
            return new Group(
                    host.capacityMillicores(),
                    host.memoryBytes(),
                    host.power(),
                    cpuAfter(h, with),
                    memory[h] + sizes.get(with).memoryBytes());
        }

        private double rise(int h, int container) {
            double per = 1.0 / capacity(h);
            return hosts.get(h).power().watts(cpuAfter(h, container) * per)
                    - hosts.get(h).power().watts(cpu[h] * per);
        }

        private boolean fits(int h, int container) {
            long after = cpuAfter(h, container);
            return hasMemory(h, sizes.get(container).memoryBytes())
                    && after <= capacity(h)
                    && (cpu[h] == 0 || after * 10 <= capacity(h) * 8);
        }

        private boolean hasMemory(int host, long bytes) {
            if (closed[host]) {
                return false;
            }
            return !memoryEnforced || memory[host] + bytes <= hosts.get(host).memoryBytes();
        }

        private long cpuAfter(int host, int container) {
            return cpu[host] + sizes.get(container).cpuMillicores();
        }

        private long capacity(int host) {
            return hosts.get(host).capacityMillicores();
        }
    }

    abstract int choose(State state, int container);

    /**
     * A host for every container that is there at the start ({@code present}); −1 for the others. Whoever stands
     * somewhere already stays there; no other container comes to a host that is {@code closed}.
     *
     * @throws IllegalArgumentException when one does not fit anywhere; the message says which
     */
    int[] place(Scenario scenario, boolean[] present, boolean[] closed) {
        State state = new State(scenario.fleet().hosts(), scenario.sizes(), scenario.memoryEnforced(), closed);
        int[] hostOf = standing(scenario);
        for (int c = 0; c < hostOf.length; c++) {
            if (hostOf[c] >= 0 && present[c]) {
                state.cpu[hostOf[c]] += scenario.sizes().get(c).cpuMillicores();
                state.memory[hostOf[c]] += scenario.sizes().get(c).memoryBytes();
            }
        }
        for (int c = 0; c < hostOf.length; c++) {
            if (!present[c] || hostOf[c] >= 0) {
                continue;
            }
            int host = choose(state, c);
            if (host < 0) {
                ContainerSizes.Size size = scenario.sizes().get(c);
                throw new IllegalArgumentException("container '"
                        + scenario.workload().series().get(c).name() + "' (" + size.cpuMillicores() + " millicores, "
                        + size.memoryBytes() + " bytes) fits on none of the "
                        + scenario.fleet().hosts().size()
                        + " hosts after " + c + " others were placed (" + name().toLowerCase(java.util.Locale.ROOT)
                        + "). Give more or larger hosts, or --memory ignored.");
            }
            hostOf[c] = host;
            state.cpu[host] += scenario.sizes().get(c).cpuMillicores();
            state.memory[host] += scenario.sizes().get(c).memoryBytes();
        }
        return hostOf;
    }

    /** The index of the host that each container comes with, or −1. */
    static int[] standing(Scenario scenario) {
        int[] hostOf = new int[scenario.sizes().size()];
        Arrays.fill(hostOf, -1);
        if (scenario.standing().isEmpty()) {
            return hostOf;
        }
        Map<String, Integer> index = new HashMap<>();
        for (int h = 0; h < scenario.fleet().hosts().size(); h++) {
            index.put(scenario.fleet().hosts().get(h).id(), h);
        }
        for (int c = 0; c < hostOf.length; c++) {
            String id = scenario.workload().series().get(c).name();
            Standing standing = scenario.standing().get(id);
            hostOf[c] = standing == null ? -1 : index.getOrDefault(standing.host(), -1);
        }
        return hostOf;
    }
}
