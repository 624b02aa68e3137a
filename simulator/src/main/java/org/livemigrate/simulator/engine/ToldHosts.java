package org.livemigrate.simulator.engine;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.livemigrate.protocol.stats.ContainerSample;
import org.livemigrate.protocol.stats.DiffThreshold;
import org.livemigrate.protocol.stats.StatsDiff;
import org.livemigrate.protocol.stats.StatsDiffer;

/**
 * What the hosts' agents see and tell. A host sees what its containers use, not what they would use: when they ask for
 * more than it has, each is seen with its share.
 */
final class ToldHosts {
    private final World world;
    private final DiffThreshold threshold;
    private final Contention contention;
    private final Map<String, Standing> demands;
    private final StatsDiffer[] differs;
    private final int[] lives;
    private final int[][] seenHere;
    private final long[][] seenUse;
    private int[] first = new int[0];
    private int[] standing = new int[0];

    ToldHosts(World world, Scenario scenario) {
        this.world = world;
        threshold = scenario.telling().threshold();
        contention = scenario.contention();
        demands = scenario.standing();
        differs = new StatsDiffer[world.hosts()];
        lives = new int[world.hosts()];
        seenHere = new int[world.hosts()][];
        seenUse = new long[world.hosts()][];
        for (int h = 0; h < differs.length; h++) {
            differs[h] = new StatsDiffer(world.hostId(h), world.hostId(h) + "-0", threshold);
        }
    }

    /** Another agent: its messages are numbered anew. */
    void restart(int host) {
        differs[host] = new StatsDiffer(world.hostId(host), world.hostId(host) + "-" + ++lives[host], threshold);
        seenHere[host] = null;
    }

    /** The host's next message is its whole state. */
    void forget(int host) {
        differs[host].forget();
        seenHere[host] = null;
    }

    /** Notes which containers stand where, in one pass for all hosts. */
    void look() {
        int[] next = new int[world.hosts() + 1];
        for (int c = 0; c < world.containers(); c++) {
            if (world.hostOf(c) >= 0) {
                next[world.hostOf(c) + 1]++;
            }
        }
        for (int h = 0; h < world.hosts(); h++) {
            next[h + 1] += next[h];
        }
        first = next.clone();
        standing = new int[next[world.hosts()]];
        for (int c = 0; c < world.containers(); c++) {
            if (world.hostOf(c) >= 0) {
                standing[next[world.hostOf(c)]++] = c;
            }
        }
    }

    /** What the host has to say, or {@code null} when that is nothing; {@link #look} comes before it. */
    StatsDiff next(int host, Instant now) {
        int[] here = Arrays.copyOfRange(standing, first[host], first[host + 1]);
        long[] use = contention.share(
                Arrays.stream(here).mapToLong(world::cpuMillicores).toArray(),
                world.host(host).capacityMillicores());
        if (Arrays.equals(here, seenHere[host]) && Arrays.equals(use, seenUse[host])) {
            return null; // what was told, or was not worth it, a moment ago
        }
        seenHere[host] = here;
        seenUse[host] = use;
        List<ContainerSample> samples = new ArrayList<>(here.length);
        for (int k = 0; k < here.length; k++) {
            String id = world.containerId(here[k]);
            samples.add(new ContainerSample(id, name(id), use[k], world.memoryBytes(here[k]), labels(id)));
        }
        StatsDiff diff = differs[host].next(samples, now);
        return diff.isEmpty() ? null : diff;
    }

    private String name(String container) {
        Standing demanded = demands.get(container);
        return demanded == null ? container : demanded.name();
    }

    private Map<String, String> labels(String container) {
        Standing demanded = demands.get(container);
        return demanded == null ? Map.of() : demanded.labels();
    }
}
