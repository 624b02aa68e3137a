package org.livemigrate.experiments.overhaul;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.livemigrate.scheduler.model.Constraints;
import org.livemigrate.simulator.engine.Scenario;
import org.livemigrate.simulator.engine.Standing;
import org.livemigrate.simulator.fleet.HostSpec;
import org.livemigrate.simulator.trace.Samples;
import org.livemigrate.simulator.trace.Trace;

/** How containers stand when the day begins. */
enum Start {
    /** In turn on all hosts. */
    EVEN {
        @Override
        int[] hostOf(Scenario scenario, byte[] demand) {
            return dealt(demand.length, scenario.fleet().hosts().size(), 0);
        }
    },
    /** The first half of the hosts got twice as many as the others. */
    SKEWED {
        @Override
        int[] hostOf(Scenario scenario, byte[] demand) {
            int hosts = scenario.fleet().hosts().size();
            return dealt(demand.length, hosts, hosts / 2);
        }
    },
    /** First fit: on as few hosts as what they ask for at first fills to 80 %, as after a night of consolidation. */
    PACKED {
        @Override
        int[] hostOf(Scenario scenario, byte[] demand) {
            List<HostSpec> hosts = scenario.fleet().hosts();
            long[] cpu = new long[hosts.size()];
            long[] memory = new long[hosts.size()];
            int[] hostOf = new int[demand.length];
            for (int c = 0; c < demand.length; c++) {
                long asks =
                        Samples.millicores(demand[c], scenario.sizes().get(c).cpuMillicores());
                long bytes = scenario.sizes().get(c).memoryBytes();
                int h = 0;
                while ((cpu[h] + asks) * 100 > hosts.get(h).capacityMillicores() * FILLED_PERCENT
                        || memory[h] + bytes > hosts.get(h).memoryBytes()) {
                    h++;
                }
                cpu[h] += asks;
                memory[h] += bytes;
                hostOf[c] = h;
            }
            return hostOf;
        }
    };

    private static final long FILLED_PERCENT = 80;

    /** The host's index of each container, for what they ask for at first. */
    abstract int[] hostOf(Scenario scenario, byte[] demand);

    /** The scenario with containers that stand so. */
    Scenario of(Scenario scenario, Trace trace) {
        int[] hostOf = hostOf(scenario, trace.rows()[0]);
        Map<String, Standing> standing = new HashMap<>();
        for (int c = 0; c < hostOf.length; c++) {
            String container = trace.series().get(c).name();
            String host = scenario.fleet().hosts().get(hostOf[c]).id();
            standing.put(container, new Standing(container, host, Map.of(), Constraints.NONE));
        }
        return scenario.withStanding(standing);
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** In turn, where the first so many hosts come up twice. */
    private static int[] dealt(int containers, int hosts, int twice) {
        int[] hostOf = new int[containers];
        for (int c = 0; c < containers; c++) {
            int slot = c % (hosts + twice);
            hostOf[c] = slot < hosts ? slot : slot - hosts;
        }
        return hostOf;
    }
}
