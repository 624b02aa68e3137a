package org.livemigrate.simulator.engine;

import java.util.Arrays;
import java.util.List;
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
                if (state.hasMemory(host, container)) {
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
                if (state.hasMemory(h, container) && state.cpuAfter(h, container) <= state.capacity(h)) {
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
            int best = -1;
            double least = Double.MAX_VALUE;
            for (int h = 0; h < state.hosts.size(); h++) {
                long after = state.cpuAfter(h, container);
                if (!state.hasMemory(h, container)
                        || after > state.capacity(h)
                        || state.cpu[h] > 0 && after * 10 > state.capacity(h) * 8) {
                    continue;
                }
                HostSpec host = state.hosts.get(h);
                double rise = host.power().watts(after, host.capacityMillicores())
                        - host.power().watts(state.cpu[h], host.capacityMillicores());
                if (rise < least) {
                    least = rise;
                    best = h;
                }
            }
            return best;
        }
    };

    /** What has been placed so far. */
    static final class State {
        private final List<HostSpec> hosts;
        private final List<ContainerSizes.Size> sizes;
        private final boolean memoryEnforced;
        private final long[] cpu;
        private final long[] memory;
        private int turn;

        State(List<HostSpec> hosts, List<ContainerSizes.Size> sizes, boolean memoryEnforced) {
            this.hosts = hosts;
            this.sizes = sizes;
            this.memoryEnforced = memoryEnforced;
            cpu = new long[hosts.size()];
            memory = new long[hosts.size()];
        }

        private boolean hasMemory(int host, int container) {
            return !memoryEnforced
                    || memory[host] + sizes.get(container).memoryBytes()
                            <= hosts.get(host).memoryBytes();
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
     * A host for every container that is there at the start ({@code present}); −1 for the others.
     *
     * @throws IllegalArgumentException when one does not fit anywhere; the message says which
     */
    int[] place(Scenario scenario, boolean[] present) {
        State state = new State(scenario.fleet().hosts(), scenario.sizes(), scenario.memoryEnforced());
        int[] hostOf = new int[scenario.sizes().size()];
        Arrays.fill(hostOf, -1);
        for (int c = 0; c < hostOf.length; c++) {
            if (!present[c]) {
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
}
